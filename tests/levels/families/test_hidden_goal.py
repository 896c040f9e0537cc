"""The family `grid`: 21 levels, all of them in every split."""

import math

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.grid.family import HiddenGoal, tile_of
from gamemeta_levels.families.grid.kernels import GOALS, move
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays, plan_words
from gamemeta_levels.tiles import MOVE_NAMES, MOVES
from tests.helpers.oracles import drawn

LEVEL = """
.....
....G
.....
.....
S....
"""


def grid(text):
    return drawn(text, "grid")


def test_goals_are_the_cells_away_from_the_start():
    assert [divmod(int(cell), 5) for cell in GOALS] == [
        cell for cell in np.ndindex(5, 5) if cell not in {(0, 0), (0, 1), (1, 0), (1, 1)}
    ]


@pytest.mark.parametrize("split", ["any", "train", "validation", "test"])
def test_every_goal_is_drawn_equally_often_in_every_split(split):
    levels = generate_arrays(HiddenGoal(), range(21_000), split)
    _, counts = np.unique(levels.content_hash, return_counts=True)
    assert len(counts) == 21
    assert np.abs(counts - 1000).max() < 4 * math.sqrt(1000)


def test_nothing_is_held_out():
    assert not HiddenGoal().about.held_out
    assert Maze().about.held_out


def test_moves_lead_where_their_names_say_on_the_drawn_tiles():
    names, steps = HiddenGoal.about.action_names, dict(zip(MOVE_NAMES, MOVES, strict=True)) | {"stay": (0, 0)}
    for cell in range(25):
        for action, name in enumerate(names):
            wanted = np.clip(np.add(tile_of(cell), steps[name]), 0, 4)
            assert tile_of(move(cell, action)) == tuple(wanted)


def test_the_plan_walks_to_the_goal_and_stays():
    plan = plan_words(HiddenGoal(), HiddenGoal().solve(grid(LEVEL)))
    assert plan == ["up"] * 3 + ["right"] * 4 + ["stay"] * 8


def test_distances_are_steps_to_the_goal():
    levels = HiddenGoal().pack([grid(LEVEL)])
    assert levels.distance[0].tolist() == [[abs(r - 1) + abs(c - 4) for c in range(5)] for r in range(5)]


@pytest.mark.parametrize(
    "text",
    [
        LEVEL.replace("G", "."),
        LEVEL.replace("S", "."),
        LEVEL.replace("....G", "...GG"),
        LEVEL.replace("G", ".").replace("S.", "SG"),
        LEVEL.replace("S....", "....S"),
        LEVEL.strip()[:-6],
    ],
)
def test_anything_but_one_of_the_21_levels_is_refused(text):
    with pytest.raises(LevelError, match="a grid is 5 x 5 tiles"):
        HiddenGoal().pack([grid(text)])
