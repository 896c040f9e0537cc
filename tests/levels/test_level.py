import copy
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.hash_kernels import finished, hash_of_tiles
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.tiles import GOAL, SPAWN
from tests.helpers.oracles import drawn

SMALL = """
    #####
    #S.G#
    #####
"""


def small(**changes):
    level = drawn(SMALL)
    return Level(**{"family": "maze", "tiles": level.tiles, **changes})


def test_levels_are_equal_when_their_contents_are_whatever_their_seeds():
    assert small(seed=1) == small(seed=2)
    assert hash(small(seed=1)) == hash(small(seed=2))
    assert small(seed=1).digest == small(seed=2).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"family": "dungeon"},
        {"tiles": drawn(SMALL).tiles.T},
        {"tiles": drawn(SMALL).tiles[:, ::-1]},
        {"entities": (Entity("bat", 1, 1),)},
        {"hidden": {"buttons": (1, 0)}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_levels_differ_when_any_part_of_their_content_does(changes):
    assert small(**changes) != small()


def test_the_shape_is_part_of_the_content():
    row, column = np.ones((1, 6), np.uint8), np.ones((6, 1), np.uint8)
    assert Level("maze", row).digest != Level("maze", column).digest


def test_entities_and_hidden_rules_count_whatever_their_order():
    bat, orc = Entity("bat", 1, 1), Entity("orc", 1, 3)
    first = small(entities=(bat, orc), hidden={"a": (1,), "b": (2,)})
    second = small(entities=(orc, bat), hidden={"b": (2,), "a": (1,)})
    assert first == second
    assert first.digest == second.digest


def test_a_level_is_not_equal_to_its_text():
    assert small() != str(small())


def test_tiles_can_never_be_written_to():
    tiles = small().tiles
    with pytest.raises(ValueError, match="read-only"):
        tiles[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        tiles.flags.writeable = True


def test_a_level_keeps_its_tiles_when_the_given_array_changes():
    given = np.array(drawn(SMALL).tiles)
    level = Level("maze", given)
    given[:] = 0
    assert level == small()


def test_fields_and_hidden_rules_can_not_be_replaced():
    level = small(hidden={"a": (1,)})
    with pytest.raises(FrozenInstanceError):
        level.seed = 3
    with pytest.raises(TypeError):
        level.hidden["a"] = (2,)


def test_with_seed_changes_the_seed_alone():
    assert small(seed=1).with_seed(9).seed == 9
    assert small(seed=1).with_seed(9) == small()


def test_a_shallow_copy_is_the_same_level():
    assert copy.copy(small(hidden={"a": (1,)})) == small(hidden={"a": (1,)})


def test_find_gives_places_in_reading_order():
    level = drawn("G.S\n.S.\n")
    assert level.find(SPAWN) == [(0, 2), (1, 1)]
    assert level.find(GOAL) == [(0, 0)]


def test_the_text_of_a_level_is_its_drawing():
    assert str(small()) == "#####\n#S.G#\n#####"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tiles": np.zeros(4, np.uint8)}, r"shape \(4,\)"),
        ({"tiles": np.zeros((0, 3), np.uint8)}, r"shape \(0, 3\)"),
        ({"tiles": np.zeros((256, 3), np.uint8)}, r"1 to 255 tiles a side"),
        ({"tiles": [[0, 99]]}, "from 0 to 99"),
        ({"tiles": [[0, 256]]}, "from 0 to 256"),
        ({"tiles": [[0, -1]]}, "from -1 to 0"),
        ({"tiles": [[0.5, 1.0]]}, "dtype float64"),
        ({"tiles": [["#", "."]]}, "dtype <U1"),
        ({"tiles": [[0, 1], [0]]}, "equally long"),
        ({"family": "a maze"}, "'a maze'"),
        ({"family": "maze\n"}, "is not a name"),
        ({"hidden": {"a;b": (1,)}}, "'a;b'"),
        ({"hidden": {"a": (2**63,)}}, "hidden number is 9223372036854775808"),
        ({"seed": -1}, "the seed is -1"),
        ({"seed": 10**5000}, "over 30 digits"),
        ({"entities": (Entity("bat", 3, 0),)}, "'bat' at row 3, column 0 stands outside"),
        ({"entities": (Entity("", 0, 0),)}, "'' is not a name"),
        ({"entities": (Entity("bat", 0, 0, 2**64),)}, "an entity's variant"),
    ],
)
def test_what_is_no_level_is_refused(changes, message):
    with pytest.raises(LevelError, match=message):
        small(**changes)


def test_the_kernel_hashes_content_as_the_value_does():
    family = Maze()
    arrays = generate_arrays(family, range(200), "any")
    for row in range(200):
        level = family.unpack(arrays, row)
        assert int(arrays.content_hash[row]) == level.content_hash
        begun = np.uint64(hash_of_tiles(level.tiles, level.height, level.width))
        assert int(finished(begun)) == level.content_hash


def test_the_digest_names_the_content_hash_in_16_digits():
    level = generate(Maze(), 5)
    assert int(level.digest, 16) == level.content_hash
    assert len(level.digest) == 16
