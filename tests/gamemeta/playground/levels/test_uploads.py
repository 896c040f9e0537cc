"""Level files that come from the page together: which is the level, which is missing, and what is refused."""

import json

import pytest

from gamemeta.playground.levels.uploads import MOST_FILES, MissingFile, files_in, read_upload
from gamemeta.playground.messages import MOST_HEADER, MOST_UPLOAD
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.formats.file_set import FileSet
from tests.helpers.tiled import TILES, tiled_map

MAP, WALLS = tiled_map("../art/walls.tsx").encode(), TILES.encode()
ROW = [2, 1, 3]


def body_of(*files, sizes=None):
    named = [{"name": name, "size": len(data)} for name, data in files]
    for one, size in zip(named, sizes or [], strict=False):
        one["size"] = size
    return json.dumps({"files": named}).encode() + b"\n" + b"".join(data for _, data in files)


def opened(files, part="", family="maze"):
    return read_upload(files_in(body_of(*files.items())), family, part)


def project(*external):
    levels = [{"identifier": f"Level_{k}", "externalRelPath": name} for k, name in enumerate(external)]
    return json.dumps({"jsonVersion": "1.5.3", "defs": {}, "levels": levels}).encode()


def test_a_map_and_its_tileset_are_one_level_whatever_pictures_and_notes_lie_beside_them():
    files = {"walls.tsx": WALLS, "map.tmx": MAP, "walls.png": b"\x89PNG", "README.txt": b"hello"}
    level, parts = opened(files)
    assert level.tiles[1].tolist() == ROW and parts == []


def test_of_several_maps_one_is_chosen_by_its_name():
    files = {"a.tmx": MAP, "b.tmx": MAP, "walls.tsx": WALLS}
    assert opened(files) == (None, ["a.tmx", "b.tmx"])
    assert opened(files, "b.tmx")[0].tiles[1].tolist() == ROW
    with pytest.raises(LevelError, match="there is no level"):
        opened(files, "c.tmx")


def test_a_world_names_its_maps_and_one_that_is_missing_is_asked_for():
    world = json.dumps({"maps": [{"fileName": "maps/a.tmx"}, {"fileName": "maps/b.tmx"}]}).encode()
    files = {"all.world": world, "a.tmx": MAP, "walls.tsx": WALLS, "other.tmx": MAP}
    assert opened(files) == (None, ["maps/a.tmx", "maps/b.tmx"])
    assert opened(files, "maps/a.tmx")[0].tiles[1].tolist() == ROW
    with pytest.raises(MissingFile, match=r"all\.world needs the file") as missing:
        opened(files, "maps/b.tmx")
    assert missing.value.name == "b.tmx"


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ({"patterns": [{"regexp": "(.*)"}], "maps": [{"fileName": "a.tmx"}]}, "patterns"),
        ({"maps": []}, "names no maps"),
        ({"maps": [{"fileName": 3}]}, "fileName"),
        ({"maps": [{"fileName": "https://x/a.tmx"}]}, "no name of a file"),
        ([], "all.world"),
    ],
)
def test_worlds_that_say_nothing_good_are_refused_in_words(world, words):
    with pytest.raises(LevelError, match=words):
        opened({"all.world": json.dumps(world).encode(), "a.tmx": MAP})


def test_a_project_whose_level_lies_in_another_file_asks_for_it():
    with pytest.raises(MissingFile, match=r"w\.ldtk needs the file") as missing:
        opened({"w.ldtk": project("w/Level_0.ldtkl")})
    assert missing.value.name == "Level_0.ldtkl"
    files = {"w.ldtk": project("w/Level_0.ldtkl", "w/Level_1.ldtkl")}
    assert opened(files) == (None, ["Level_0", "Level_1"])
    with pytest.raises(LevelError, match="layerInstances is missing"):
        opened(files | {"Level_1.ldtkl": b"{}"}, "Level_1")


def test_a_file_of_words_counts_and_its_root_does_not(tmp_path):
    plain = TILES.replace('type="floor"', 'type="meadow"').encode()
    (tmp_path / "walls.tsx").write_bytes(WALLS)
    words = f'root = "{tmp_path}"\n[tiles]\nmeadow = "floor"\n'.encode()
    files = {"map.tmx": MAP, "gamemeta-tiles.toml": words}
    with pytest.raises(MissingFile):
        opened(files)
    assert opened(files | {"walls.tsx": plain})[0].tiles[1].tolist() == ROW
    with pytest.raises(ConfigError, match=r"gamemeta-tiles.toml: .*word"):
        opened({"map.tmx": MAP, "walls.tsx": plain, "gamemeta-tiles.toml": b'[tiles]\nmeadow = "rock"'})


@pytest.mark.parametrize("name", ["../../walls.tsx", "/etc/walls.tsx", "C:\\art\\walls.tsx"])
def test_of_a_name_with_folders_the_last_part_counts(name):
    assert opened({"map.tmx": MAP, name: WALLS})[0].tiles[1].tolist() == ROW


def test_two_different_files_of_one_name_are_refused():
    files = FileSet([("map.tmx", MAP), ("walls.tsx", WALLS), ("a/walls.tsx", b"<tileset/>")])
    with pytest.raises(LevelError, match="2 of the files are called"):
        read_upload(files, "maze")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"######\n",
        b"#" * (MOST_HEADER + 2),
        b"[" * 100_000 + b"\n",
        b'{"files": []}\n',
        b'{"files": {"a": 1}}\n',
        b'{"files": [{"name": "a.txt"}]}\n',
        b'{"files": [["a.txt", 1]]}\n#',
        b'{"files": [{"name": "", "size": 1}]}\n#',
        b'{"files": [{"name": 7, "size": 1}]}\n#',
        b'{"files": [{"name": "a\\u0000.txt", "size": 1}]}\n#',
        json.dumps({"files": [{"name": "a" * 256, "size": 1}]}).encode() + b"\n#",
        json.dumps({"files": [{"name": "a", "size": 0}] * (MOST_FILES + 1)}).encode() + b"\n",
        body_of(("a.txt", b"###"), sizes=[4]),
        body_of(("a.txt", b"###"), sizes=[2]),
        body_of(("a.txt", b"###"), ("b.txt", b"###"), sizes=[-3, 9]),
        body_of(("a.txt", b"###"), sizes=[True]),
        body_of(("a.txt", b"###"), sizes=[3.0]),
        body_of(("a.txt", b"###"), sizes=["3"]),
        body_of(("a.txt", b"###"), sizes=[10**30]),
        body_of(("a.txt", b"#" * (MOST_UPLOAD + 1))),
    ],
    ids=lambda body: repr(body[:40]),
)
def test_bodies_that_are_not_as_they_say_are_refused_in_a_sentence(body):
    with pytest.raises(LevelError) as refused:
        files_in(body)
    assert 20 < len(str(refused.value)) < 300


def test_files_without_a_level_say_how_levels_end():
    with pytest.raises(LevelError, match=r"'walls.tsx': a level file ends in \.txt"):
        opened({"walls.tsx": WALLS})
