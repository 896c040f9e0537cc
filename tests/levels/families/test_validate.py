"""Every family proves that a level fits before compiled code reads it, whichever way the level comes in."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from gamemeta_levels.errors import GamemetaError, LevelError, PluginError
from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.corridor.family import Corridor
from gamemeta_levels.families.darkroom.family import DarkRoom
from gamemeta_levels.families.drawn_family import DrawnFamily
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.families.keydoor.family import KeyDoor
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.families.mdp.family import TabularMDP
from gamemeta_levels.families.navigation.family import Navigation
from gamemeta_levels.families.popgym.family import POPGymLevels
from gamemeta_levels.families.xland.family import XLand
from gamemeta_levels.family import generate, generate_arrays, pack_level
from gamemeta_levels.formats import resolve
from gamemeta_levels.inspection.file_check import check_file
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.tiles import GLYPHS, LOAD, PLAYER_2
from tests.helpers.oracles import drawn

FAMILIES = (
    Maze,
    Dungeon,
    Arena,
    Bandit,
    TabularMDP,
    HiddenGoal,
    Navigation,
    Corridor,
    DarkRoom,
    KeyDoor,
    POPGymLevels,
    XLand,
)

ARENA_OF_THREE_ROWS = """
    #24####
    3SSGSS#
    ###1###
"""
DUNGEON_WITH_FOREIGN_TILES = """
    ..FG
    ..##
    .l..
    3.1.
    ....
    ..#.
    .3..
    .#..
    ...S
    1m.k
    ....
    Q...
"""
OPEN_DUNGEON = """
    ..FG
    ..##
    .l..
    ....
    ...S
    .m.k
    ....
"""


@pytest.mark.parametrize("cls", FAMILIES)
def test_what_a_family_generates_is_valid(cls):
    family = cls()
    for seed in range(20):
        family.validate(generate(family, seed))


@pytest.mark.parametrize("cls", FAMILIES)
def test_levels_of_other_families_entities_and_foreign_tiles_are_refused_everywhere(cls):
    family = cls()
    good = generate(family, 0)
    tiles = good.tiles.copy()
    tiles[0, 0] = PLAYER_2
    for wrong in (
        replace(good, family="other"),
        replace(good, entities=(Entity("bat", 0, 0),)),
        replace(good, tiles=tiles),
        replace(good, hidden={**good.hidden, "more": (1,)}),
        replace(good, tiles=np.concatenate([good.tiles, good.tiles])),
    ):
        for use in (
            family.validate,
            family.solve,
            lambda level: family.pack([level]),
            lambda level: family.mutate(level, 0),
            lambda level: pack_level(family, level),
        ):
            with pytest.raises(LevelError):
                use(wrong)


@pytest.mark.parametrize(
    ("text", "family", "message"),
    [
        (ARENA_OF_THREE_ROWS, "arena", "sides of 7 to 63 .*3 x 7"),
        (
            DUNGEON_WITH_FOREIGN_TILES,
            "dungeon",
            r"line 5, column 1: '3' \(exit 3\) has no meaning in a dungeon",
        ),
    ],
)
def test_hostile_levels_are_refused_in_one_line_by_check_and_by_play(tmp_path, text, family, message):
    path = tmp_path / "level.txt"
    path.write_text(f"; family: {family}\n{drawn(text, family)}\n")
    cls = Arena if family == "arena" else Dungeon
    with pytest.raises(LevelError, match=message) as caught:
        resolve(str(path), cls())
    assert "\n" not in str(caught.value)
    error = check_file(path).error
    assert error is not None and error in str(caught.value)


@pytest.mark.parametrize("side", [1, 3, 5])
def test_no_arena_is_smaller_than_those_that_matches_arrange(side):
    tiles = np.zeros((side, 9), np.uint8)
    with pytest.raises(LevelError, match="7 to 63"):
        Arena().validate(Level(family="arena", tiles=tiles))


def test_a_game_that_needs_loads_says_so_before_it_is_played():
    good = next(one for one in (generate(Arena(), s) for s in range(50)) if not (one.tiles == LOAD).any())
    Arena().validate(good)
    with pytest.raises(LevelError, match="4 loads 'L'; this one has 0"):
        Arena(loads=4).validate(good)


def test_every_tile_that_a_dungeon_may_have_has_a_meaning_in_its_rules():
    dungeon = drawn(OPEN_DUNGEON, "dungeon")
    meanings = Counter()
    for code in range(len(GLYPHS)):
        tiles = dungeon.tiles.copy()
        tiles[6, 0] = code
        try:
            Dungeon().pack([replace(dungeon, tiles=tiles)])
        except LevelError as error:
            meanings["foreign" if "no meaning" in str(error) else "twice"] += 1
        else:
            meanings["good"] += 1
    assert meanings == {
        "good": 23 - 5,
        "twice": 5,
        "foreign": 10,
    }  # spawn, goal and three keys are there once


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": 1.5},
        {"seed": "7"},
        {"seed": 10**400},
        {"seed": 10**5000},
        {"hidden": {"a": (10**5000,)}},
        {"hidden": {"a": (0.5,)}},
        {"hidden": {"a": (float("inf"),)}},
        {"hidden": {"a": 3}},
        {"hidden": {3: (3,)}},
        {"hidden": [1]},
        {"entities": (("bat", 0, 0),)},
        {"entities": 3},
        {"entities": (Entity("bat", 0.5, 0),)},
        {"entities": (Entity(3, 0, 0),)},
        {"family": None},
        {"family": "a" * 100_000},
        {"tiles": [[10**400]]},
        {"tiles": [[0.5]]},
        {"tiles": "SG"},
        {"tiles": np.zeros((1, 1, 1), np.uint8)},
        {"tiles": np.zeros((256, 1), np.uint8)},
    ],
)
def test_levels_made_by_hand_of_the_wrong_kinds_are_refused_in_a_short_sentence(wrong):
    fields = {"family": "maze", "tiles": np.ones((3, 3), np.uint8), **wrong}
    with pytest.raises(LevelError) as caught:
        Level(**fields)
    assert len(str(caught.value)) < 250


def test_numbers_of_numpy_are_numbers():
    level = Level(
        family="maze",
        tiles=np.ones((2, 2), np.int64),
        entities=(Entity("bat", np.int32(1), np.uint8(0)),),
        hidden={"a": np.array([1, 2])},
        seed=np.int64(3),
    )
    assert (level.hidden["a"], level.seed, level.entities[0].row) == ((1, 2), 3, 1)
    assert all(type(n) is int for n in (*level.hidden["a"], level.seed, level.entities[0].row))


@pytest.mark.parametrize("seed", [-1, 1.5, "x", 10**400, pytest.param(10**5000, id="long"), None])
def test_seeds_are_whole_numbers_in_range(seed):
    with pytest.raises(LevelError, match="seed"):
        generate_arrays(Maze(), [seed], "any")
    with pytest.raises(LevelError, match="seed"):
        Maze().mutate(generate(Maze(), 0), seed)


class _Careless(DrawnFamily):
    name = "careless"
    Parameters = dict
    sides = (3, 3)

    def draw(self, draws):
        return drawn("S.G", self.name)

    def solve(self, level):
        return [level.hidden["missing"][0]]

    def changed(self, level, draws):
        return level


def test_a_family_of_others_that_fails_on_a_level_is_blamed_in_one_sentence():
    with pytest.raises(
        PluginError, match=r"'careless' fails .*KeyError: 'missing' \(test_validate.py, line"
    ) as e:
        pack_level(_Careless(), drawn("S.G", "careless"))
    assert isinstance(e.value, GamemetaError)
