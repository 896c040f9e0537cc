"""An environment made of a game from outside shows and takes what that game does, so an agent plays in it."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces

from gamemeta.envs import GameEnv, GameVectorEnv
from gamemeta.errors import SpecError
from tests.gamemeta.agent.test_exchange import agent_for


class Odd(gym.Env):
    observation_space = spaces.Dict(
        a=spaces.Discrete(3, start=1),
        n=spaces.Dict(x=spaces.MultiDiscrete([2, 3], start=[4, 5]), f=spaces.Box(0, 1, (16, 16))),
        p=spaces.Box(0, 255, (3, 16, 20), np.uint8),
    )
    action_space = spaces.Dict(
        aim=spaces.Discrete(3, start=-1), jump=spaces.Discrete(2), move=spaces.Box(-2, 2, (2,), np.float32)
    )

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.draws = np.random.default_rng(seed)
        return self.obs(), {}

    def obs(self):
        picture = self.draws.integers(0, 255, (3, 16, 20)).astype(np.uint8)
        nested = {"x": np.array([5, 7]), "f": np.full((16, 16), 0.2, np.float32)}
        return {"a": int(self.draws.integers(1, 4)), "n": nested, "p": picture}

    def step(self, action):
        assert self.action_space.contains(action), action
        return self.obs(), float(action["aim"]), False, False, {}


gym.register("OwnForm/Odd-v0", entry_point=Odd, max_episode_steps=5)
NAME = "gymnasium/OwnForm/Odd-v0"


def test_one_environment_is_played_in_the_values_of_the_game():
    env, twin = GameEnv(NAME, level=3), Odd()
    (obs, _), (wanted, _) = env.reset(seed=3), twin.reset(seed=3)
    mind = agent_for(Odd.observation_space, Odd.action_space).begin(seed=1)
    same = agent_for(Odd.observation_space, Odd.action_space).begin(seed=1)
    for _ in range(5):
        assert env.observation_space.contains(obs)
        assert obs["a"] == wanted["a"] and np.array_equal(obs["p"], wanted["p"])
        assert obs["n.x"].tolist() == [5, 7] and np.allclose(obs["n.f"], 0.2, atol=1 / 255)
        action = mind.act(obs, 0.0)
        assert env.action_space.contains(action)
        assert all(np.array_equal(action[key], value) for key, value in same.act(wanted).items())
        obs, reward, *_ = env.step(action)
        wanted, paid, *_ = twin.step(action)
        assert reward == paid
    env.reset()
    with pytest.raises(SpecError, match=r"action\.aim"):
        env.step({**action, "aim": 5})


def test_many_environments_are_played_in_stacked_values_of_the_game():
    envs = GameVectorEnv(NAME, num_envs=3)
    obs, _ = envs.reset(seed=1)
    mind = agent_for(Odd.observation_space, Odd.action_space).begin(3, seed=1)
    for _ in range(6):
        assert envs.observation_space.contains(obs)
        obs, rewards, *_ = envs.step(mind.act(obs))
    assert rewards.shape == (3,)
    envs.step(envs.action_space.sample())
