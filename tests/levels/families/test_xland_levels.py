"""The family `xland`: rulesets as levels, the grids that they are played in, and plans for them."""

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.benchmark import read_benchmark
from gamemeta_levels.families.xland.family import XLand, XLandParameters, hidden_of, ruleset_of
from gamemeta_levels.families.xland.plan import plan_steps
from gamemeta_levels.families.xland.rooms import KINDS_OF_ROOMS, doors_of, rooms_in, sides_of, walls_of
from gamemeta_levels.families.xland.rulesets import Ruleset
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, WALL

BALL, KEY, HEX = (shape * e.COLOURS + 1 for shape in (e.BALL, e.KEY, e.HEX))


def level_of(goal, rules, things, rooms=1, side=9):
    hidden = hidden_of(Ruleset(goal, rules, things))
    return Level(family="xland", tiles=walls_of(rooms, side), hidden=hidden)


SIX_ROOMS = """
#############
#...#...#...#
#...+...+...#
#...#...#...#
#####...#####
#...#...#...#
#...+...+...#
#...#...#...#
#####...#####
#...#...#...#
#...+...+...#
#...#...#...#
#############
"""


def test_a_grid_of_six_rooms_is_the_drawn_one():
    drawn = SIX_ROOMS.strip().splitlines()
    tiles = ["".join("." if tile == FLOOR else "#" for tile in row) for row in walls_of(6, 13)]
    assert tiles == [line.replace("+", "#") for line in drawn]
    assert sorted(map(tuple, doors_of(6, 13).tolist())) == [
        (row, column, 1, 1)
        for row, line in enumerate(drawn)
        for column, tile in enumerate(line)
        if tile == "+"
    ]


@pytest.mark.parametrize("rooms", KINDS_OF_ROOMS)
def test_doors_lie_in_walls_between_rooms_and_join_them_all(rooms):
    for side in sides_of(rooms):
        tiles = walls_of(rooms, side)
        assert rooms_in(tiles) == rooms
        open_tiles = tiles == FLOOR
        for row, column, below, beside in doors_of(rooms, side):
            for k in range(max(below, beside)):
                place = row + k * (below > 1), column + k * (beside > 1)
                assert tiles[place] == WALL
                across = [(0, 1), (0, -1)] if below > 1 or rooms == 6 else [(1, 0), (-1, 0)]
                assert all(tiles[place[0] + y, place[1] + x] == FLOOR for y, x in across)
            open_tiles[row, column] = True
        reached = np.zeros_like(open_tiles)
        reached[1, 1] = True
        for _ in range(side * side):
            near = reached[:-2, 1:-1] | reached[2:, 1:-1] | reached[1:-1, :-2] | reached[1:-1, 2:]
            reached[1:-1, 1:-1] |= near & open_tiles[1:-1, 1:-1]
        assert (reached == open_tiles).all()


@pytest.mark.parametrize("tasks", ["trivial", "high"])
def test_levels_survive_their_arrays_and_lie_in_the_split_asked_for(tasks):
    family = XLand(XLandParameters(tasks=tasks, rooms=4, side=11))
    arrays = generate_arrays(family, range(5), "test")
    levels = [family.unpack(arrays, row) for row in range(5)]
    packed = family.pack(levels)
    assert [level.content_hash for level in levels] == arrays.content_hash.tolist()
    for name, array in {**vars(arrays), **arrays.more}.items():
        if name not in ("more", "chance"):
            again = packed.more[name] if name in packed.more else getattr(packed, name)
            assert np.array_equal(array, again), name


def test_a_changed_level_says_the_same_with_another_tile():
    family = XLand(XLandParameters(tasks="medium"))
    level = generate(family, 1)
    before, after = ruleset_of(level), ruleset_of(family.mutate(level, 0))
    old = {tile for rule in before.rules for tile in rule[1:]} | {*before.goal[1:], *before.things}
    new = {tile for rule in after.rules for tile in rule[1:]} | {*after.goal[1:], *after.things}
    assert len(old - new) == len(new - old) == 1
    assert [rule[0] for rule in after.rules] == [rule[0] for rule in before.rules]


def test_rules_are_told_in_words():
    level = level_of((7, BALL, KEY), ((1, HEX, 0, KEY), (2, BALL, 0, e.FLOOR_TILE)), (BALL, HEX))
    assert XLand().rules(level) == [
        "goal: put a red key above a red ball",
        "rule: a red hex is picked up: it becomes a red key",
        "rule: you walk up to a red ball: it vanishes",
        "things: red ball, red hex",
    ]


@pytest.mark.parametrize(
    ("goal", "rules", "things", "why"),
    [
        ((2, BALL, 0), (), (BALL,), "2 is no kind of goal"),
        ((1, e.WALL_TILE, 0), (), (BALL,), "no goal has a tile of shape 2"),
        ((1, BALL, 0), ((1, BALL, 0, 999),), (BALL,), "no tile 999"),
        ((1, BALL, 0), ((3, BALL, 0, KEY),), (BALL,), "no rule has a tile of shape 0"),
        ((1, BALL, 0), (), (BALL,) * 26, "at most 25"),
        ((1, BALL, 0), (), (e.WALL_TILE,), "no ruleset has a tile of shape 2"),
    ],
)
def test_rulesets_that_the_rules_cannot_play_are_refused(goal, rules, things, why):
    with pytest.raises(LevelError, match=why):
        XLand().pack([level_of(goal, rules, things)])


@pytest.mark.parametrize(
    ("values", "why"),
    [({"tasks": "huge"}, "huge"), ({"rooms": 3}, "3"), ({"rooms": 4, "side": 10}, "10"), ({"side": 8}, "8")],
)
def test_parameters_out_of_range_are_refused_with_what_there_is(values, why):
    with pytest.raises(ConfigError, match=f"{why}.*(small|9)"):
        XLandParameters(**values)


def test_no_task_set_is_deeper_than_the_deepest():
    assert XLand().far().parameters.tasks == "medium"
    with pytest.raises(ConfigError, match="high"):
        XLand(XLandParameters(tasks="high")).far()


def test_the_search_says_where_it_finds_no_plan():
    unmade = level_of((1, BALL, 0), (), (KEY,))
    with pytest.raises(LevelError, match="no plan of at most 243 steps"):
        XLand().solve(unmade)


def test_a_plan_takes_what_a_chain_of_rules_needs():
    chain = level_of((1, BALL, 0), ((1, HEX, 0, KEY), (8, KEY, 0, BALL)), (HEX,))
    plan = XLand().solve(chain)
    assert plan.count(3) == 2  # pick up the hex, put down the key that it became, and pick up the ball
    assert plan.count(4) == 1
    arrays = XLand().pack([chain])
    assert plan_steps(arrays, arrays.par_steps, True).tolist() == [[len(plan)]]


def test_benchmark_files_are_read_as_levels(tmp_path):
    arrays = generate_arrays(XLand(XLandParameters(tasks="high")), range(4), "any")
    rules = e.write_rules(arrays.more["rules"].reshape(-1, 4)).reshape(4, -1, e.RULE_BYTES)
    things = np.stack(np.divmod(arrays.more["things"], np.uint8(e.COLOURS)), -1)
    path = tmp_path / "high.npz"
    np.savez(path, goals=e.write_goals(arrays.more["goal"]), rules=rules, init_tiles=things)
    levels = list(read_benchmark(path, first=1, count=2))
    assert levels == [XLand().unpack(arrays, row) for row in (1, 2)]


def test_other_files_are_no_benchmarks(tmp_path):
    path = tmp_path / "small_1m"
    with pytest.raises(LevelError, match="no such file"):
        list(read_benchmark(path))
    path.write_bytes(b"BZh9 a pickle")
    with pytest.raises(LevelError, match="plain arrays"):
        list(read_benchmark(path))
    path = tmp_path / "wrong.npz"
    np.savez(
        path, goals=np.zeros((2, 5), np.uint8), rules=np.zeros((2, 1, 7)), init_tiles=np.zeros((1, 3, 2))
    )
    with pytest.raises(LevelError, match="no benchmark: goals uint8"):
        list(read_benchmark(path))
    np.savez(
        path,
        goals=np.array([[2, 3, 1, 0, 0]], np.uint8),
        rules=np.zeros((1, 1, 7), np.uint8),
        init_tiles=np.zeros((1, 3, 2), np.uint8),
    )
    with pytest.raises(LevelError, match=r"ruleset 0: .*2 is no kind"):
        list(read_benchmark(path))
