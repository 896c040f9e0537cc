"""Projects of LDtk that are read: values, entities, tiles, worlds, and what is wrong with some."""

import json

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import parts_of, read_level
from gamemeta_levels.formats.drawing import unknown_kinds
from gamemeta_levels.formats.gather import each_level
from gamemeta_levels.formats.ldtk import FORMAT
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Entity
from tests.helpers import ldtk as made
from tests.helpers.ldtk import entities, entity, field, int_grid, level, project, tiles

ROOM = "11111 10001 11111"
WALL_AND_FLOOR = {"wall": 1, "Floor": 2}
PLAYERS = entities(entity("Spawn", 16, 16), entity("Goal", 48, 16))


@pytest.fixture
def read(tmp_path):
    """Reads the level of a project, or one by its name."""

    def of(document, part="", **words):
        path = tmp_path / "world.ldtk"
        path.write_text(document if isinstance(document, str) else made.text(document))
        return read_level(f"{path}#{part}" if part else path, words=TileWords(**words))

    return of


def test_values_count_and_where_walls_alone_are_drawn_the_rest_is_floor(read):
    assert str(read(project(level(PLAYERS, int_grid(ROOM))))) == "#####\n#S.G#\n#####"


def test_a_value_counts_and_not_its_place_among_the_values(read):
    values = {"goal": 4, "walls": 7, "spawn": 2, "floor": 3}
    assert str(read(project(level(int_grid("77777 72347 77777")), values=values))) == "#####\n#S.G#\n#####"


def test_where_floors_are_drawn_empty_cells_are_wall_unless_a_field_says_what(read):
    drawn = level(PLAYERS, int_grid("00000 02220 00000"), size=(3, 5))
    assert str(read(project(drawn, values=WALL_AND_FLOOR))) == "#####\n#S.G#\n#####"
    filled = drawn | {"fieldInstances": [field("gamemeta_empty", "hazard")]}
    assert str(read(project(filled, values=WALL_AND_FLOOR))) == "^^^^^\n^S.G^\n^^^^^"


def test_a_group_says_what_its_values_are(read):
    document = project(level(PLAYERS, int_grid(ROOM)), values={"Moss": 1})
    definition = document["defs"]["layers"][0]
    definition["intGridValuesGroups"] = [{"uid": 3, "identifier": "walls", "color": None}]
    with pytest.raises(LevelError, match="12 of 'Collisions:Moss'"):
        read(document)
    definition["intGridValues"][0]["groupUid"] = 3
    assert str(read(document)) == "#####\n#S.G#\n#####"


@pytest.mark.parametrize("name", ["Collisions:Moss", "Moss", "Collisions:1"])
def test_a_file_of_words_names_values(read, name):
    document = project(level(PLAYERS, int_grid(ROOM)), values={"Moss": 1})
    assert str(read(document, tiles={name: "wall"})) == "#####\n#S.G#\n#####"


def test_a_value_that_is_not_defined_is_named_by_its_number(read):
    with pytest.raises(LevelError, match="1 of 'Collisions:7'"):
        read(project(level(int_grid("11111 10701 11111"))))


def test_an_entity_marks_the_cell_of_its_pivot(read):
    feet = entity("Spawn", 24, 32, pivot=(0.5, 1), height=32)
    corner = entity("Goal", 64, 32, pivot=(1, 1))
    assert str(read(project(level(entities(feet, corner), int_grid(ROOM))))) == "#####\n#S.G#\n#####"


def test_an_entity_that_can_be_resized_marks_all_that_it_covers(read):
    pit = entity("Hazard", 16, 16, width=48)
    definition = {"uid": 50, "resizableX": True, "resizableY": False}
    for defined, shown in ((definition, "#^^^#"), ({"uid": 50}, "#^..#")):
        document = project(level(entities(pit), int_grid(ROOM)), defs={"entities": [defined]})
        assert str(read(document)) == f"#####\n{shown}\n#####"


def test_a_field_says_what_an_entity_is_and_tags_may(read):
    hero = entity("Hero", 16, 16, fieldInstances=[field("Gamemeta_class", "spawn"), field("hp", 3)])
    exit_ = entity("Stairs", 48, 16, __tags=["big", "goal"])
    document = project(level(entities(hero, exit_), int_grid(ROOM)))
    assert str(read(document)) == "#####\n#S.G#\n#####"
    assert str(read(document, tiles={"Hero": "floor"})) == "#####\n#..G#\n#####"


def test_things_on_one_cell_lie_on_one_another(read):
    label = entity("Label", 16, 16)
    there = entities(entity("Spawn", 16, 16), label, entity("Goal", 48, 16))
    assert (
        str(read(project(level(there, int_grid(ROOM))), tiles={"Label": "ignore"})) == "#####\n#S.G#\n#####"
    )
    with pytest.raises(LevelError, match="entityInstances: over 32 things"):
        read(project(level(entities(*[label] * 40), int_grid(ROOM))))


def test_entities_of_the_level_are_no_tiles(read):
    bat = entity(
        "Any", 32, 16, fieldInstances=[field("gamemeta_entity", "bat"), field("gamemeta_variant", "-7")]
    )
    assert read(project(level(entities(bat), PLAYERS, int_grid(ROOM)))).entities == (Entity("bat", 1, 2, -7),)
    bat["fieldInstances"][1]["__value"] = "many"
    with pytest.raises(LevelError, match="gamemeta_variant is 'many'"):
        read(project(level(entities(bat), int_grid(ROOM))))


def test_art_is_decoration_where_values_say_what_is_what(read):
    art = tiles("gridTiles", (16, 16, 3), (32, 16, 4))
    document = project(level(PLAYERS, art, int_grid(ROOM)))
    assert str(read(document)) == "#####\n#S.G#\n#####"
    assert str(read(document, tiles={"Set:4": "hazard"})) == "#####\n#S^G#\n#####"
    assert str(read(document, layers={"Art": "hazard"})) == "#####\n#S^G#\n#####"


def test_tiles_count_where_there_is_nothing_else(read):
    art = tiles("gridTiles", (0, 0, 3), (16, 0, 4), (32, 0, 4), (48, 0, 5), (16, 0, 6))
    document = project(level(art, size=(1, 4)))
    with pytest.raises(LevelError, match="2 of 'Set:4', 1 of 'Set:3'"):
        read(document)
    tileset = document["defs"]["tilesets"][0]
    tileset["customData"] = [
        {"tileId": 3, "data": "sound=5\ngamemeta.class=wall"},
        {"tileId": 9, "data": "x"},
    ]
    tileset["enumTags"] = [
        {"enumValueId": "Floor", "tileIds": [4, 3]},
        {"enumValueId": "spawn", "tileIds": [6]},
        {"enumValueId": "Goal", "tileIds": [5]},
    ]
    assert str(read(document)) == "#S.G"
    art["visible"] = False
    assert str(read(document)) == "####"


def test_tiles_of_rules_are_read_like_those_drawn_by_hand(read):
    for document in (
        project(level(tiles("autoLayerTiles", (0, 0, 3), kind="AutoLayer"), size=(1, 1))),
        project(level(tiles("autoLayerTiles", (0, 0, 3)) | {"__type": "AutoLayer"}, size=(1, 1))),
    ):
        assert str(read(document, tiles={"Set:3": "goal"})) == "G"


def test_what_an_int_grid_shows_by_rules_is_named_after_it(read):
    values = int_grid(ROOM, __tilesetDefUid=30)
    values["autoLayerTiles"] = [{"px": [32, 16], "t": 5, "d": [1, 7]}]
    document = project(level(PLAYERS, values))
    assert str(read(document)) == "#####\n#S.G#\n#####"
    assert str(read(document, tiles={"Set:5": "hazard"})) == "#####\n#S^G#\n#####"
    assert str(read(document, layers={"Collisions (rules)": "hazard"})) == "#####\n#S^G#\n#####"


def test_layers_of_another_grid_and_with_offsets_are_laid_on_that_of_the_values(read):
    fine = int_grid("1111111111 1000000001 1111111111", cell=8)
    coarse = tiles("gridTiles", (16, 0, 3), __gridSize=16, __pxTotalOffsetX=8)
    document = project(level(coarse, fine, size=(1, 5)) | {"pxHei": 24})
    shown = str(read(document, tiles={"Set:3": "gold"}))
    assert shown == "###$$#####\n#..$$....#\n##########"


def test_an_int_grid_may_be_shifted_by_a_part_of_a_cell(read):
    shifted = int_grid("11 11", __pxTotalOffsetX=20, __pxTotalOffsetY=-4)
    assert str(read(project(level(shifted, size=(3, 4))))) == ".##.\n.##.\n...."


def test_the_last_row_of_a_level_may_be_cut_by_its_border(read):
    document = project(level(int_grid("111 101"), size=(1, 1)) | {"pxHei": 17, "pxWid": 48})
    assert str(read(document)) == "###\n#.#"


def test_the_finest_int_grid_with_a_meaning_is_the_grid(read):
    mood = int_grid("33333 33333 33333 33333 33333 33333", uid=2, name="Mood", cell=4)
    document = project(level(mood, int_grid(ROOM)), values={"walls": 1, "dark": 3})
    assert str(read(document, tiles={"Mood:dark": "ignore"})) == "#####\n#...#\n#####"


def test_fields_of_a_level_are_its_family_seed_and_rules(read):
    fields = [
        *(
            field("gamemeta_family", "dungeon"),
            field("Gamemeta_seed", 7),
            field("gamemeta_hidden_keys", "2 0 1"),
        ),
        *(field("gamemeta_hidden_moves", [3, 1]), field("gamemeta_hidden_none", None), field("mood", "dark")),
    ]
    whole = read(project(level(int_grid(ROOM), fieldInstances=fields)))
    assert (whole.family, whole.seed) == ("dungeon", 7)
    assert dict(whole.hidden) == {"keys": (2, 0, 1), "moves": (3, 1)}


def test_a_level_of_several_is_named(read, tmp_path):
    rooms = [level(int_grid(ROOM), name=f"Room_{k}") for k in range(12)]
    rooms[3] = level(PLAYERS, int_grid(ROOM), name="Room_3")
    document = project(*rooms)
    assert str(read(document, "Room_3")) == "#####\n#S.G#\n#####"
    with pytest.raises(
        LevelError, match=r"it holds 12 levels: Room_0, .* and 4 more\. Name one: FILE#Room_0"
    ):
        read(document)
    with pytest.raises(LevelError, match="there is no level 'Room_x' in it"):
        read(document, "Room_x")
    path = str(tmp_path / "world.ldtk")
    assert parts_of(tmp_path / "world.ldtk") == [f"{path}#Room_{k}" for k in range(12)]
    assert each_level(path)[3] == f"{path}#Room_3" and each_level("17") == ["17"]
    read(project(rooms[0]))
    assert parts_of(tmp_path / "world.ldtk") == each_level(path) == [path]


def test_levels_of_several_worlds_that_are_called_alike_have_the_name_of_their_world(read, tmp_path):
    worlds = [
        {"identifier": "Up", "levels": [level(int_grid(ROOM), name="A"), level(int_grid(ROOM), name="B")]},
        {"identifier": "Down", "levels": [level(PLAYERS, int_grid(ROOM), name="A")]},
    ]
    assert str(read(project(worlds=worlds), "Down.A")) == "#####\n#S.G#\n#####"
    assert [one.rpartition("#")[2] for one in parts_of(tmp_path / "world.ldtk")] == ["Up.A", "B", "Down.A"]


def test_a_level_may_lie_in_a_file_of_its_own(read, tmp_path):
    outside = level(layerInstances=None, externalRelPath="world/Level_0.ldtkl")
    document = project(outside, externalLevels=True)
    with pytest.raises(LevelError, match=r"its level 'Level_0' lies in .*Level_0\.ldtkl, which is missing"):
        read(document)
    (tmp_path / "world").mkdir()
    file = tmp_path / "world" / "Level_0.ldtkl"
    file.write_text(made.text(level(PLAYERS, int_grid(ROOM))))
    assert str(read(document)) == "#####\n#S.G#\n#####"
    for wrong, message in (("{}", "layerInstances is missing"), ("[", "line 1"), ("[]", "must be an object")):
        file.write_text(wrong)
        with pytest.raises(LevelError, match=rf"Level_0\.ldtkl: .*{message}"):
            read(document)
    outside["externalRelPath"] = "../secret.ldtkl"
    with pytest.raises(LevelError, match="does not lie in"):
        read(document)


def test_the_file_of_one_level_says_that_the_project_is_wanted(tmp_path):
    with pytest.raises(LevelError, match=r"one level of a project of LDtk\. Give the project"):
        read_level(tmp_path / "Level_0.LDtkl")


def test_old_projects_list_the_cells_that_are_not_empty(read):
    old = int_grid(ROOM)
    old["intGrid"] = [{"coordId": k, "v": 0} for k in range(15) if k not in (6, 7, 8)]
    del old["intGridCsv"]
    document = project(level(PLAYERS, old), jsonVersion="0.7.2")
    for value in document["defs"]["layers"][0]["intGridValues"]:
        del value["value"]
    assert str(read(document)) == "#####\n#S.G#\n#####"
    old["intGrid"].append({"coordId": 15, "v": 0})
    with pytest.raises(LevelError, match=r"intGrid\[12\]\.coordId is 15"):
        read(document)


def changed(**changes):
    return project(level(int_grid(ROOM) | changes))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "line 1, column 2"),
        ("[]", "the document is"),
        ('{"type": "map"}', "no project of LDtk"),
        (made.text(level(int_grid(ROOM))), "one level of a project of LDtk. Give the project"),
        ("[" * 200_000, "nested too deeply"),
        ('{"jsonVersion": %s}' % ("9" * 5000), "too many digits"),
        (project(level(), jsonVersion="2.0"), "jsonVersion is '2.0'; files of LDtk 0.6 to 1.5"),
        (project(level(), jsonVersion=153), "jsonVersion is 153; it must be a text"),
        (project(), "there is no level in this project"),
        (project(level() | {"layerInstances": None}), r"levels\[0\].layerInstances is missing"),
        (project(level() | {"pxWid": 5000}), "it is 3 x 313 tiles"),
        (project(level() | {"pxWid": 0}), r"levels\[0\].pxWid is 0; it must be a whole number of at least 1"),
        (project(level(), level()), r"levels\[1\].identifier: two levels are called Level_0"),
        (project(level(name="a\nb")), "names no level of LDtk"),
        (
            changed(intGridCsv=[1, 2]),
            r"levels\[0\].layerInstances\[0\].intGridCsv has 2 numbers; it must have 15",
        ),
        (changed(intGridCsv=["a"] * 15), r"intGridCsv\[0\] is 'a'"),
        (changed(intGridCsv=[-1] * 15), r"intGridCsv\[0\] is -1; it must be a whole number of at least 0"),
        (changed(intGridCsv=[2**40] * 15), "is no value of an IntGrid"),
        (changed(layerDefUid=77), r"layerInstances\[0\].layerDefUid is 77"),
        (changed(__gridSize=0), "__gridSize is 0"),
        (changed(__cWid=2**60), "__cWid is 1152921504606846976"),
        (changed(__cWid=2**40), "at most 1,000,000 are read"),
        (project(*[level()] * 10_001), "levels has 10,001 entries; at most 10,000"),
        (
            project(level(int_grid(ROOM)), values={f"v{k}": k for k in range(1001)}),
            "intGridValues has 1,001 entries",
        ),
        (project(level(tiles("gridTiles", *[(0, 0, k) for k in range(10_001)]))), "over 10,000 kinds"),
        (project(level(tiles("gridTiles", *[(0, 0, 1)] * 33))), "gridTiles: over 32 things"),
        (
            project(level(tiles("gridTiles", *[(0, 0, 1)] * 600, __gridSize=9000))),
            "gridTiles: over 32 things",
        ),
        (project(level(tiles("gridTiles", (0, 0, "x")))), r"gridTiles\[0\].t is 'x'"),
        (project(level(tiles("gridTiles", (0, 0, -1)))), r"gridTiles\[0\].t is -1"),
        (project(level(tiles("gridTiles", (2**40, 0, 1)))), r"gridTiles\[0\].px is \[1099511627776, 0\]"),
        (changed(__type=3), "__type is 3; it must be a text"),
        (project(level(*[int_grid(ROOM)] * 101)), "layerInstances has 101 entries"),
        (project(level(entities({"__identifier": "A"}))), r"entityInstances\[0\].px has 0 numbers"),
        (project(level(entities(entity("A", 2**40, 0)))), "outside of every world"),
        (project(level(entities(3))), r"entityInstances\[0\] is 3; it must be an object"),
        (
            project(level(tiles("gridTiles", (0, 0, 1), __tilesetDefUid=31))),
            "is 31; there is no such tileset",
        ),
        (
            project(level(int_grid(ROOM), fieldInstances=[field("gamemeta_seed", ["a"])])),
            "field gamemeta_seed",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(read, document, message):
    with pytest.raises(LevelError, match=message):
        read(document)


def test_unknown_things_are_counted_for_a_file_of_words(read, tmp_path):
    there = entities(entity("Label", 16, 16), entity("Spawn", 32, 16))
    with pytest.raises(LevelError, match="without a meaning"):
        read(project(level(there, int_grid(ROOM)), values={"Rock": 1}))
    drawing = FORMAT.drawing(Source(tmp_path / "world.ldtk"))
    assert unknown_kinds(drawing, TileWords()) == {"Collisions:Rock": 12, "Label": 1}
    assert drawing.size == (3, 5)
    assert all(isinstance(one.grid, np.ndarray) for one in drawing.layers)


def test_a_document_of_very_many_parts_is_not_read(read):
    with pytest.raises(LevelError, match="over 2,500,000 lists and objects"):
        read(json.dumps([[]]) + "[" * 2_500_000)
