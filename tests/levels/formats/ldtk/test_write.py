"""Levels written as projects of LDtk, and written back into projects that others drew."""

import difflib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import generate
from gamemeta_levels.formats import dumps, read_level, write_level
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.formats.editor_tiles import NAME, SIDE
from gamemeta_levels.formats.ldtk.layout import laid_out
from gamemeta_levels.formats.ldtk.splice import element_texts, path_of, span_of, with_elements
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import WORDS, TileWords
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.registry import family_class
from gamemeta_levels.split import MAX_SEED
from gamemeta_levels.tiles import GLYPHS
from tests.helpers import ldtk as made
from tests.helpers.ldtk import entities, entity, field, int_grid, level, project, tiles

ROOM = "11111 10001 11111"
PLAYERS = entities(
    entity("Spawn", 16, 16, __worldX=116, __worldY=16, iid="a"), entity("Goal", 48, 16, iid="b")
)
NUMBERS = st.integers(-MAX_SEED - 1, MAX_SEED)
NAMES = st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True)
TILES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 32))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("ldtk")


@pytest.mark.parametrize("name", ["maze", "dungeon", "arena", "mdp"])
def test_generated_levels_come_back_equal(folder, name):
    family = family_class(name)()
    for seed in range(2):
        drawn = generate(family, seed)
        write_level(drawn, folder / "level.ldtk")
        again = read_level(folder / "level.ldtk", "other")
        assert (again, again.digest, again.seed) == (drawn, drawn.digest, seed)
    assert (folder / NAME).read_bytes()[:4] == b"\x89PNG"


@settings(max_examples=30, deadline=None)
@given(
    tiles=TILES,
    hidden=st.dictionaries(NAMES, st.lists(NUMBERS).map(tuple), max_size=3),
    seed=st.none() | st.integers(0, MAX_SEED),
    bats=st.lists(st.tuples(NAMES, NUMBERS), max_size=3),
)
def test_every_level_comes_back(folder, tiles, hidden, seed, bats):
    those = tuple(Entity(kind, 0, k % tiles.shape[1], variant) for k, (kind, variant) in enumerate(bats))
    drawn = Level(family="own", tiles=tiles, entities=those, hidden=hidden, seed=seed)
    write_level(drawn, folder / "any.ldtk")
    again = read_level(folder / "any.ldtk")
    assert (again, again.seed) == (drawn, seed)


def test_equal_levels_give_equal_files_and_identifiers_fit_together():
    drawn = generate(family_class("dungeon")(), 1)
    text = dumps(drawn, ".ldtk")
    assert text == dumps(generate(family_class("dungeon")(), 1), ".ldtk")
    document = json.loads(text)
    defs, there = document["defs"], document["levels"][0]
    uids = [one["uid"] for kind in ("layers", "entities", "tilesets", "levelFields") for one in defs[kind]]
    uids += [rule["uid"] for rule in defs["layers"][0]["autoRuleGroups"][0]["rules"]]
    assert len(set(uids)) == len(uids) and max(uids) < document["nextUid"]
    assert {one["defUid"] for one in there["fieldInstances"]} == {one["uid"] for one in defs["levelFields"]}
    assert there["layerInstances"][0]["layerDefUid"] == defs["layers"][0]["uid"]
    assert [one["identifier"] for one in defs["layers"][0]["intGridValues"]] == list(WORDS)


def test_each_tile_is_shown_by_its_picture():
    drawn = parse("#SG\n.^k", "maze")
    shown = json.loads(dumps(drawn, ".ldtk"))["levels"][0]["layerInstances"][0]["autoLayerTiles"]
    codes = {(one["px"][1] // SIDE, one["px"][0] // SIDE): one["t"] for one in shown}
    assert codes == {place: int(code) for place, code in np.ndenumerate(drawn.tiles)}
    assert all(one["src"] == [one["t"] * SIDE, 0] for one in shown)


def test_a_name_that_fields_cannot_have_is_refused():
    with pytest.raises(LevelError, match=r"'hidden_a/b'.*Write the level as \.json"):
        dumps(Level(family="maze", tiles=[[0]], hidden={"a/b": (1,)}), ".ldtk")


@settings(max_examples=40, deadline=None)
@given(JSON)
def test_a_layout_says_the_same(value):
    assert json.loads(laid_out(value)) == value


@settings(max_examples=40, deadline=None)
@given(JSON, st.sampled_from([None, 1, "\t"]))
def test_parts_of_a_text_are_found(value, indent):
    document = {"a": [0, {"b": value}], "c": value}
    text = json.dumps(document, indent=indent)
    start, end = span_of(text, path_of("a[1].b"))
    assert json.loads(text[start:end]) == value
    parts = element_texts(text, ["a"])
    assert json.loads(with_elements(text[slice(*span_of(text, ["a"]))], [*parts, "7"])) == [*document["a"], 7]


@pytest.fixture
def rewritten(tmp_path):
    """Writes a drawing back into a project; the lines that left and came, and the document."""

    def of(document, drawing, part="", words=None, **more):
        path, out = tmp_path / "world.ldtk", tmp_path / "out.ldtk"
        path.write_text(made.text(document))
        source = Source(path, part, words=words or TileWords())
        drawn = parse(drawing, "maze")
        drawn = Level(family="maze", tiles=drawn.tiles, **more)
        write_level(drawn, out, like=source)
        assert read_level(f"{out}#{part}" if part else out, words=source.words) == drawn
        lines = difflib.ndiff(made.text(document).splitlines(), out.read_text().splitlines())
        return [line for line in lines if line[0] in "-+"], json.loads(out.read_text())

    return of


def test_an_unchanged_level_leaves_every_letter_as_it_is(rewritten):
    assert rewritten(project(level(PLAYERS, int_grid(ROOM))), "#####\n#S.G#\n#####")[0] == []


def test_only_values_that_change_differ(rewritten):
    other = level(int_grid(ROOM), name="Other")
    document = project(other, level(PLAYERS, int_grid("11111 10001 11111")), secret={"kept": [1.50, "é"]})
    lines, after = rewritten(document, "##.##\n#S#G#\n#####", "Level_0")
    assert len(lines) == 4
    assert after["levels"][0] == other
    assert after["levels"][1]["layerInstances"][1]["intGridCsv"] == [
        1,
        1,
        0,
        1,
        1,
        1,
        0,
        1,
        0,
        1,
        1,
        1,
        1,
        1,
        1,
    ]


def test_an_entity_moves_with_what_is_below_it(rewritten):
    document = project(level(PLAYERS, int_grid(ROOM)))
    lines, after = rewritten(document, "#####\n#.SG#\n#####")
    spawn, goal = after["levels"][0]["layerInstances"][0]["entityInstances"]
    assert (spawn["px"], spawn["__grid"], spawn["__worldX"], spawn["iid"]) == ([32, 16], [2, 1], 132, "a")
    assert goal == PLAYERS["entityInstances"][1]
    assert len(lines) == 6
    _, after = rewritten(document, "#S###\n#..G#\n#####")
    assert after["levels"][0]["layerInstances"][0]["entityInstances"][0]["px"] == [16, 0]
    assert after["levels"][0]["layerInstances"][1]["intGridCsv"][1] == 0


def test_an_entity_whose_tile_is_gone_leaves_and_new_tiles_are_new_values(rewritten):
    _, after = rewritten(project(level(PLAYERS, int_grid(ROOM))), "##k##\n#SSS#\n#####")
    assert [one["iid"] for one in after["levels"][0]["layerInstances"][0]["entityInstances"]] == ["a"]
    values = {one["identifier"]: one["value"] for one in after["defs"]["layers"][0]["intGridValues"]}
    assert values == {"walls": 1, "key_1": 2, "spawn": 3}


def test_rules_fields_and_seeds_are_written(rewritten):
    fields = [
        field("gamemeta_seed", "7", 60),
        field("mood", "dark", 61),
        field("gamemeta_hidden_old", "4", 62),
    ]
    known = [{"identifier": one["__identifier"], "uid": one["defUid"], "type": "F_String"} for one in fields]
    known[2] |= {"type": "F_Int", "isArray": True}
    document = project(level(PLAYERS, int_grid(ROOM), fieldInstances=fields), defs={"levelFields": known})
    _, after = rewritten(document, "#####\n#S.G#\n#####", hidden={"old": (5, 6), "new": (1,)})
    there = {one["__identifier"]: one for one in after["levels"][0]["fieldInstances"]}
    assert (there["gamemeta_seed"]["__value"], there["gamemeta_seed"]["realEditorValues"]) == (None, [])
    assert there["mood"] == fields[1]
    assert there["gamemeta_hidden_old"]["realEditorValues"] == [
        {"id": "V_Int", "params": [k]} for k in (5, 6)
    ]
    assert there["gamemeta_hidden_new"]["__value"] == "1"
    assert there["gamemeta_hidden_new"]["defUid"] == after["defs"]["levelFields"][-1]["uid"] == 100
    assert after["nextUid"] == 101


@pytest.mark.parametrize("name", ["maze", "arena"])
def test_changed_levels_are_written_back_into_our_own_projects(folder, name):
    family = family_class(name)()
    drawn = generate(family, 5)
    write_level(drawn, folder / "own.ldtk")
    other = family.mutate(drawn, 1)
    write_level(other, folder / "own2.ldtk", like=Source(folder / "own.ldtk"))
    again = read_level(folder / "own2.ldtk")
    assert (again, again.seed) == (other, other.seed)
    shown = json.loads((folder / "own2.ldtk").read_text())["levels"][0]["layerInstances"][0]["autoLayerTiles"]
    codes = {(one["px"][1] // SIDE, one["px"][0] // SIDE): one["t"] for one in shown}
    assert codes == {place: int(code) for place, code in np.ndenumerate(other.tiles)}
    before, after = ((folder / one).read_text().splitlines() for one in ("own.ldtk", "own2.ldtk"))
    assert len([line for line in difflib.ndiff(before, after) if line[0] in "-+"]) < 60


def test_what_cannot_be_written_back_is_refused(rewritten, tmp_path):
    with pytest.raises(LevelError, match="3 x 5 and 1 x 2 tiles large"):
        rewritten(project(level(PLAYERS, int_grid(ROOM))), "SG")
    with pytest.raises(LevelError, match="has no IntGrid"):
        rewritten(project(level(entities(entity("Goal", 0, 0)), size=(1, 2))), "SG")
    art = tiles("gridTiles", (32, 16, 4))
    words = TileWords({"Set:4": "hazard"})
    with pytest.raises(LevelError, match="at row 2, column 3 it would show hazard where the level has floor"):
        rewritten(project(level(PLAYERS, art, int_grid(ROOM))), "#####\n#S.G#\n#####", words=words)
    with pytest.raises(LevelError, match="its entities or hidden rules would be others"):
        rewritten(
            project(level(PLAYERS, int_grid(ROOM))), "#####\n#S.G#\n#####", entities=(Entity("bat", 0, 0),)
        )
    outside = level(layerInstances=None, externalRelPath="Level_0.ldtkl")
    (tmp_path / "Level_0.ldtkl").write_text(made.text(level(PLAYERS, int_grid(ROOM))))
    with pytest.raises(LevelError, match="files of their own, which are not written"):
        rewritten(project(outside), "#####\n#S.G#\n#####")


def test_glyphs_and_colours_are_as_many():
    from gamemeta_levels.formats.ldtk.definitions import COLOURS

    assert len(COLOURS) == len(WORDS) == len(GLYPHS)
