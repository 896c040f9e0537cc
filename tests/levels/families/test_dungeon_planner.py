"""The planner of the dungeon: played in the rules, never worse than the plain way, close to a full search."""

from heapq import heappop, heappush

import numpy as np
import pytest

from gamemeta_levels.families.dungeon.family import Dungeon, DungeonParameters
from gamemeta_levels.families.dungeon.planner.planner import best_plan, default_limit, plan_return
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.tiles import MOVE_NAMES, MOVES
from tests.helpers.dungeon_twin import Twin
from tests.helpers.dungeon_world import dungeon

WILD = DungeonParameters(vaults=(0, 2), monsters=(2, 5), shuffled_moves=True)


def earned(level, plan, limit):
    twin = Twin(level, limit)
    return sum(twin.step(action) for action in plan), twin


def words(level):
    return " ".join(MOVE_NAMES[action] for action in Dungeon().solve(level))


@pytest.mark.parametrize("family", [Dungeon(), Dungeon(WILD), Dungeon().far()])
def test_plans_earn_in_the_plain_twin_what_the_planner_says_and_escape(family):
    arrays = generate_arrays(family, range(150), "any")
    limit, returns = default_limit(arrays), plan_return(arrays)
    for row in range(150):
        level = family.unpack(arrays, row)
        total, twin = earned(level, family.solve(level), int(limit[row]))
        assert total == pytest.approx(returns[row], abs=1e-5)
        assert twin.ended == "escaped"


def test_plans_are_never_worse_than_the_plain_way():
    arrays = generate_arrays(Dungeon(WILD), range(400), "any")
    limit, returns = default_limit(arrays), plan_return(arrays)
    for row in range(400):
        level = Dungeon(WILD).unpack(arrays, row)
        field, twin, total = arrays.more["key_distance"][row], Twin(level, int(limit[row])), 0.0
        while not twin.ended:
            if field[twin.hero] == 0:
                field = arrays.distance[row]
            nearer = [
                k for k, move in enumerate(MOVES) if field[Twin.plus(twin.hero, move)] < field[twin.hero]
            ]
            total += twin.step(level.hidden["moves"].index(nearer[0]))
        assert returns[row] >= total - 1e-6


def test_a_longer_clock_is_never_worse():
    arrays = generate_arrays(Dungeon(), range(200), "any")
    limit = default_limit(arrays)
    longer = plan_return(arrays, 2 * limit)
    assert (longer >= plan_return(arrays, limit) - 0.05).all()
    assert longer.mean() > plan_return(arrays, limit).mean()


def test_the_right_key_is_taken_and_the_exit_reached_by_the_shortest_way():
    level = dungeon("#######\n#Sl.k.#\n#...m.#\n##.####\n##D####\n##G####", keys=(2, 0, 1))
    assert words(level) == "right down down down down"


def test_fortune_is_worth_a_detour_and_gold_far_away_is_not():
    level = dungeon("############\n#Sk..d....l#\n#........m$#\n##.#########\n##D#########\n##G#########")
    _, twin = earned(level, Dungeon(steps_per_tile=0.5).solve(level), 36)
    assert twin.ended == "escaped"
    assert twin.at((1, 5)) == "."
    assert twin.at((2, 10)) == "$"


def test_a_chest_is_fetched_before_the_right_key_where_it_pays():
    level = dungeon("########\n#Sl.k.m#\n#......#\n##.##.##\n##D##E##\n##G##*##")
    _, twin = earned(level, Dungeon().solve(level), 200)
    assert twin.at((5, 5)) == "*"
    total, twin = earned(level, _plan(level, 200), 200)
    assert twin.at((5, 5)) == "."
    assert total > 1.1  # more than any way without the chest can earn


def _plan(level, limit):
    return best_plan(Dungeon().pack([level]), np.array([limit], np.int32))


def test_the_planner_waits_for_a_monster_to_pass():
    level = dungeon("########\n#Sk.l.m#\n###.####\n#..x..##\n###.####\n###D####\n###G####")
    _, twin = earned(level, Dungeon().solve(level), 28)
    assert twin.health == 3
    assert twin.ended == "escaped"


def best_possible(level, limit):
    """Highest return of any plan, by search over whole states; for levels with few things."""
    start = Twin(level, limit)
    best, seen, queue, count = -9.0, {}, [(0, 0, 0.0, start)], 0
    while queue:
        _, _, total, twin = heappop(queue)
        for action in range(4):
            after = copy(twin)
            gained = total + after.step(action)
            if after.ended:
                best = max(best, gained)
                continue
            hero, numbers, monsters, tiles = after.state()
            key = (hero, numbers, tuple(monsters), tuple(sorted(tiles.items())))
            if seen.get(key, -9.0) < gained - 1e-9:
                seen[key] = gained
                count += 1
                heappush(queue, (after.steps, count, gained, after))
    return best


def copy(twin):
    fresh = object.__new__(Twin)
    fresh.__dict__.update(twin.__dict__)
    fresh.tiles, fresh.monsters = dict(twin.tiles), [list(monster) for monster in twin.monsters]
    return fresh


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "######\n#Sk$.#\n#l.mx#\n##.###\n##D###\n##G###",
        "######\n#S.kd#\n#lbm.#\n##.###\n##D###\n##G###",
        "######\n#Skl.#\n#..m^#\n##.###\n##D###\n##G###",
    ],
)
def test_on_small_levels_the_plan_is_the_best_there_is(text):
    level = dungeon(text)
    limit = 18
    arrays = Dungeon().pack([level])
    assert plan_return(arrays, np.array([limit], np.int32))[0] == pytest.approx(
        best_possible(level, limit), abs=1e-5
    )
