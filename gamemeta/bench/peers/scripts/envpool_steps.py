"""MiniGrid in EnvPool: random actions, many environments side by side, one thread."""

import envpool
import numpy as np
from harness import SIZES, print_rate

STEPS = 50
N = SIZES["environments"]

settings = {"num_envs": N, "num_threads": 1, "seed": 0}
try:
    env = envpool.make_gymnasium("MiniGrid-DoorKey-8x8-v0", agent_view_size=SIZES["view"], **settings)
except (AssertionError, TypeError, KeyError, ValueError):  # this release has one view only
    env = envpool.make_gymnasium("MiniGrid-DoorKey-8x8-v0", **settings)
env.reset()
rng = np.random.default_rng(0)


def work() -> int:
    """Some steps of all environments; each starts a new level by itself."""
    for actions in rng.integers(0, env.action_space.n, (STEPS, N), dtype=np.int32):
        env.step(actions)
    return STEPS * N


print_rate("envpool", work)
