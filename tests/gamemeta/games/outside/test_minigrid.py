"""MiniGrid's environments as games, against the environment itself; needs the extra `minigrid`."""

import gymnasium as gym
import numpy as np
import pytest

pytest.importorskip("minigrid")

from gamemeta import check_game
from gamemeta.config import make
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import game_class
from gamemeta_levels.family import generate_arrays
from tests.helpers.buffers import choices

MEMORY = "gymnasium/MiniGrid-MemoryS7-v0"


@pytest.fixture
def game():
    cls = game_class(MEMORY)
    return cls(2, make(cls.Config, {"symbols": "image=11", "par": 1.0}, "game"))


@pytest.mark.slow
def test_memory_keeps_the_contract_of_games():
    cls = game_class(MEMORY)
    config = make(cls.Config, {"symbols": "image=11", "par": 1.0}, "game")
    check_game(lambda n: cls(n, config), seeds=4, steps=60)


def test_an_agent_sees_objects_as_symbols_and_where_it_looks_but_no_text(game):
    seen = {b.name: (b.shape, choices(b)) for b in game.spec.obs}
    assert seen == {"direction": ((1,), 4), "image": ((7, 7, 3), 11)}


def test_a_level_plays_as_minigrid_does(game):
    levels = generate_arrays(game.family(), range(2), "test")
    out = StepBuffers.empty(game)
    for i in range(2):
        env = gym.make("MiniGrid-MemoryS7-v0")
        seen, _ = env.reset(seed=game.family().unpack(levels, i).hidden["seed"][0])
        game.reset(levels, np.ones(2, np.bool_), out)
        done = False
        for action in (0, 2, 2, 1, 2, 2, 2, 2, 0, 2, 2, 2):
            np.testing.assert_array_equal(out.obs["image"][i, 0], seen["image"])
            assert out.obs["direction"][i, 0] == seen["direction"]
            if done:
                break
            game.step(np.full((2, 1, 1), action), out)
            seen, reward, done, _, _ = env.step(action)
            assert (out.reward[i, 0], out.terminated[i, 0]) == (np.float32(reward), done)
