"""Flaws that are planted into generated levels are all reported, and none where none was planted."""

from functools import cache
from itertools import islice

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.inspection.flaws import DOORS, LONG_DEAD_END, flaws
from gamemeta_levels.inspection.ways import around, dead_ends, filled, in_sight, reached
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import DOOR_2, FLOOR, GOLD, HAZARD, SPAWN, WALL

SEEDS = range(5)


def from_text(text, family="maze"):
    rows = [line.strip() for line in text.split("\n") if line.strip()]
    glyphs = "#.SG^kDlmEF$abcduvwxyz*1234%!LPQR"
    return Level(family=family, tiles=[[glyphs.index(glyph) for glyph in row] for row in rows])


def changed(level, places, code):
    tiles = level.tiles.copy()
    for place in places:
        tiles[place] = code
    return Level(family=level.family, tiles=tiles, hidden=level.hidden)


def beside_spawn(level):
    (spawn,) = level.find(SPAWN)
    return [place for place in around(spawn, level.tiles.shape) if level.tiles[place] != WALL]


def enclosed(level):
    """A tile of wall with nothing but wall around it."""
    shape = level.tiles.shape
    return next(
        place
        for place in level.find(WALL)
        if len(list(around(place, shape))) == 4 and all(level.tiles[p] == WALL for p in around(place, shape))
    )


def in_the_open(level):
    """A tile of floor that one can walk around."""
    for place in level.find(FLOOR):
        beside = list(around(place, level.tiles.shape))
        if any(level.tiles[side] in DOORS for side in beside):
            continue
        sides = [side for side in beside if level.tiles[side] == FLOOR]
        passable = level.tiles == FLOOR
        passable[place] = False
        if len(sides) > 1 and all(filled(passable, sides[:1])[side] for side in sides):
            return place
    raise AssertionError(level)


@cache
def open_levels(family):
    """Generated levels with nothing but floor beside the spawn."""
    levels = (generate(family(), seed) for seed in range(100))
    plain = (one for one in levels if all(one.tiles[place] == FLOOR for place in beside_spawn(one)))
    return list(islice(plain, len(SEEDS)))


PLANTED = {
    "unsolvable": (Maze, lambda level: changed(level, beside_spawn(level), WALL)),
    "unfair_trap": (Dungeon, lambda level: changed(level, beside_spawn(level), HAZARD)),
    "unreachable_thing": (Dungeon, lambda level: changed(level, [enclosed(level)], GOLD)),
    "unreachable_floor": (Dungeon, lambda level: changed(level, [enclosed(level)], FLOOR)),
    "key_not_needed": (Dungeon, lambda level: changed(level, [in_the_open(level)], DOOR_2)),
}


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_planted_flaw_is_reported_and_was_not_there_before(kind, seed):
    family, plant = PLANTED[kind]
    level = open_levels(family)[seed]
    assert not [one for one in flaws(family(), level) if one.problem]
    reported = [one for one in flaws(family(), plant(level)) if one.problem]
    assert kind in {one.kind for one in reported}
    assert all(one.kind in (kind, "unsolvable", "unreachable_floor") for one in reported)


@pytest.mark.parametrize("family", [Maze, Dungeon, Arena])
def test_clean_levels_have_no_problem(family):
    for seed in range(20):
        assert not [one for one in flaws(family(), generate(family(), seed)) if one.problem]


def test_the_place_of_the_one_trap_on_every_way_is_named():
    level = from_text(
        """
        ##########
        #S..k.l.m#
        ####^#####
        #...^..###
        #......DG#
        ##########
        """,
        "dungeon",
    )
    (trap,) = (one for one in flaws(Dungeon(), level) if one.kind == "unfair_trap")
    assert trap.places == ((2, 4), (3, 4))
    assert "row 3, column 5; row 4, column 5" in trap.words


def test_a_door_before_nothing_needs_no_key():
    level = generate(Dungeon(), 0)
    wall = enclosed(level)
    (reported,) = (
        one for one in flaws(Dungeon(), changed(level, [wall], DOOR_2)) if one.kind == "key_not_needed"
    )
    assert reported.places[0] == wall
    assert "nothing lies behind it" in reported.words


def test_a_key_beyond_its_door_opens_nothing():
    level = from_text("######\n#S.Dk#\n######")
    assert not reached(level, level.find(SPAWN))[1, 4]
    level = from_text("######\n#SkD.#\n######")
    assert reached(level, level.find(SPAWN))[1, 4]


def test_a_malformed_level_is_refused():
    with pytest.raises(LevelError):
        flaws(Maze(), from_text("####\n#S.#\n####"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("#######\n#S...G#\n#######", True),
        ("#######\n#S.#.G#\n#.....#\n#######", False),
        ("######\n#S...#\n#...G#\n######", True),
    ],
)
def test_a_goal_in_a_straight_line_of_sight_is_remarked(text, seen):
    kinds = {one.kind: one.problem for one in flaws(Maze(), from_text(text))}
    assert kinds == ({"goal_in_sight": False} if seen else {})


def test_no_line_of_sight_passes_between_two_corners():
    opaque = np.array([[False, True], [True, False]])
    assert not in_sight(opaque, (0, 0), (1, 1))
    opaque[0, 1] = False
    assert in_sight(opaque, (0, 0), (1, 1))


@pytest.mark.parametrize("length", [LONG_DEAD_END - 1, LONG_DEAD_END])
def test_a_dead_end_of_twenty_tiles_is_remarked(length):
    wide = length + 4
    rows = ["#" * wide, "#G..".ljust(wide - 1, ".") + "#", "##S" + "#" * (wide - 3), "#" * wide]
    level = from_text("\n".join(rows))
    reported = [one for one in flaws(Maze(), level) if one.kind == "dead_end"]
    assert [len(one.places) for one in reported] == ([length] if length >= LONG_DEAD_END else [])
    assert len(dead_ends(level.tiles != WALL)) == 3
