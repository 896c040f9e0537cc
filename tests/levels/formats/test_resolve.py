import pytest

from gamemeta_levels.errors import LevelError, UnknownName, UnsolvableLevel
from gamemeta_levels.families.level_set import read_level_set
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import resolve, write_level
from gamemeta_levels.inspection.file_check import check_file
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_of


def test_a_seed_names_a_level():
    assert resolve("17", Maze()) == generate(Maze(), 17)


def test_a_split_with_a_seed_names_a_level_of_that_split():
    level = resolve("test:17", Maze())
    assert level == generate(Maze(), 17, "test")
    assert split_of(level.content_hash) == "test"


def test_far_levels_are_those_of_the_far_family():
    assert resolve("far:3", Maze()) == generate(Maze().far(), 3)


@pytest.mark.parametrize("suffix", [".txt", ".json"])
def test_a_path_names_the_level_in_the_file(tmp_path, suffix):
    level = generate(Maze(), 17)
    write_level(level, tmp_path / f"a{suffix}")
    assert resolve(str(tmp_path / f"a{suffix}"), Maze()) == level


def test_a_drawing_without_a_family_is_of_the_family_asked_for(tmp_path):
    (tmp_path / "a.txt").write_text("S.G\n")
    assert resolve(str(tmp_path / "a.txt"), Maze()).family == "maze"


@pytest.mark.parametrize("word", ["none.txt", "C:\\levels\\a.txt", "c:/levels/a.json", "17.txt"])
def test_a_missing_file_is_named(word):
    with pytest.raises(LevelError) as caught:
        resolve(word, Maze())
    assert str(caught.value).startswith("there is no level file ")


@pytest.mark.parametrize("word", ["", ".", "-3", "1.5", "test:", "maze", "a.png"])
def test_a_word_of_no_known_form_is_refused_with_the_forms_there_are(word):
    with pytest.raises(LevelError, match="17, test:17 or far:3"):
        resolve(word, Maze())


def test_an_unknown_split_is_refused():
    with pytest.raises(UnknownName, match="'tets'"):
        resolve("tets:3", Maze())


def test_a_level_of_another_family_is_refused_by_name(tmp_path):
    (tmp_path / "a.txt").write_text("; family: dungeon\nS.G\n")
    with pytest.raises(LevelError, match=r"a\.txt: .*'dungeon'"):
        resolve(str(tmp_path / "a.txt"), Maze())


def test_an_unsolvable_level_is_refused_by_the_name_of_its_file(tmp_path):
    (tmp_path / "a.txt").write_text("S#G\n")
    with pytest.raises(UnsolvableLevel, match=r"a\.txt: .*goal .*line 1, column 3"):
        resolve(str(tmp_path / "a.txt"), Maze())


def test_what_is_wrong_with_a_drawing_is_said_by_the_line_of_the_file(tmp_path):
    (tmp_path / "a.txt").write_text("; family: maze\n\n#####\n; a comment\n#S#G#\n#####\n")
    with pytest.raises(UnsolvableLevel, match="goal at line 5, column 4 cannot"):
        resolve(str(tmp_path / "a.txt"), Maze())
    assert "goal at line 5, column 4 cannot" in check_file(tmp_path / "a.txt").error
    with pytest.raises(UnsolvableLevel, match="goal at line 5, column 4 cannot"):
        read_level_set(str(tmp_path), Maze(), lambda arrays: arrays.par_steps)


def test_rows_of_a_file_without_lines_stay_rows(tmp_path):
    write_level(Level("maze", [[0, 0, 0], [2, 0, 3]]), tmp_path / "a.tmx")
    with pytest.raises(UnsolvableLevel, match="goal at row 2, column 3 cannot"):
        resolve(str(tmp_path / "a.tmx"), Maze())
