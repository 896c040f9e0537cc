import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.formats.drawing import NOTHING, Drawing, Kind, Layer, level_of, notes_of, unknown_kinds
from gamemeta_levels.formats.source import Source, source_of
from gamemeta_levels.formats.tile_words import WORDS, TileWords, code_of, read_tile_words
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.tiles import NAMES

KINDS = (
    Kind(("art:0",), ("wall",)),
    Kind(("art:1",), ("Floor",)),
    Kind(("art:2", "Hero"), ("spawn",)),
    Kind(("art:3",), ()),
    Kind(("art:4",), ("goal",)),
)
GROUND = np.array([[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], np.int32)
THINGS = np.array([[2, 4]], np.int32)


def drawing(kinds=KINDS, things=THINGS, size=(3, 4), **more):
    layers = (Layer("Ground", GROUND), Layer("Things", things, row=1, column=1))
    return Drawing(kinds, layers, size, **more)


def shown(of, **words):
    return str(level_of(of, Source("level.tmx", words=TileWords(**words))))


def test_the_highest_tile_with_a_meaning_counts():
    assert shown(drawing()) == "####\n#SG#\n####"


def test_words_of_a_user_count_more_than_those_of_a_file():
    assert shown(drawing(), tiles={"Hero": "goal", "art:4": "SPAWN"}) == "####\n#GS#\n####"
    assert shown(drawing(), layers={"Things": "ignore"}) == "####\n#..#\n####"
    assert shown(drawing(), layers={"Things": "floor"}, tiles={"art:2": "key 2"}) == "####\n#l.#\n####"


def test_a_layer_gives_meaning_to_tiles_without():
    layer = Layer("Rocks", np.array([[3]], np.int32), row=1, column=1, words=("wall",))
    assert shown(Drawing(KINDS, (Layer("Ground", GROUND), layer), (3, 4))) == "####\n##.#\n####"


def test_tiles_without_a_meaning_are_counted_and_named():
    things = np.array([[3, 3]], np.int32)
    assert unknown_kinds(drawing(things=things), TileWords()) == {"art:3": 2}
    with pytest.raises(LevelError, match=r"2 of 'art:3'\. .*--tiles words\.toml with \[tiles\] \"art:3\" = "):
        shown(drawing(things=things))
    assert shown(drawing(things=things), tiles={"*": "ignore"}) == "####\n#..#\n####"


def test_what_nothing_is_drawn_on_is_wall_unless_said():
    bare = Drawing(KINDS, (Layer("Things", THINGS),), (1, 3))
    assert shown(bare) == "SG#"
    assert shown(Drawing(KINDS, bare.layers, (1, 3), {"empty": "floor"})) == "SG."
    assert shown(Drawing(KINDS, bare.layers, (1, 3), {"empty": "floor"}), empty="hazard") == "SG^"
    with pytest.raises(LevelError, match=r"gamemeta\.empty is 'sky'"):
        shown(Drawing(KINDS, bare.layers, (1, 3), {"empty": "sky"}))


def test_a_map_without_bounds_is_cut_to_what_is_used():
    far = np.full((20, 300), NOTHING, np.int32)
    far[7, 280:282] = (2, 4)
    assert shown(Drawing(KINDS, (Layer("x", far, row=-100, column=-400),), None)) == "SG"
    far[0, 0] = 0
    with pytest.raises(LevelError, match="8 x 282 tiles"):
        shown(Drawing(KINDS, (Layer("x", far),), None))
    with pytest.raises(LevelError, match="nothing is drawn"):
        shown(Drawing(KINDS, (), None))


def test_notes_give_back_all_but_tiles():
    level = Level(family="dungeon", tiles=[[1]], hidden={"keys": (2, 0, 1), "none": ()}, seed=7)
    notes = {name.removeprefix("gamemeta."): value for name, value in notes_of(level).items()}
    again = level_of(Drawing((), (), (1, 1), notes | {"empty": "floor"}), Source("l.tmx"))
    assert again == level
    assert again.seed == 7


@pytest.mark.parametrize(
    "notes", [{"seed": "x"}, {"seed": True}, {"family": 3}, {"hidden.a": "1 b"}, {"hidden.a": None}]
)
def test_malformed_notes_are_named(notes):
    with pytest.raises(LevelError, match=f"gamemeta.*{next(iter(notes)).removeprefix('hidden.')}"):
        level_of(Drawing((), (), (1, 1), notes), Source("l.tmx"))


def test_entities_are_taken_over():
    one = Entity("bat", 1, 2, 3)
    assert level_of(drawing(entities=(one,)), Source("l.tmx")).entities == (one,)


def test_every_tile_has_a_word():
    assert [code_of(word) for word in WORDS] == list(range(len(NAMES)))
    assert code_of(" Key-2 ") == code_of("key2") == code_of("KEY 2") == NAMES.index("key 2")
    assert code_of("key") is None


def test_a_file_of_words(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text(
        'empty = "floor"\nroot = ".."\n[tiles]\n"a:1" = "wall"\n"*" = "ignore"\n[layers]\nSky = "ignore"\n'
    )
    words = read_tile_words(path)
    assert words == TileWords({"a:1": "wall", "*": "ignore"}, {"Sky": "ignore"}, "floor", tmp_path / "..")
    for text, wrong in (
        ('[tiles]\na = "rock"', "tiles.a = 'rock': give a word"),
        ("[tiles]\na = 3", "tiles.a = 3"),
        ("tiles = 3", "it must be a table"),
        ("wall = 3", "wall is unknown"),
        ("[", "not valid TOML"),
    ):
        path.write_text(text)
        with pytest.raises(ConfigError, match=wrong):
            read_tile_words(path)


@pytest.mark.parametrize(
    "name", ["../a.tsx", "/etc/passwd", "C:/a.tsx", "C:\\a.tsx", "", "http://x/a.tsx", "a\0b"]
)
def test_neighbours_lie_in_the_folder_of_the_file(tmp_path, name):
    with pytest.raises(LevelError, match="does not lie in"):
        Source(tmp_path / "x" / "level.tmx").beside(name)


def test_neighbours_may_lie_in_a_root_that_the_user_names(tmp_path):
    (tmp_path / "x").mkdir()
    source = Source(tmp_path / "x" / "level.tmx", words=TileWords(root=tmp_path))
    assert source.beside("..\\a.tsx").path == (tmp_path / "a.tsx").resolve()
    (tmp_path / "x" / "link").symlink_to("/etc")
    with pytest.raises(LevelError, match="does not lie in"):
        source.beside("link/passwd")


def test_a_level_of_a_file_is_named_behind_a_hash(tmp_path):
    assert source_of("w.ldtk#Level_3", (".ldtk",)) == Source(source_of("w.ldtk", ()).path, "Level_3")
    assert source_of("w.png#x", (".ldtk",)).part == ""
    named = tmp_path / "a.txt#b"
    named.touch()
    assert source_of(named, (".txt",)).path == named
