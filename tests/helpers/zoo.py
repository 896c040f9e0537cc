"""Tiny PettingZoo environments: walkers on a line who leave when they have reached their goals."""

from typing import ClassVar

import numpy as np
import pettingzoo
from gymnasium import spaces
from pettingzoo.utils.conversions import parallel_to_aec

LENGTH = 9


class Walkers(pettingzoo.ParallelEnv):
    """Each step costs 0.1, a goal reached pays 1; row `see` is (goal - place, step)."""

    metadata: ClassVar = {"name": "walkers_v0", "render_modes": [], "is_parallelizable": True}

    def __init__(self, walkers=2, kind="discrete", max_cycles=8, forgets_seed=False):
        self.possible_agents = [f"walker_{k}" for k in range(walkers)]
        self.kind, self.max_cycles, self.forgets_seed = kind, max_cycles, forgets_seed
        self.render_mode, self.agents = None, []
        self.obs = {a: self.make_obs_space(k) for k, a in enumerate(self.possible_agents)}
        self.act = {a: self.make_act_space(k) for k, a in enumerate(self.possible_agents)}

    def make_obs_space(self, k):
        if self.kind == "image":
            return spaces.Box(0, 255, (16, 16, 3), np.uint8)
        if self.kind == "unlike":
            return spaces.Dict({"a": spaces.Discrete(k + 2)})
        return spaces.Box(-np.inf, np.inf, (2 + k * (self.kind == "mixed"),), np.float32)

    def make_act_space(self, k):
        if self.kind == "continuous":
            return spaces.Box(-1.0, 1.0, (1,), np.float32)
        return spaces.Discrete(3 + k * (self.kind == "mixed"))

    def observation_space(self, agent):
        return self.obs[agent]

    def action_space(self, agent):
        return self.act[agent]

    def reset(self, seed=None, options=None):
        rng = np.random.default_rng(None if self.forgets_seed else seed)
        self.agents, self.clock = self.possible_agents[:], 0
        self.place = dict.fromkeys(self.agents, 0)
        self.goal = {agent: int(rng.choice([-3, -2, -1, 1, 2, 3])) for agent in self.agents}
        return {a: self.see(a) for a in self.agents}, {a: {} for a in self.agents}

    def see(self, agent):
        away = self.goal[agent] - self.place[agent]
        if self.kind == "image":
            picture = np.zeros((16, 16, 3), np.uint8)
            picture[:, 8 + away] = 255
            return picture
        row = np.zeros(self.obs[agent].shape, np.float32)
        row[:2] = away, self.clock
        return row

    def step(self, actions):
        assert set(actions) == set(self.agents)
        self.clock += 1
        for agent, action in actions.items():
            assert self.act[agent].contains(action), action
            move = (
                round(float(action[0]))
                if self.kind == "continuous"
                else (int(action) - 1) % 3 - (action == 0) * 3
            )
            self.place[agent] += move
        there = {a: self.place[a] == self.goal[a] for a in self.agents}
        late = self.clock >= self.max_cycles
        obs = {a: self.see(a) for a in self.agents}
        reward = {a: 1.0 if there[a] else -0.1 for a in self.agents}
        cut = {a: late and not there[a] for a in self.agents}
        info = {a: {"is_success": there[a]} for a in self.agents}
        self.agents = [a for a in self.agents if not (there[a] or cut[a])]
        return obs, reward, there, cut, info


def parallel_env(**arguments):
    return Walkers(**arguments)


def env(**arguments):
    return parallel_to_aec(Walkers(**arguments))


class Turns(pettingzoo.AECEnv):
    """Agents who take turns."""

    metadata: ClassVar = {"name": "turns_v0", "is_parallelizable": False}


def turns():
    return Turns()


__all__ = ["env", "parallel_env", "turns"]
