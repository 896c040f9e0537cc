"""A file that several parts of a command want is read once."""

import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.formats import family_named_by, files, resolve
from gamemeta_levels.formats.once import ReadOnce

MAZE = "######\n#S..G#\n######\n"


@pytest.fixture
def readings(monkeypatch):
    """The names of the files that were read, one after the other."""
    names, read_bounded = [], files.read_bounded

    def noted(path, most_bytes):
        names.append(path.name)
        return read_bounded(path, most_bytes)

    monkeypatch.setattr(files, "read_bounded", noted)
    return names


def test_a_level_is_read_once_for_its_family_and_for_itself(tmp_path, readings):
    path = tmp_path / "one.txt"
    path.write_text(MAZE)
    read = ReadOnce()
    assert family_named_by(str(path), read=read) == "maze"
    level = resolve(str(path), Maze(), read=read)
    assert level is resolve(str(path), Maze(), read=read)
    assert readings == ["one.txt"]


def test_what_is_wrong_with_a_file_is_known_from_the_first_reading(tmp_path, readings):
    path = tmp_path / "broken.txt"
    path.write_text("?")
    read = ReadOnce()
    errors = []
    for _ in range(3):
        with pytest.raises(LevelError) as error:
            resolve(str(path), Maze(), read=read)
        errors.append(str(error.value))
    assert readings == ["broken.txt"]
    assert len(set(errors)) == 1 and "broken.txt" in errors[0]


def test_a_file_without_a_family_is_another_level_in_another_family(tmp_path, readings):
    path = tmp_path / "one.txt"
    path.write_text(MAZE)
    read = ReadOnce()
    assert (read(path, "maze").family, read(path, "dungeon").family) == ("maze", "dungeon")
    assert len(readings) == 2
