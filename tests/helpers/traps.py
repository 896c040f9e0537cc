"""Games in which most choices are traps: an illegal one ends the episode and costs 100."""

from collections import Counter
from typing import ClassVar

import numpy as np
import pettingzoo
from gymnasium import spaces
from pettingzoo.utils.conversions import parallel_to_aec

HEADS = (4, 3)
LIMIT, FINE = 10, -100.0


def legal_now(level, seat, step):
    """The mask int8 [7], another one in each step, with a choice in each head."""
    rng = np.random.default_rng([level, seat, step])
    mask = (rng.random(sum(HEADS)) < 0.4).astype(np.int8)
    mask[rng.integers(HEADS[0])] = mask[HEADS[0] + rng.integers(HEADS[1])] = 1
    return mask


fines = Counter()
"""How many illegal choices were made, by class of game."""


def paid(game, mask, action):
    """1 for the last legal choice of the first head, 0 for others, and a fine for illegal ones."""
    first, second = int(action[0]), int(action[1])
    if not (mask[first] and mask[HEADS[0] + second]):
        fines[type(game)] += 1
        return FINE
    return float(first == np.flatnonzero(mask[: HEADS[0]])[-1])


class Traps:
    """For one player, as a plain class."""

    actions, step_limit = HEADS, LIMIT

    def reset(self, level):
        self.level, self.clock = level, 0
        return self.seen()

    def step(self, action):
        reward = paid(self, legal_now(self.level, 0, self.clock), action)
        self.clock += 1
        return self.seen(), reward, reward == FINE

    def seen(self):
        return {"clock": float(self.clock), "action_mask": legal_now(self.level, 0, self.clock)}


class Stuck(Traps):
    """There is nothing to do in the second head from the third step on."""

    def seen(self):
        seen = super().seen()
        if self.clock > 1:
            seen["action_mask"][HEADS[0] :] = 0
        return seen


class Wide(Traps):
    """The mask does not fit the actions."""

    def seen(self):
        return {"clock": 0.0, "action_mask": np.ones(9, np.int8)}


class TrapsForTwo(pettingzoo.ParallelEnv):
    """For two players, of whom the second leaves in the middle and then shows zeros."""

    metadata: ClassVar = {"name": "traps_v0", "render_modes": [], "is_parallelizable": True}

    def __init__(self, told="observation", max_cycles=LIMIT):
        self.told, self.max_cycles, self.render_mode = told, max_cycles, None
        self.possible_agents, self.agents = ["one", "two"], []
        clock = spaces.Box(0.0, 100.0, (1,), np.float32)
        mask = spaces.Box(0, 1, (sum(HEADS),), np.int8)
        both = spaces.Dict({"observation": clock, "action_mask": mask})
        self.sees = dict.fromkeys(self.possible_agents, both if told == "observation" else clock)
        self.does = {agent: spaces.MultiDiscrete(HEADS) for agent in self.possible_agents}

    def observation_space(self, agent):
        return self.sees[agent]

    def action_space(self, agent):
        return self.does[agent]

    def reset(self, seed=None, options=None):
        self.level, self.clock, self.agents = seed, 0, self.possible_agents[:]
        return self.shown(())

    def shown(self, leaving):
        obs, info = {}, {}
        for agent in self.agents:
            seat = self.possible_agents.index(agent)
            mask = legal_now(self.level, seat, self.clock) * (agent not in leaving)
            clock = np.array([self.clock], np.float32)
            own = self.told == "observation"
            obs[agent] = {"observation": clock, "action_mask": mask} if own else clock
            info[agent] = {"action_mask": (mask[: HEADS[0]], mask[HEADS[0] :])} if self.told == "info" else {}
        return obs, info

    def step(self, actions):
        masks = {a: legal_now(self.level, self.possible_agents.index(a), self.clock) for a in self.agents}
        reward = {a: paid(self, masks[a], actions[a]) for a in self.agents}
        self.clock += 1
        out = {a: reward[a] == FINE or (a == "two" and self.clock == LIMIT // 2) for a in self.agents}
        late = {a: self.clock >= self.max_cycles and not out[a] for a in self.agents}
        obs, info = self.shown([a for a in self.agents if out[a]])
        self.agents = [a for a in self.agents if not (out[a] or late[a])]
        return obs, reward, out, late, info


def parallel_env(**arguments):
    return TrapsForTwo(**arguments)


def env(**arguments):
    return parallel_to_aec(TrapsForTwo(**arguments))


__all__ = ["env", "parallel_env"]
