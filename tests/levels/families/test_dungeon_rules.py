"""The rules of the dungeon: drawn little levels for every rule, and a plain twin for the rest."""

import numpy as np
import pytest

from gamemeta_levels.families.dungeon.family import Dungeon, DungeonParameters
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.family import generate_arrays
from tests.helpers.dungeon_twin import Twin
from tests.helpers.dungeon_world import World, dungeon

HALL = """
    ############
    #S.{}....k.DG
    #.........##
    #.l.....m.##
    ############
"""
CELL = """
    #####
    #Slm#
    #k..#
    ##D##
    ##G##
"""
ESCAPE = "down right down down"


def hall(thing):
    """A hall with one thing two steps right of the spawn."""
    return World(dungeon(HALL.format(thing)))


@pytest.mark.slow
def test_levels_are_played_as_by_the_plain_twin():
    rng = np.random.default_rng(0)
    crowded = DungeonParameters(monsters=(3, 6), traps=(2, 4), vaults=(0, 2), shuffled_moves=True)
    for family in (Dungeon(), Dungeon(crowded)):
        arrays = generate_arrays(family, range(60), "any")
        for row in range(60):
            level, limit = family.unpack(arrays, row), int(rng.integers(5, 120))
            world, twin = World(level, limit), Twin(level, limit)
            plan = family.solve(level) if row % 2 else []
            for t in range(2 * limit + 2):
                action = plan[t] if t < len(plan) and rng.random() < 0.95 else int(rng.integers(4))
                assert world.step(action) == pytest.approx(twin.step(action))
                assert world.state() == twin.state()


def test_the_twin_and_the_world_meet_every_outcome():
    rng, met = np.random.default_rng(1), set()
    arrays = generate_arrays(Dungeon(DungeonParameters(vaults=(1, 1))), range(300), "any")
    for row in range(300):
        world = World(Dungeon().unpack(arrays, row), 100)
        for _ in range(200):
            world.step(int(rng.integers(4)))
            met.add(world.happened[1])
    assert met == set(range(r.LEFT + 1))


def test_gold_pays_once():
    world = hall("$")
    assert world.walk("right right left right") == pytest.approx([0, 0.05, 0, 0])


def test_fortune_pays():
    world = hall("d")
    assert world.walk("right right")[-1] == pytest.approx(0.25)
    assert world.happened == ("d", r.GOT_FORTUNE)


def test_a_hurting_potion_takes_health():
    world = hall("b")
    assert world.walk("right right")[-1] == pytest.approx(-0.15)
    assert world.status(r.HEALTH) == 2


def test_healing_pays_only_the_hurt():
    world = World(dungeon("#########\n#S.baa..#\n#.......#\n#k.l.m..#\n#.......#\n###D#####\n###G#####"))
    assert world.walk("right right right right") == pytest.approx([0, -0.15, 0.1, 0])
    assert world.happened == ("a", r.WAS_HEALTHY)
    assert world.status(r.HEALTH) == 3


def test_haste_stops_the_clock_for_ten_steps():
    world = hall("c")
    world.walk("right right")
    assert world.status(r.CLOCK) == 2
    world.walk("left right " * 5)
    assert (world.status(r.CLOCK), world.status(r.STEPS)) == (2, 12)
    world.walk("left")
    assert world.status(r.CLOCK) == 3


def test_a_trap_hurts_each_time_and_the_third_time_kills():
    world = World(dungeon("#######\n#S^..k#\n#.l.m.#\n#.....#\n##D####\n##G####"))
    rewards = world.walk("right left right left right")
    assert rewards == pytest.approx([-0.1, 0, -0.1, 0, -0.3])
    assert world.status(r.ENDED) == r.DIED
    assert world.walk("left") == [0.0]
    assert world.hero == (1, 2)


def test_a_door_stays_shut_without_its_key():
    world = World(dungeon(CELL, keys=(1, 0, 2)))
    world.walk("down right down")
    assert world.status(r.IN_HAND) == 1
    assert world.happened == ("D", r.DID_NOT_FIT)
    assert world.hero == (2, 2)


def test_the_right_key_opens_the_door_and_the_exit_pays_for_time():
    world = World(dungeon(CELL))
    rewards = world.walk(ESCAPE)
    assert rewards == pytest.approx([0, 0, 0, 1 - 0.9 * 4 / 100])
    assert world.status(r.ENDED) == r.ESCAPED


def test_an_opened_door_stays_open():
    world = World(dungeon(CELL))
    world.walk("down right down")
    assert world.happened == ("D", r.OPENED)
    assert (world.hero, world.tile(3, 2)) == ((3, 2), ".")
    world.walk("up left")
    assert world.walk("right down") == [0, 0]
    assert world.hero == (3, 2)


def test_a_key_is_put_down_where_another_is_taken():
    world = World(dungeon("######\n#Skl.#\n#..m.#\n##D###\n##G###"))
    world.walk("right right")
    assert (world.status(r.IN_HAND), world.tile(1, 3), world.tile(1, 2)) == (2, "k", ".")
    world.walk("left right")
    assert (world.status(r.IN_HAND), world.tile(1, 3)) == (1, "l")


@pytest.mark.parametrize(("scroll", "to"), [("u", (1, 7)), ("v", (1, 1)), ("w", (1, 3))])
def test_scrolls_lead_onward_homeward_or_nowhere(scroll, to):
    world = World(dungeon(f"##########\n#S.{scroll}....DG\n#.k.l.m.##\n##########"))
    world.walk("right right")
    assert world.hero == to
    assert world.status(r.COMPASS) == (scroll == "w")


def test_the_chest_behind_a_door_pays():
    world = World(dungeon("#########\n#S.lk..DG\n#.....m##\n##E######\n##*######"))
    rewards = world.walk("right right left down down down up up")
    assert rewards == pytest.approx([0, 0, 0, 0, 0, 0.25, 0, 0])
    assert (world.hero, world.happened) == ((2, 2), ("", r.NOTHING))


def test_time_runs_out_after_twice_the_limit():
    world = World(dungeon(CELL), limit=3)
    world.walk("left " * 5)
    assert world.status(r.ENDED) == r.RUNNING
    world.walk("left")
    assert world.status(r.ENDED) == r.OUT_OF_TIME


@pytest.mark.parametrize("limit", [2, 3, 4])
def test_the_exit_pays_a_tenth_from_the_limit_to_the_last_step(limit):
    world = World(dungeon(CELL), limit=limit)
    assert world.walk(ESCAPE)[-1] == pytest.approx(0.1)
    assert world.status(r.ENDED) == r.ESCAPED


def test_haste_does_not_make_an_episode_longer_than_twice_its_limit():
    world = World(dungeon("#######\n#Scccc#\n#..klm#\n##D####\n##G####"), limit=8)
    world.walk("right right right right " + "up " * 11)
    assert world.status(r.ENDED) == r.RUNNING
    world.walk("up")
    assert (world.status(r.ENDED), world.status(r.STEPS)) == (r.OUT_OF_TIME, 16)


def patrolling(kind, **hidden):
    """A monster that starts on row 2, column 4 and patrols its row."""
    text = f"########\n#S.k.lm#\n#.#.{kind}..#\n#......#\n##D#####\n##G#####"
    return World(dungeon(text, **hidden))


def test_a_monster_patrols_a_row_and_turns_round_at_walls():
    world, columns = patrolling("x"), []
    for _ in range(8):
        world.walk("up")
        columns.append(world.state()[2][0][1])
    assert columns == [5, 6, 5, 4, 3, 4, 5, 6]


def test_a_monster_on_an_odd_tile_patrols_its_column():
    world = World(dungeon("#######\n#S.k.l#\n#..x.m#\n#.....#\n##D####\n##G####"))
    places = []
    for _ in range(4):
        world.walk("up")
        places.append(world.state()[2][0][:2])
    assert places == [(3, 3), (2, 3), (1, 3), (2, 3)]


def test_a_monster_that_cannot_move_stays():
    world = World(dungeon("#######\n#S.klm#\n#...#^#\n#...#x#\n##D####\n##G####"))
    assert world.state()[2][0][:2] == (3, 5)
    world.walk("up up")
    assert world.state()[2][0][:2] == (3, 5)


@pytest.mark.parametrize(("kind", "lost"), [("x", 1), ("z", 0)])
def test_swapping_places_with_a_monster_touches_it(kind, lost):
    world = World(dungeon(f"#######\n#S.{kind}..#\n#.klm.#\n#.....#\n##D####\n##G####"))
    world.walk("right")  # to column 2, the monster from 3 to 4
    world.walk("right")  # to column 3, the monster to 5
    rewards = world.walk("right")  # to column 4, where the monster comes back to
    assert world.hero == (1, 4)
    assert rewards == pytest.approx([-0.1 * lost])
    assert world.status(r.HEALTH) == 3 - lost
    rewards = world.walk("right left")
    assert world.world[6][0, r.MET] in (0, 1 << "xyz".index(kind))
    assert rewards[0] == 0.0


def test_shuffled_moves_lead_where_they_were_drawn_to():
    world = World(dungeon(CELL, moves=(3, 2, 1, 0)))
    world.walk("left")
    assert world.hero == (2, 1)
