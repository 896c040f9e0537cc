"""`gamemeta levels new` and `mutate` with many files, `stats`, `soak` and `diff`."""

import json
import re
import sys

import pytest

from gamemeta_cli.app import main
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import read_level, write_level
from gamemeta_levels.formats.gather import level_files, read_levels
from gamemeta_levels.level import Entity, Level
from tests.helpers import ldtk


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    """Every test runs in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code of `gamemeta levels WORDS`, what it printed, and its errors on one line."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gamemeta", "levels", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed, error = capsys.readouterr()
        return ended.value.code or 0, printed, " ".join(error.split())

    return run


def test_new_writes_one_file_a_seed_and_says_how_many(run, in_folder):
    code, printed, error = run("new", "--count", 5, "--seed", 7, "--out", "many")
    assert (code, printed) == (0, "")
    assert "wrote 5 levels to many" in error
    names = [path.name for path in level_files("many")]
    assert names == sorted(f"maze-{seed}.txt" for seed in range(7, 12))
    assert read_level(in_folder / "many" / "maze-9.txt") == generate(Maze(), 9)


def test_levels_that_text_cannot_hold_are_written_as_json(run):
    assert run("new", "bandit", "--count", 2, "--out", "many")[0] == 0
    assert [path.name for path in level_files("many")] == ["bandit-0.json", "bandit-1.json"]


@pytest.mark.parametrize("words", [("new", "maze"), ("mutate", "3")])
def test_nothing_is_replaced_unasked_and_then_nothing_is_written(run, in_folder, words):
    run(*words, "--seed", 1, "--count", 2, "--out", "many")
    for path in level_files("many"):
        path.write_text("mine")
    code, _, error = run(*words, "--count", 4, "--out", "many")
    assert code == 2
    assert "-1.txt exists, and 1 more. Give another place, or --overwrite" in error
    assert [path.read_text() for path in level_files("many")] == ["mine", "mine"]
    assert run(*words, "--count", 4, "--out", "many", "--overwrite")[0] == 0
    assert len(read_levels(level_files("many"))) == 4


def test_one_file_is_not_replaced_unasked(run, in_folder):
    (in_folder / "a.txt").write_text("mine")
    code, _, error = run("new", "--out", "a.txt")
    assert code == 2
    assert "a.txt exists. Give another place" in error
    assert (in_folder / "a.txt").read_text() == "mine"


def test_mutants_are_those_of_the_family_and_are_named_by_seed(run, in_folder):
    write_level(generate(Maze(), 5), in_folder / "mine.txt")
    assert run("mutate", "mine.txt", "--seed", 3, "--count", 2, "--out", "many")[0] == 0
    found = {path.stem: read_level(path) for path in level_files("many")}
    assert found == {f"mine-mutant-{seed}": Maze().mutate(generate(Maze(), 5), seed) for seed in (3, 4)}


def test_a_mutant_is_printed_without_a_place_for_it(run):
    code, printed, _ = run("mutate", "test:3", "--family", "bandit", "--seed", 9)
    expected = Bandit().mutate(generate(Bandit(), 3, "test"), 9)
    assert code == 0
    assert json.loads(printed)["digest"] == expected.digest


def test_seeds_of_mutants_end_where_seeds_end(run):
    code, _, error = run("mutate", "3", "--seed", 2**63 - 1, "--count", 2)
    assert code == 2
    assert "go beyond" in error


def test_diff_of_equal_levels_is_exit_0_whatever_their_seeds(run, in_folder):
    write_level(generate(Maze(), 3).with_seed(None), in_folder / "a.txt")
    code, printed, _ = run("diff", "3", "a.txt")
    assert code == 0
    assert printed.startswith("equal")
    assert json.loads(run("diff", "3", "a.txt", "--json")[1])["equal"] is True


def test_diff_names_and_draws_the_tile_that_changed(run, in_folder):
    (in_folder / "a.txt").write_text("S.#G\n....\n")
    (in_folder / "b.txt").write_text("S..G\n....\n")
    code, printed, _ = run("diff", "a.txt", "b.txt")
    assert code == 1
    assert "tiles: 1 place differs\n  row 1, column 3: wall -> floor" in printed
    assert printed.splitlines()[-2:] == ["S . #.G ", ". . . . "]


def test_diff_of_levels_of_different_size_shows_what_lies_outside(run, in_folder):
    (in_folder / "a.txt").write_text("SG\n")
    (in_folder / "b.txt").write_text("S.G\n...\n")
    code, printed, _ = run("diff", "a.txt", "b.txt")
    assert code == 1
    assert "size: 1 x 2 -> 2 x 3 tiles" in printed
    assert printed.splitlines()[-2:] == ["S G._G", "_._._."]


def test_diff_tells_hidden_rules_in_words(run, in_folder):
    for name, chance in (("a.json", 250_000), ("b.json", 500_000)):
        write_level(Level("bandit", [[1, 1]], hidden={"probability": (1, chance)}), in_folder / name)
    code, printed, _ = run("diff", "a.json", "b.json")
    assert code == 1
    assert printed.splitlines() == [
        "hidden rules: 1 number differs",
        "  - arm 2 pays 1 with a chance of 0.25",
        "  + arm 2 pays 1 with a chance of 0.5",
    ]


def test_diff_of_two_families_names_them(run):
    write_level(generate(Bandit(), 1), "b.json")
    code, printed, _ = run("diff", "3", "b.json")
    assert code == 1
    assert printed.startswith("family: maze -> bandit\nsize: ")


@pytest.mark.parametrize("words", [("3", "none.txt"), ("tset:1", "3"), ("3", "README")])
def test_diff_of_what_is_no_level_is_exit_2(run, words):
    assert run("diff", *words)[0] == 2


def test_stats_of_a_family_show_splits_ranges_and_measures(run):
    code, printed, _ = run("stats", "maze", "--count", 500)
    assert code == 0
    for words in (
        "solvable     100.00% (500)",
        "train ",
        "validation",
        "braiding",
        "dead ends",
        "quartiles",
    ):
        assert words in printed
    plain = json.loads(run("stats", "--count", 500, "--json")[1])
    assert sum(plain["splits"].values()) == pytest.approx(1)
    assert plain["ranges"]["height"]["reach"] == 1


def test_stats_leave_out_what_means_nothing_for_a_family(run):
    for family in ("bandit", "mdp", "grid"):
        printed = run("stats", family, "--count", 200)[1]
        assert "dead ends" not in printed and "braiding" not in printed
        assert "par " in printed and "=" not in printed
    assert "none is held out" in printed


def test_stats_of_one_split_hold_that_split_alone(run):
    plain = json.loads(run("stats", "--count", 200, "--split", "test", "--json")[1])
    assert plain["splits"] == {"train": 0, "validation": 0, "test": 1}


def test_stats_name_the_lines_of_drawings(run, in_folder):
    (in_folder / "drawn").mkdir()
    (in_folder / "drawn" / "closed.txt").write_text("; walls\n\n#####\n#S#G#\n#####\n")
    code, printed, _ = run("stats", "drawn")
    assert code == 0
    assert "closed.txt: the goal at line 4, column 4 cannot" in " ".join(printed.split())


@pytest.mark.parametrize("word", ["many", "many/*.txt", "many/maze-1.txt"])
def test_stats_of_files(run, word):
    run("new", "--count", 3, "--out", "many")
    code, printed, _ = run("stats", word)
    count = 1 if word.endswith("1.txt") else 3
    assert code == 0
    assert f"family       maze, split given, {count} level" in printed


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("empty", "empty: there are no level files"),
        ("none/*.json", "there are no level files"),
        ("broken.txt", "broken.txt: line 1, column 1: '?' is not a tile"),
        ("nothing", "no level family called 'nothing'"),
    ],
)
def test_stats_of_what_is_not_there_say_so(run, in_folder, word, message):
    (in_folder / "empty").mkdir()
    (in_folder / "broken.txt").write_text("?\n")
    code, _, error = run("stats", word)
    assert code == 2
    assert message in error


def test_files_of_two_families_are_refused(run, in_folder):
    write_level(generate(Maze(), 1), in_folder / "a.json")
    write_level(generate(Bandit(), 1), in_folder / "b.json")
    code, _, error = run("stats", "*.json")
    assert code == 2
    assert "b.json holds a level of the family 'bandit', and a.json one of 'maze'" in error


def test_a_soak_that_finds_nothing_is_exit_0(run):
    code, printed, _ = run("soak", "bandit", "--count", 9000)
    assert code == 0
    assert "ok     9,000 levels of bandit, split any" in printed


def test_a_soak_names_the_first_bad_seed_and_ends_with_3(run, monkeypatch):
    def never_above_99(self, arrays):
        return (arrays.seed < 100) - 1

    monkeypatch.setattr(Bandit, "measure", never_above_99)
    code, printed, _ = run("soak", "bandit", "--count", 9000)
    assert code == 3
    assert "bad    seed 100: " in printed
    plain = json.loads(run("soak", "bandit", "--count", 9000, "--json")[1])
    assert (plain["levels"], plain["bad_seed"]["seed"]) == (100, 100)


def test_a_soak_of_levels_that_do_not_exist_is_exit_2(run):
    assert run("soak", "grid", "--split", "far", "--count", 5)[0] == 2


def test_things_that_differ_are_told(run, in_folder, monkeypatch):
    from gamemeta_cli.levels import diff

    one = Level("maze", [[2, 3]], entities=(Entity("bat", 0, 1),))
    other = Level("maze", [[2, 3]], entities=(Entity("bat", 0, 1, 2),))
    levels = {"a": one, "b": other}
    monkeypatch.setattr(diff, "open_level", lambda word, family, tiles: (Maze(), levels[word]))
    code, printed, _ = run("diff", "a", "b")
    assert code == 1
    assert printed.splitlines() == [
        "things:",
        "  - bat at row 1, column 2",
        "  + bat 2 at row 1, column 2",
    ]


def test_tiles_without_a_meaning_are_listed_to_be_filled_in(run, in_folder):
    file, words = in_folder / "level.tmx", in_folder / "words.toml"
    write_level(Level(family="maze", tiles=[[2, 1, 3]]), file)
    file.write_text(re.sub(r' type="\w+"', "", file.read_text()))
    code, printed, _ = run("check", file)
    assert code == 2
    assert "1 of 'gamemeta:2'" in printed
    assert run("words", file, "--out", words)[0] == 0
    filled = words.read_text()
    for name, word in (("gamemeta:1", "floor"), ("gamemeta:2", "spawn"), ("gamemeta:3", "goal")):
        filled = filled.replace(f'"{name}" = "ignore"', f'"{name}" = "{word}"')
    words.write_text(filled)
    assert "par 2 steps" in run("check", file, "--tiles", words)[1]
    words.rename(in_folder / "gamemeta-tiles.toml")
    assert "1 x 3 tiles, par 2 steps" in run("show", file)[1]


def test_of_a_file_of_several_levels_each_is_checked_and_unknown_things_are_counted_together(run, in_folder):
    players = ldtk.entities(*(ldtk.entity(name, x, 16) for name, x in (("Spawn", 16), ("Goal", 48))))
    layers = ldtk.entities(ldtk.entity("Lamp", 32, 16)), players, ldtk.int_grid("11111 10001 11111")
    world = ldtk.project(*(ldtk.level(*layers, name=f"Room_{k}") for k in range(2)))
    (in_folder / "world.ldtk").write_text(ldtk.text(world))
    printed = run("words", "world.ldtk")[1]
    assert printed.endswith('Lamp = "ignore"  # drawn 2 times\n')
    (in_folder / "gamemeta-tiles.toml").write_text(printed)
    code, checked, _ = run("check", "world.ldtk")
    assert code == 0 and checked.endswith("2 files: 2 ok, 0 wrong\n")
