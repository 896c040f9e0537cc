"""Level files in memory: found by their names alone, and nothing of the disk."""

from pathlib import Path

import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import read_source
from gamemeta_levels.formats.file_set import FileSet
from gamemeta_levels.formats.source import Source
from tests.helpers.tiled import TILES, tiled_map


def read(text, **files):
    every = [("map.tmx", text.encode()), *((name, data) for name, data in files.items())]
    return read_source(Source(Path("map.tmx"), files=FileSet(every)))


NAMES = [
    "walls.tsx",
    "../art/walls.tsx",
    "/etc/walls.tsx",
    "C:\\art\\walls.tsx",
    "..\\..\\walls.tsx",
    "WALLS.TSX",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_tileset_is_found_by_its_last_name_wherever_the_map_says_that_it_lies(name):
    assert read(tiled_map(name), **{"walls.tsx": TILES.encode()}).tiles[1].tolist() == [2, 1, 3]


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", str(Path(__file__)), "C:\\boot.ini"])
def test_a_file_of_the_disk_is_not_read(name):
    files = FileSet([("map.tmx", tiled_map(name).encode())])
    with pytest.raises(LevelError, match="open both together"):
        read_source(Source(Path("map.tmx"), files=files))
    assert files.missing == name.replace("\\", "/").rpartition("/")[2]


@pytest.mark.parametrize("name", ["http://x/walls.tsx", "", ".", "..", "art/", "a\0b"])
def test_what_is_no_name_of_a_file_is_refused(name):
    with pytest.raises(LevelError, match="no name of a file"):
        FileSet([("walls.tsx", b"")]).beside(Path("map.tmx"), name)


def test_two_folders_with_a_file_of_one_name_are_not_mixed_up():
    with pytest.raises(LevelError, match="two files of one name"):
        read(tiled_map("a/walls.tsx", "b/walls.tsx"), **{"walls.tsx": TILES.encode()})
    level = read(tiled_map("walls.tsx", "./a/../walls.tsx"), **{"walls.tsx": TILES.encode()})
    assert level.tiles.shape == (3, 3)


def test_two_files_of_one_name_are_refused_where_they_differ():
    same = FileSet([("a.txt", b"#"), ("a.txt", b"#")])
    assert same.data("x/a.txt") == b"#" and same.names == ["a.txt", "a.txt"]
    with pytest.raises(LevelError, match="2 of the files are called"):
        FileSet([("a.txt", b"#"), ("a.txt", b".")]).data("a.txt")
    assert FileSet([("a.txt", b"#"), ("A.txt", b".")]).data("A.txt") == b"."


def test_what_a_neighbour_names_is_found_from_its_own_folder():
    template = '<template><tileset firstgid="1" source="../walls.tsx"/><object gid="4"/></template>'
    text = tiled_map("walls.tsx").replace(
        "</map>",
        '<objectgroup name="o"><object template="things/goal.tx" x="32" y="32"/></objectgroup></map>',
    )
    level = read(text, **{"walls.tsx": TILES.encode(), "goal.tx": template.encode()})
    assert level.tiles[1].tolist() == [2, 1, 3]
