"""Dungeons drawn by hand: what is refused, what is solvable, and what a mutation leaves."""

from dataclasses import replace

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError, UnsolvableLevel
from gamemeta_levels.families.dungeon.change import escapes
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.dungeon.rules.constants import HIDDEN
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Entity
from gamemeta_levels.tiles import WALL
from tests.helpers.dungeon_world import dungeon
from tests.levels.families.test_dungeon import WIDE

CELL = """
#######
#S..k.#
#..lm.#
##.####
##D####
##G####
"""


@pytest.mark.parametrize(
    ("text", "hidden", "message"),
    [
        (CELL.replace("S", "."), {}, "one spawn 'S'; .*0"),
        (CELL.replace("m", "G"), {}, "one goal 'G'; .*2, .*row 6, column 3"),
        (CELL.replace("l", "."), {}, "one key 2 'l'; .*0"),
        (CELL.replace("D", "."), {}, "row 5, column 3: .*door"),
        (CELL.replace("##.####", "##$####"), {}, r"row 4, column 3: .*floor '\.'"),
        (CELL.replace("##D####", "##D.###"), {}, "row 5, column 4: .*wall '#'"),
        (CELL.replace("##G####", "##G.###"), {}, "row 6, column 3 .*2 ways"),
        (CELL, {"keys": (0, 1, 1)}, "`keys` holds each of 0 to 2 once"),
        (CELL, {"harmless": (0, 2, 0)}, "`harmless` says 0 or 1 for each of 3 kinds"),
        (CELL, {"potions": (0, 1, 2)}, "`potions` holds each of 0 to 3 once"),
        (CELL, {"wings": (1,)}, "harmless and keys"),
    ],
)
def test_a_malformed_dungeon_is_refused(text, hidden, message):
    with pytest.raises(LevelError, match=message):
        Dungeon().pack([dungeon(text, **hidden)])


def test_entities_too_many_monsters_and_other_families_are_refused():
    level = dungeon(CELL)
    with pytest.raises(LevelError, match="entities"):
        Dungeon().pack([replace(level, entities=(Entity("bat", 1, 1),))])
    crowd = dungeon("###############\n#xxxxxxxxxxxxx#\n#S.k..l..m....#\n###D###########\n###G###########")
    with pytest.raises(LevelError, match="at most 12 monsters; this one has 13"):
        Dungeon().pack([crowd])
    with pytest.raises(LevelError, match="family 'maze'"):
        Dungeon().pack([replace(level, family="maze")])


@pytest.mark.parametrize("wall", ["#", "^", "E"])
def test_an_exit_behind_a_wall_a_trap_or_another_door_is_unsolvable(wall):
    level = dungeon(f"########\n#S{wall}.k..#\n###l.m.#\n###.####\n###D####\n###G####")
    with pytest.raises(UnsolvableLevel, match="'k' at row 2, column 5"):
        Dungeon().pack([level])
    assert Dungeon().measure(_unchecked(level)).tolist() == [-1]


def _unchecked(level):
    arrays = Dungeon().arrays(1)
    arrays.tiles[:] = WALL
    arrays.tiles[0, : level.height, : level.width] = level.tiles
    arrays.size[0] = level.tiles.shape
    arrays.more["hidden"][0] = [n for name in HIDDEN for n in level.hidden[name]]
    return arrays


def test_a_corridor_full_of_things_is_solvable_whatever_they_do():
    corridor = "#############\n#Sab$cdk..DG#\n#.###########\n#l.m#########\n#############"
    for shift in range(4):
        potions = tuple((k + shift) % 4 for k in range(4))
        assert Dungeon().pack([dungeon(corridor, potions=potions)]).par_steps[0] == 10


@pytest.mark.parametrize("family", [Dungeon(), Dungeon(WIDE)])
def test_a_mutation_is_another_level_that_can_be_escaped(family):
    level = generate(family, 4)
    for seed in range(60):
        changed = family.mutate(level, seed)
        assert escapes(family.pack([changed]))
        assert changed != level
        assert changed == family.mutate(level, seed)
        level = changed


def test_a_drawn_level_stays_solvable_when_mutated():
    level = dungeon(CELL)
    for seed in range(40):
        assert Dungeon().measure(Dungeon().pack([Dungeon().mutate(level, seed)]))[0] > 0


def test_where_a_thing_has_nowhere_to_go_another_change_is_found():
    level = Dungeon().mutate(generate(Dungeon(), 222), 0)
    assert Dungeon().mutate(level, 1) != level


@pytest.mark.slow
def test_redrawn_rules_keep_the_map_and_stay_solvable():
    family, rows = Dungeon(WIDE), np.array([0, 2, 5])
    arrays = generate_arrays(family, range(8), "test")
    fresh = family.redrawn_rules(arrays, rows, 3)
    assert np.array_equal(fresh.tiles, arrays.tiles)
    same = (fresh.more["hidden"] == arrays.more["hidden"]).all(1)
    assert np.flatnonzero(~same).tolist() == rows.tolist()
    packed = family.pack([family.unpack(fresh, row) for row in range(8)])
    for name in ("content_hash", "par_steps", "seed"):
        assert np.array_equal(getattr(packed, name), getattr(fresh, name))
    height, width = packed.tiles.shape[1:]
    assert np.array_equal(packed.distance, fresh.distance[:, :height, :width])
    assert np.array_equal(packed.more["key_distance"], fresh.more["key_distance"][:, :height, :width])
