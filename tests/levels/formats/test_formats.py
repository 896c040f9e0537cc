import json
import os
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import dumps, read_level, resolve, write_level
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.formats.gather import is_gathering, level_files
from gamemeta_levels.formats.limits import MOST_BYTES
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.split import MAX_SEED
from gamemeta_levels.tiles import GLYPHS
from tests.helpers.oracles import drawn

DRAWING = "#####\n#S.G#\n#####\n"
WORDS = st.from_regex(r"[A-Za-z0-9_./-]{1,64}", fullmatch=True)
NUMBERS = st.integers(-MAX_SEED - 1, MAX_SEED)
SEEDS = st.none() | st.integers(0, MAX_SEED)
TILES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 6))
fuzz = settings(max_examples=150, deadline=None)


@st.composite
def full_levels(draw):
    tiles = draw(TILES)
    rows, columns = (st.integers(0, side - 1) for side in tiles.shape)
    return Level(
        family=draw(WORDS),
        tiles=tiles,
        entities=tuple(draw(st.lists(st.builds(Entity, WORDS, rows, columns, NUMBERS)))),
        hidden=draw(st.dictionaries(WORDS, st.lists(NUMBERS).map(tuple), max_size=3)),
        seed=draw(SEEDS),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("levels")


def read_bytes(folder, data, suffix, family=None):
    path = folder / f"level{suffix}"
    path.write_bytes(data)
    return read_level(path, family)


def read_text(folder, text, suffix=".txt", family=None):
    return read_bytes(folder, text.encode(), suffix, family)


def document(**changes):
    """A JSON level with some fields changed; None leaves a field out."""
    fields = json.loads(dumps(drawn(DRAWING), ".json")) | changes
    return json.dumps({name: value for name, value in fields.items() if value is not None})


@pytest.mark.slow
@fuzz
@given(level=full_levels())
def test_json_gives_back_every_level(folder, level):
    write_level(level, folder / "round.json")
    found = read_level(folder / "round.json", "another")
    assert found == level
    assert found.seed == level.seed


@pytest.mark.slow
@fuzz
@given(level=st.builds(Level, family=WORDS, tiles=TILES, seed=SEEDS))
def test_ascii_gives_back_every_level_of_tiles_alone(folder, level):
    write_level(level, folder / "round.txt")
    found = read_level(folder / "round.txt", "another")
    assert found == level
    assert found.seed == level.seed


@pytest.mark.parametrize("suffix", [".txt", ".json"])
@fuzz
@given(data=st.binary(max_size=200))
def test_random_bytes_are_a_level_or_a_level_error(folder, suffix, data):
    try:
        read_bytes(folder, data, suffix)
    except LevelError as error:
        assert "level" in str(error)


@fuzz
@given(text=st.text(st.sampled_from(GLYPHS + ";\n\r\t \ufeff\x85:17adefilmsy"), max_size=80))
def test_random_drawings_are_a_level_or_a_level_error(folder, text):
    try:
        read_text(folder, text)
    except LevelError as error:
        assert "level.txt" in str(error)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("#.SG\x00a", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@pytest.mark.slow
@fuzz
@given(
    name=st.sampled_from(["family", "tiles", "entities", "hidden", "seed", "digest", "version"]),
    value=VALUES,
)
def test_a_json_level_with_any_value_in_a_field_is_a_level_or_a_level_error(folder, name, value):
    fields = json.loads(document(digest=None)) | {name: value}
    try:
        read_text(folder, json.dumps(fields), ".json")
    except LevelError as error:
        assert "level.json" in str(error)


@fuzz
@given(place=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_changed_byte_of_a_json_level_never_changes_its_tiles_unseen(folder, place, byte):
    level = generate(Maze(), 7)
    data = bytearray(dumps(level, ".json").encode())
    data[place % len(data)] = byte
    try:
        found = read_bytes(folder, bytes(data), ".json")
    except LevelError:
        return
    assert np.array_equal(found.tiles, level.tiles)


def test_comments_carry_family_and_seed(folder):
    text = f"; made by hand\n; family: dungeon\n;seed: 7\n{DRAWING}; the end\n"
    level = read_text(folder, text)
    assert (level.family, level.seed) == ("dungeon", 7)
    assert level.tiles.shape == (3, 5)


def test_a_comment_may_stand_between_rows(folder):
    assert read_text(folder, "S.G\n; the cellar\n...\n") == drawn("S.G\n...\n")


@pytest.mark.parametrize("suffix", [".txt", ".json"])
def test_the_family_of_the_file_counts_then_the_given_one_then_maze(folder, suffix):
    def text(family):
        named = dumps(Level(family, drawn(DRAWING).tiles), suffix)
        return named if family != "nobody" else DRAWING if suffix == ".txt" else document(family=None)

    assert read_text(folder, text("dungeon"), suffix, "cave").family == "dungeon"
    assert read_text(folder, text("nobody"), suffix, "cave").family == "cave"
    assert read_text(folder, text("nobody"), suffix).family == "maze"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("suffix", [".txt", ".json"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(folder, ends, mark, suffix):
    level = generate(Maze(), 3)
    text = mark + dumps(level, suffix).replace("\n", ends)
    assert read_text(folder, text, suffix) == level


def test_blank_lines_around_a_drawing_and_a_missing_last_line_end_do_not_matter(folder):
    assert read_text(folder, f"\n\n{DRAWING.rstrip()}") == drawn(DRAWING)
    assert read_text(folder, f"{DRAWING}\n  \n") == drawn(DRAWING)


def test_the_suffix_may_be_in_capitals(folder):
    write_level(drawn(DRAWING), folder / "LEVEL.TXT")
    assert read_level(folder / "LEVEL.TXT") == drawn(DRAWING)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there are no tiles"),
        ("; family: maze\n\n", "there are no tiles"),
        ("#####\n#S.?#\n", "line 2, column 4: '[?]' .*Use # wall"),
        (";\n#####\n#S\t.#\n", "line 3, column 3: a tab"),
        ("### \n", "line 1, column 4: a space"),
        ("S.\u00e4\n", r"line 1, column 3: '\\xe4'"),
        ("S.\ufeff\n", "line 1, column 3: a byte-order mark"),
        ("####\n#SG#\n###\n", "line 3 .*3 tiles .*4"),
        ("###\n\n###\n", "line 2 .*0 tiles .*3"),
        ("S.G\n; seed: many\n", "'seed: many'"),
        ("S.G\n; seed: 9999999999999999999\n", "the seed is 9999999999999999999"),
        ("S.G\n; family: a b\n", "'a b'"),
        (("." * 256 + "\n") * 2, "line 1: .*at most 255 tiles"),
        ("S\0G\n", "line 1, byte 2 .*zero byte"),
    ],
)
def test_a_broken_drawing_is_an_error_that_names_file_and_place(folder, text, message):
    with pytest.raises(LevelError, match=rf"level\.txt: .*{message}"):
        read_text(folder, text)


@pytest.mark.parametrize("suffix", [".txt", ".json"])
@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"###\n#\xff#\n", "line 2, byte 2 holds the byte 0xff"),
        ("###\n".encode("utf-16"), "line 1, byte 1 holds the byte 0xff"),
        (b"###\n\0\0\0", "line 2, byte 1 .*zero byte"),
    ],
)
def test_a_binary_file_is_an_error_that_names_the_byte(folder, suffix, data, place):
    with pytest.raises(LevelError, match=f"not text: {place}"):
        read_bytes(folder, data, suffix)


@pytest.mark.parametrize("suffix", [".txt", ".json"])
def test_a_huge_file_is_refused(folder, suffix):
    with pytest.raises(LevelError, match=r"larger than (4|32) MiB"):
        read_bytes(folder, b"#" * (MOST_BYTES + 1), suffix)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other"}, 'it lacks "format": "gamemeta-level"'),
        ({"version": 2}, "version 2 .*version 1"),
        ({"version": "1"}, "version is '1'"),
        ({"version": True}, "version is True; .*whole number"),
        ({"tiles": None}, "tiles is missing"),
        ({"tiles": "###"}, "tiles is '###'; .*list"),
        ({"tiles": []}, "there are no tiles"),
        ({"tiles": ["S.G", 5]}, r"tiles\[1\] is 5; .*text"),
        ({"tiles": ["S.G", "..?"]}, r"tiles\[1\], column 3: '[?]'"),
        ({"tiles": ["S.G", ".."]}, r"tiles\[1\] .*2 tiles .*3"),
        ({"family": 3}, "family is 3; .*text"),
        ({"seed": 1.5}, "seed is 1.5; .*whole number"),
        ({"seed": -1}, "the seed is -1"),
        ({"author": "me"}, "author is unknown. Choose from: format, version"),
        ({"entities": [{"kind": "bat", "row": 1}]}, r"entities\[0\].column is missing"),
        ({"entities": [7]}, r"entities\[0\] is 7; .*object"),
        ({"entities": [{}] * 65_026}, "entities has 65,026 entries; at most 65,025 are read"),
        ({"hidden": {f"a{k}": [] for k in range(1_001)}}, "hidden has 1,001 entries"),
        ({"hidden": {"a": [0] * 50_001, "b": [0] * 50_000}}, "hidden: the rules have over 100,000 numbers"),
        ({"hidden": {"a": [1, "x"]}}, r"hidden.a\[1\] is 'x'; .*whole number"),
    ],
)
def test_a_broken_json_level_is_an_error_that_names_file_and_place(folder, changes, message):
    with pytest.raises(LevelError, match=rf"level\.json: .*{message}"):
        read_text(folder, document(**changes), ".json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format":\n oops}', "line 2, column 2: Expecting value"),
        ("", "line 1, column 1"),
        ("[" * 100_000, "nested too deeply"),
        ('{"seed": ' + "9" * 5000 + "}", "too many digits"),
        ("[]", 'it lacks "format"'),
    ],
)
def test_what_is_no_json_level_is_refused(folder, text, message):
    with pytest.raises(LevelError, match=message):
        read_text(folder, text, ".json")


def test_a_level_edited_by_hand_is_read_once_its_digest_is_removed(folder):
    edited = ["#####", "#SG.#", "#####"]
    with pytest.raises(LevelError, match=r"changed .*remove the digest"):
        read_text(folder, document(tiles=edited), ".json")
    assert str(read_text(folder, document(tiles=edited, digest=None), ".json")) == "\n".join(edited)


def test_ascii_refuses_what_it_cannot_hold_and_leaves_no_file(folder):
    level = Level("maze", drawn(DRAWING).tiles, hidden={"a": (1,)})
    with pytest.raises(LevelError, match=r"hidden\.txt: .*Write it as \.json"):
        write_level(level, folder / "hidden.txt")
    assert not (folder / "hidden.txt").exists()


@pytest.mark.parametrize("name", ["level.png", "level"])
def test_another_suffix_is_refused_when_reading_and_writing(folder, name):
    with pytest.raises(LevelError, match=r"ends in \.txt or \.json"):
        read_level(folder / name)
    with pytest.raises(LevelError, match=r"ends in \.txt or \.json"):
        write_level(drawn(DRAWING), folder / name)


def test_a_missing_file_and_a_folder_are_errors_that_say_so(tmp_path):
    with pytest.raises(LevelError, match="no level file"):
        read_level(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(LevelError, match="is a folder"):
        read_level(tmp_path / "folder.txt")
    with pytest.raises(LevelError, match="is a folder"):
        write_level(drawn(DRAWING), tmp_path / "folder.txt")


@pytest.mark.parametrize("name", ["a\0.txt", "x" * 5000 + ".txt"])
def test_a_name_that_no_file_can_have_is_an_error(tmp_path, name):
    with pytest.raises(LevelError, match=r"cannot be read|no level file"):
        read_level(tmp_path / name)


def test_writing_into_a_missing_folder_says_what_to_do(tmp_path):
    with pytest.raises(LevelError, match=r"no folder .*none.* Create it"):
        write_level(drawn(DRAWING), tmp_path / "none" / "a.txt")


def test_writing_replaces_a_file_and_leaves_nothing_else(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    write_level(drawn(DRAWING), tmp_path / "a.txt")
    assert read_level(tmp_path / "a.txt") == drawn(DRAWING)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_write_that_fails_keeps_the_old_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    (tmp_path / "a.txt").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LevelError, match=r"No space left .*Nothing was changed"):
        write_level(drawn(DRAWING), tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_a_written_level_has_the_modes_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write_level(drawn(DRAWING), tmp_path / "a.txt")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_file_of_a_format_that_is_not_read_is_not_said_to_be_missing(folder):
    (folder / "map.xm").write_text("<map/>")
    (folder / "plain").write_text("S.G\n")
    for name, shown in (("map.xm", r"\.xm"), ("plain", "''")):
        with pytest.raises(LevelError, match=rf"ends in \.txt or \.json or .*; this one ends in .?{shown}"):
            resolve(str(folder / name), Maze())
    with pytest.raises(LevelError, match="is a folder, not the file of a level"):
        resolve(str(folder), Maze())
    with pytest.raises(LevelError, match="no level called"):
        resolve(str(folder / "none.xm"), Maze())
    with pytest.raises(LevelError, match="no level called"):
        resolve("a\0b", Maze())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_named_like_a_level_or_in_a_folder_of_levels_is_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "level.txt")
    with pytest.raises(LevelError, match="it is a pipe, and no regular file"):
        resolve(str(tmp_path / "level.txt"), Maze())
    (tmp_path / "level.json").write_text("{}")
    assert level_files(str(tmp_path)) == [tmp_path / "level.json"]


def test_words_that_no_file_can_be_called_are_no_files():
    for word in ("a" * 5000, "a/" * 3000, "\0"):
        assert not is_gathering(word)
        with pytest.raises(LevelError, match="no level called") as caught:
            resolve(word, Maze())
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "asked", "has", "lacks"),
    [
        ("S.?G", "maze", "S spawn, G goal.", "key"),
        ("; family: dungeon\nS.?G", "maze", "* chest.", "exit 1"),
        ("Sk?G", "maze", "* chest.", "exit 1"),
        ("S1?G", "maze", "exit 4", "chest"),
        ("; family: maze\nSk?G", "arena", "G goal.", "key"),
        ("S.?G", "arena", "exit 4", "chest"),
        ("; family: pebbles\nS.?G", "maze", "player 3", "nothing"),
    ],
)
def test_a_wrong_glyph_lists_those_of_the_family_alone(text, asked, has, lacks):
    with pytest.raises(LevelError) as error:
        parse(text, asked)
    assert "column 3: '?' is not a tile" in str(error.value)
    assert has in str(error.value) and lacks not in str(error.value)
