"""Cheats that an honest evaluation must catch. Two more stand in tests/cli/test_baselines_option.py."""

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.assets import asset
from gamemeta.errors import LevelError
from gamemeta.evaluation.episodes import Memory, play_episodes
from gamemeta.games.setup import GameSetup
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.restore import policy_of
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from gamemeta.trials.streams import trial_seeds
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays

LEVELS, EPISODES = 192, 4


class Leaking(Maze):
    """Ignores the split it is asked for, so that test levels get into training."""

    def fill(self, arrays, rows, seeds, split):
        super().fill(arrays, rows, seeds, "any")


def test_test_levels_mixed_into_training_are_caught_by_the_splits(monkeypatch):
    from gamemeta.games.builtin.maze import game as maze

    monkeypatch.setattr(maze, "Maze", Leaking)
    with pytest.raises(LevelError, match=r"'train'.*'(validation|test)'"):
        Training(load_config("maze"))


def test_validation_levels_that_are_not_are_caught_too():
    with pytest.raises(LevelError, match="'validation'"):
        generate_arrays(Leaking(), range(40), "validation")


def returns_of_last_episode(changed: bool):
    """The shipped agent's last episode, on its own level or on one put in its place."""
    file = read_agent(asset("agents/maze.safetensors"))
    actor = MemoryLearner(policy_of(file))
    game, family = GameSetup.of(file).game(LEVELS), GameSetup.of(file).family()
    levels = generate_arrays(family, range(LEVELS), "test")
    memory = Memory.blank(actor, file.spec, LEVELS)
    seeds = trial_seeds(0, 1, np.arange(LEVELS, dtype=np.int64))
    chance = np.zeros(LEVELS, np.uint64)
    for _ in range(EPISODES - 1):
        play_episodes(actor, game, levels, memory, seeds, chance)
    if changed:
        levels = generate_arrays(family, range(LEVELS, 2 * LEVELS), "test")
    return play_episodes(actor, game, levels, memory, seeds, chance).returns


def test_a_level_changed_before_the_last_episode_costs_what_the_memory_knew():
    same, changed = returns_of_last_episode(False), returns_of_last_episode(True)
    error = np.sqrt(same.var() / LEVELS + changed.var() / LEVELS)
    assert same.mean() - changed.mean() > 0.2 + 4 * error
