"""What is given to games side by side: as many levels and actions as there are games, or one clear error."""

import numpy as np
import pytest

from gamemeta.errors import LevelError, SpecError
from gamemeta.games.checks import check_actions, check_levels
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays


@pytest.mark.parametrize(("levels", "flags"), [((2,), (3,)), ((3,), (2,)), ((3,), (3, 1))])
def test_levels_or_flags_that_are_not_as_many_as_games_are_refused(levels, flags):
    with pytest.raises(LevelError, match=rf"3 games need 3 .* got {levels[0]} levels"):
        check_levels(3, generate_arrays(Maze(), range(*levels), "any"), np.ones(flags, np.bool_))


def test_as_many_levels_and_flags_as_games_are_taken():
    check_levels(3, generate_arrays(Maze(), range(3), "any"), np.ones(3, np.bool_))


@pytest.mark.parametrize("actions", [np.zeros((2, 1, 1), int), np.zeros((3, 2, 2)), np.zeros((3, 2), int)])
def test_actions_that_are_not_integers_for_every_head_are_refused(actions):
    with pytest.raises(SpecError, match=r"3 mazes .*\(3, 2, 2\)"):
        check_actions(actions, 3, "mazes", seats=2, heads=2)


@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.int64])
def test_integers_of_any_width_are_taken(kind):
    check_actions(np.zeros((3, 1, 1), kind), 3, "mazes")
