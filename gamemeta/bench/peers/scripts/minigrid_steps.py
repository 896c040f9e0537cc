"""MiniGrid in Python: random actions, one environment after the other."""

import gymnasium
import minigrid
import numpy as np
from harness import SIZES, print_rate

STEPS = 500

minigrid.register_minigrid_envs()
env = gymnasium.make("MiniGrid-DoorKey-8x8-v0", agent_view_size=SIZES["view"])
env.reset(seed=0)
rng = np.random.default_rng(0)


def work() -> int:
    """Some steps, with a new level after every episode."""
    for action in rng.integers(0, env.action_space.n, STEPS).tolist():
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return STEPS


print_rate("minigrid", work)
