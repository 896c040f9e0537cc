import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.fine_tuning import fine_tuned
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.learners.fine_tuning import FineTuningConfig
from gamemeta.learners.rl2.fine_tuner import FineTuning
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN
from tests.helpers.agents import tiny_policy

GAME = MazeGame(1, MazeConfig(view=3, steps_per_tile=3.0))


def corridors(count):
    """The goal two steps to the right of the spawn, a dead end of the same length to the left."""
    tiles = np.full((1, 5), FLOOR)
    tiles[0, 2], tiles[0, 4] = SPAWN, GOAL
    return Maze().pack([Level(family="maze", tiles=tiles)] * count)


@pytest.mark.slow
@pytest.mark.parametrize("scaled", [False, True])
def test_a_gradient_after_each_episode_finds_the_goal_sooner(scaled):
    config = FineTuningConfig(learning_rate=0.01, gradient_steps=10)
    policy = tiny_policy(GAME.spec)
    arm = fine_tuned(FineTuning(policy, config, scaled_values=scaled), GAME, corridors(24), 8)
    first, last = arm.returns[:, 0].mean(), arm.returns[:, -1].mean()
    assert last > first + 0.1


@pytest.mark.slow
def test_values_on_a_scale_that_is_not_known_do_not_matter():
    policy, shifted = tiny_policy(GAME.spec), tiny_policy(GAME.spec)
    shifted.critic.bias.data += 50
    config = FineTuningConfig(learning_rate=0.01, gradient_steps=10)

    def played(policy, *, scaled):
        return fine_tuned(FineTuning(policy, config, scaled_values=scaled), GAME, corridors(4), 4).steps

    np.testing.assert_array_equal(played(policy, scaled=True), played(shifted, scaled=True))
    assert (played(policy, scaled=False) != played(shifted, scaled=False)).any()


@pytest.mark.parametrize("scaled", [False, True])
def test_the_discount_decides_what_an_early_action_is_credited_with(scaled):
    def played(discount):
        config = FineTuningConfig(learning_rate=0.01, gradient_steps=10)
        tuning = FineTuning(tiny_policy(GAME.spec), config, discount=discount, scaled_values=scaled)
        return fine_tuned(tuning, GAME, corridors(4), 4)

    near, far = played(0.2), played(1.0)
    np.testing.assert_array_equal(near.steps[:, 0], far.steps[:, 0])
    assert (near.steps != far.steps).any()


def test_without_gradient_steps_every_episode_is_the_same_in_distribution():
    config = FineTuningConfig(gradient_steps=0)
    arm = fine_tuned(FineTuning(tiny_policy(GAME.spec), config), GAME, corridors(40), 6)
    halves = arm.returns[:, :3].mean(), arm.returns[:, 3:].mean()
    spread = arm.returns.std() / np.sqrt(120) * np.sqrt(2)
    assert abs(halves[0] - halves[1]) < 4 * spread


def test_the_policy_is_left_as_it_was_and_levels_do_not_touch_each_other():
    policy = tiny_policy(GAME.spec)
    before = {k: v.clone() for k, v in policy.state_dict().items()}
    two = fine_tuned(FineTuning(policy), GAME, corridors(2), 3)
    assert all((before[k] == v).all() for k, v in policy.state_dict().items())
    one = fine_tuned(FineTuning(policy), GAME, corridors(1), 3)
    np.testing.assert_array_equal(two.returns[:1], one.returns)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="out of range"):
        FineTuningConfig(learning_rate=0.0)
