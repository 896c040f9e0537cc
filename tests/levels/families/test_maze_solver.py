import numpy as np
import pytest

from gamemeta_levels.errors import LevelError, UnsolvableLevel
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.tiles import GOAL, MOVES, SPAWN, WALL
from tests.helpers.oracles import drawn, shortest_path

GOES_AROUND = """
    S#G
    .#.
    ...
"""


def replay(level, plan):
    """The tile where a plan ends."""
    row, column = level.find(SPAWN)[0]
    for action in plan:
        row, column = row + MOVES[action][0], column + MOVES[action][1]
        assert min(row, column) >= 0
        assert level.tiles[row, column] != WALL
    return row, column


def test_the_plan_goes_around_the_wall():
    up, down, left, right = range(4)
    plan = Maze().solve(drawn(GOES_AROUND))
    assert plan == [down, down, right, right, up, up]
    assert left not in plan


@pytest.mark.parametrize("split", ["any", "far"])
def test_the_plan_reaches_the_goal_in_par_steps(split):
    for seed in range(100):
        level = generate(Maze(), seed, split)
        plan = Maze().solve(level)
        assert [replay(level, plan)] == level.find(GOAL)
        assert len(plan) == shortest_path(level)


def test_pack_keeps_order_and_content():
    levels = [generate(Maze(), seed, split) for seed, split in ((1, "any"), (2, "far"), (3, "any"))]
    arrays = Maze().pack(levels)
    assert [Maze().unpack(arrays, row) for row in range(3)] == levels
    assert arrays.seed.tolist() == [1, 2, 3]
    assert arrays.par_steps.tolist() == [shortest_path(level) for level in levels]


def test_pack_takes_no_levels_at_all():
    assert len(Maze().pack([])) == 0


def test_a_drawn_level_has_no_seed():
    assert Maze().unpack(Maze().pack([drawn(GOES_AROUND)]), 0).seed is None


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        ("S.G\n.k.\n", r"row 2, column 2: 'k' \(key 1\)"),
        ("..G\n", "one spawn 'S'; .*0"),
        ("S.GG\n", "one goal 'G'; .*2"),
    ],
)
def test_pack_refuses_what_is_no_maze(drawing, message):
    with pytest.raises(LevelError, match=message):
        Maze().pack([drawn(drawing)])


def test_pack_refuses_another_family():
    with pytest.raises(LevelError, match=r"'dungeon', .*'maze'"):
        Maze().pack([drawn("S.G\n", family="dungeon")])


def test_pack_refuses_entities_and_hidden_rules():
    tiles = drawn("S.G\n").tiles
    for more in ({"entities": (Entity("bat", 0, 1),)}, {"hidden": {"a": (1,)}}):
        with pytest.raises(LevelError, match="beside its tiles a maze has nothing"):
            Maze().pack([Level("maze", tiles, **more)])


def test_pack_refuses_an_unsolvable_level_and_says_where():
    with pytest.raises(UnsolvableLevel, match="goal at row 1, column 3 cannot be reached"):
        Maze().pack([drawn("S#G\n")])


def test_measuring_trusts_the_tiles_alone():
    good, walled = drawn("S.G\n...\n"), drawn("S.G\n...\n").tiles.copy()
    arrays = Maze().pack([good, good, good])
    walled[:, 1] = WALL
    arrays.tiles[1] = walled
    arrays.tiles[2, 0, 2] = 1  # no goal
    arrays.par_steps[:] = 77
    arrays.goal[:] = 0
    assert Maze().measure(arrays).tolist() == [2, -1, -1]


def test_a_mutation_differs_a_little_and_stays_solvable():
    for seed in range(60):
        level = generate(Maze(), seed)
        changed = Maze().mutate(level, seed)
        assert changed != level
        assert np.sum(changed.tiles != level.tiles) <= 2
        assert shortest_path(changed) is not None
        assert changed.seed is None


def test_the_same_seed_makes_the_same_mutation():
    level = generate(Maze(), 4)
    assert Maze().mutate(level, 8) == Maze().mutate(level, 8)
    assert len({Maze().mutate(level, seed) for seed in range(20)}) > 10


def test_mutations_move_the_goal_and_open_and_close_tiles():
    level = generate(Maze(), 4)
    changes = set()
    for seed in range(60):
        changed = Maze().mutate(level, seed)
        if changed.find(GOAL) != level.find(GOAL):
            changes.add("goal")
        else:
            changes.add(int(np.sum(changed.tiles == WALL)) - int(np.sum(level.tiles == WALL)))
    assert changes == {"goal", 1, -1}


def test_a_level_without_inner_tiles_cannot_be_mutated():
    with pytest.raises(LevelError, match="no inner tile"):
        Maze().mutate(drawn("S.G\n"), 0)


def test_mutating_takes_seeds_in_range_alone():
    with pytest.raises(LevelError, match="level seed is -1"):
        Maze().mutate(generate(Maze(), 0), -1)
