"""`gamemeta levels`: what it prints, what it writes, and how it fails."""

import io
import json
from dataclasses import replace

import pytest
from PIL import Image
from rich.console import Console
from typer.testing import CliRunner

from gamemeta_cli import app as command_line
from gamemeta_cli.levels import app
from gamemeta_cli.levels.options import Split
from gamemeta_cli.terminal.drawing import draw_histogram, draw_level, legend, path_of
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate, plan_words
from gamemeta_levels.formats import dumps, read_level, write_level
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.split import SPLITS, split_of
from gamemeta_levels.tiles import GOAL, SPAWN, WALL
from tests.helpers.wrapping import squeezed


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    """Every test runs in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def levels(*words, code=0):
    """What the command prints, by way of Typer."""
    result = CliRunner().invoke(app, words)
    assert result.exit_code == code, result.output
    return result.stdout


def fails(capsys, monkeypatch, *words):
    """The one message with which the whole program ends."""
    monkeypatch.setattr("sys.argv", ["gamemeta", "levels", *words])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


def test_list_names_each_parameter_with_its_ranges_and_meaning():
    (maze,) = [v for name, v in json.loads(levels("list", "--json")).items() if name == "maze"]
    near, far = MazeParameters(), Maze().far().parameters
    assert {p["name"] for p in maze} == set(vars(near))
    for parameter in maze:
        for key, source in (("range", near), ("far", far)):
            value = getattr(source, parameter["name"])
            assert parameter[key] == (list(value) if isinstance(value, tuple) else value)
        assert parameter["help"].endswith(".")


def test_list_draws_a_table():
    table = levels("list")
    near = MazeParameters()
    assert "goal_distance" in table
    assert f"{near.height[0]}..{near.height[1]}" in table


def test_new_prints_the_level_that_the_seed_names():
    text = levels("new", "--seed", "17", "--split", "test")
    assert parse(text, "none") == generate(Maze(), 17, "test")
    assert "; seed: 17" in text


def test_new_prints_several_levels_of_seeds_in_a_row():
    text = levels("new", "maze", "--seed", "5", "--count", "2")
    first, second = (dumps(generate(Maze(), seed), ".txt") for seed in (5, 6))
    assert text == f"{first}\n{second}\n"


def test_new_prints_json():
    document = json.loads(levels("new", "--seed", "4", "--format", "json"))
    assert document["digest"] == generate(Maze(), 4).digest


@pytest.mark.parametrize("name", ["a.txt", "a.json"])
def test_new_writes_one_file_in_the_form_of_its_suffix(in_folder, name):
    assert levels("new", "--seed", "9", "--out", name) == ""
    assert read_level(in_folder / name) == generate(Maze(), 9)


def test_new_fills_a_folder_with_one_file_a_level(in_folder):
    levels("new", "--count", "3", "--split", "far", "--format", "json", "--out", "many")
    found = {path.name: read_level(path) for path in (in_folder / "many").iterdir()}
    assert found == {f"maze-far-{seed}.json": generate(Maze(), seed, "far") for seed in range(3)}


def test_new_takes_other_ranges_than_the_default():
    text = levels("new", "--set", "width=17", "--set", "height=5..5", "--set", "braiding=0.5..1")
    level = parse(text, "none")
    assert (level.height, level.width) == (5, 17)


def test_show_draws_a_level_with_what_is_known_about_it():
    level = generate(Maze(), 17, "test")
    text = levels("show", "test:17")
    assert f"{level.height} x {level.width} tiles, par {len(Maze().solve(level))} steps" in text
    assert f"split test, seed 17, digest {level.digest}" in text
    rows = [row[::2] for row in text.splitlines()[1 : 1 + level.height]]
    assert "\n".join(rows) == str(level).replace(" ", ".")


def test_show_takes_several_levels_and_files(in_folder):
    drawn = generate(Maze(), 3).with_seed(None)
    write_level(drawn, in_folder / "a.json")
    text = levels("show", "3", "a.json", "far:2")
    assert text.count(drawn.digest) == 2
    assert f"split {split_of(drawn.content_hash)}, seed 3" in text
    of_file = next(line for line in text.splitlines() if "maze a.json" in line)
    assert "steps, seed none" in of_file and "split" not in of_file
    assert "split far, seed 2" in text


def test_show_draws_the_plan_of_the_solver():
    level = generate(Maze(), 3)
    plan = Maze().solve(level)
    text = levels("show", "3", "--plan")
    assert text.count("+") == len(plan) - 1
    assert len(text.split("plan: ")[1].split()) == len(plan)


def test_check_reports_what_a_family_generates():
    report = json.loads(levels("check", "--count", "300", "--split", "test", "--json"))
    assert (report["levels"], report["solvable"], report["split"]) == (300, 300, "test")
    text = levels("check", "--count", "300", "--split", "test")
    assert "solvable     100.00% (300)" in text
    assert f"par          {report['mean_par_steps']:.1f} steps on average" in text


def test_check_of_good_files_is_ok(in_folder):
    write_level(generate(Maze(), 1), in_folder / "a.txt")
    write_level(generate(Maze(), 2), in_folder / "b.json")
    assert "2 files: 2 ok, 0 wrong" in levels("check", "a.txt", "b.json")


def test_check_tells_every_wrong_file_and_ends_with_2(in_folder):
    write_level(generate(Maze(), 1), in_folder / "good.txt")
    (in_folder / "walled.txt").write_text("S#G\n")
    (in_folder / "empty.txt").write_text("")
    (in_folder / "binary.json").write_bytes(b"\x00\xff")
    names = ("good.txt", "walled.txt", "empty.txt", "binary.json", "missing.txt")
    text = levels("check", *names, code=2)
    assert "good.txt: ok, par" in text
    assert "walled.txt: wrong: the goal at line 1, column 3" in text
    assert "empty.txt: wrong: " in text
    assert "binary.json: wrong: not text" in text
    assert "missing.txt: wrong: " in text
    found = json.loads(levels("check", *names, "--json", code=2))
    assert found["wrong"] == 4
    assert [entry["ok"] for entry in found["files"]] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("new", "labyrinth"), "no level family called 'labyrinth'"),
        (("new", "--set", "width=9..12"), "width = 9..12: give two odd numbers"),
        (("new", "--set", "wdth=9"), "no setting 'wdth'. It has: height, width"),
        (("new", "--set", "width"), "write name=value"),
        (("new", "--set", "goal_distance=many"), "goal_distance = 'many'"),
        (("new", "--out", "none/a.txt"), "there is no folder none. Create it first"),
        (("new", "--out", "none/many"), "there is no folder none. Create it first"),
        (("new", "--count", "2", "--out", "a.txt"), "one file for 2 levels. Give a folder"),
        (("new", "--out", "README"), "README is a file, and no level file"),
        (("new", "--seed", "9999999999999999999"), "a level seed is too large"),
        (("new", "--split", "tset"), "'tset' is not one of"),
        (("show", "tset:3"), "'tset'"),
        (("show", "none.txt"), "there is no level file none.txt"),
        (("show", "README"), "README: a level file ends in .txt or .json"),
        (("show", "broken.txt"), "broken.txt: line 1, column 2: '?' is not a tile"),
        (("check", "--count", "5", "--seed", str(2**63 - 1)), "go beyond"),
    ],
)
def test_bad_input_ends_in_one_message_and_exit_code_2(in_folder, capsys, monkeypatch, words, message):
    (in_folder / "README").write_text("mine")
    (in_folder / "broken.txt").write_text("S?G\n")
    assert squeezed(message) in squeezed(fails(capsys, monkeypatch, *words))
    assert (in_folder / "README").read_text() == "mine"
    assert {path.name for path in in_folder.iterdir()} == {"README", "broken.txt"}


def test_the_split_option_knows_every_split():
    assert {split.value for split in Split} == set(SPLITS)


def test_tiles_are_coloured_on_a_terminal():
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, color_system="truecolor")
    terminal.print(draw_level(generate(Maze(), 1)))
    assert "\x1b[" in out.getvalue()


def test_a_path_follows_the_plan_from_spawn_to_goal():
    level = generate(Maze(), 1)
    path = path_of(level, plan_words(Maze(), Maze().solve(level)))
    assert [path[0], path[-1]] == [*level.find(SPAWN), *level.find(GOAL)]


def test_a_plan_is_told_in_the_words_of_its_family():
    assert "plan: up up right stay" in levels("show", "test:3", "--family", "grid", "--plan")
    assert "plan: arm 3" in levels("show", "test:3", "--family", "bandit", "--plan")


def test_no_path_is_drawn_where_actions_are_no_moves():
    level = generate(Bandit(), 3)
    assert path_of(level, plan_words(Bandit(), Bandit().solve(level))) == []


def test_a_level_with_more_arms_than_usual_is_shown(tmp_path):
    level = Level(family="bandit", tiles=[[1] * 9], hidden={"probability": (*[0] * 8, 1)})
    write_level(level, tmp_path / "nine.json")
    assert "plan: arm 9" in levels("show", str(tmp_path / "nine.json"), "--plan")


def test_a_family_that_holds_nothing_out_says_so():
    assert "split all (none is held out)" in levels("show", "train:3", "--family", "grid")


def test_a_family_without_far_levels_is_listed():
    listed = {p["name"]: p for p in json.loads(levels("list", "--json"))["bandit"]}
    assert listed["probability"]["far"] is None
    assert listed["probability"]["range"] == [0.0, 1.0]


def test_a_histogram_puts_every_value_into_one_bar():
    counts = {value: value for value in range(3, 50)}
    lines = draw_histogram(counts, "steps").plain.splitlines()
    assert len(lines) <= 12
    assert sum(int(line.split()[2]) for line in lines) == sum(counts)
    assert max(line.count("=") for line in lines) == 40


def test_a_histogram_of_nothing_says_so():
    assert draw_histogram({}, "steps").plain == "no steps\n"


def test_show_tells_what_is_there():
    level = generate(Maze(), 17, "test")
    walls = int((level.tiles == WALL).sum())
    assert f"# wall: {walls}, " in levels("show", "test:17")


def test_show_marks_things_that_stand_on_tiles_and_lists_them():
    level = Level("maze", [[2, 1, 3]], entities=(Entity("bat", 0, 1), Entity("bat", 0, 2)))
    assert draw_level(level).plain == "S .bGb\n"
    assert legend(level).plain == ". floor: 1, S spawn: 1, G goal: 1, b bat: 2"


@pytest.mark.parametrize(
    ("family", "line"),
    [
        ("maze", "the goal is at row"),
        ("bandit", "arm 5 pays 1 with a chance of 0."),
        ("mdp", "state 10, action 5: pays"),
        ("grid", "the goal is at row"),
        ("dungeon", "key 1 (k) opens door"),
    ],
)
def test_show_tells_hidden_rules_in_words_when_asked(family, line):
    assert line in levels("show", "3", "--family", family, "--rules")
    assert line not in levels("show", "3", "--family", family)


def test_show_and_check_say_that_rules_were_drawn(in_folder):
    bare = replace(generate(Dungeon(), 3), hidden={}, seed=None)
    write_level(bare, in_folder / "a.tmx")
    for text in (levels("show", "a.tmx"), levels("check", "a.tmx")):
        assert text.count(f"hidden rules: drawn from the level itself, seed = its digest {bare.digest}") == 1
        assert "gamemeta.hidden.keys" in text and "--rules" in text
    assert "drawn from" not in levels("show", "3", "--family", "dungeon")


def test_show_writes_a_picture(in_folder):
    assert levels("show", "3", "--png", "a.png", "--plan", "--rules") == ""
    with Image.open(in_folder / "a.png") as image:
        assert image.format == "PNG"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("3", "--png", "a.jpg"), "a.jpg: a picture of a level ends in .png"),
        (("3", "--png", "none/a.png"), "there is no folder none. Create it first"),
        (("3", "4", "--png", "a.png"), "a.png is one picture for 2 levels"),
    ],
)
def test_a_picture_that_cannot_be_written_says_why(in_folder, capsys, monkeypatch, words, message):
    assert squeezed(message) in squeezed(fails(capsys, monkeypatch, "show", *words))
    assert list(in_folder.iterdir()) == []
