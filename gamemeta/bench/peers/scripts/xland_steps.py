"""XLand-MiniGrid compiled by JAX: random actions, many environments, a new level for every episode."""

import jax
import xminigrid
from harness import SIZES, print_rate
from xminigrid.wrappers import GymAutoResetWrapper

N, STEPS = 4096, 32

env, params = xminigrid.make("XLand-MiniGrid-R1-9x9")
params = params.replace(view_size=SIZES["view"])
env = GymAutoResetWrapper(env)


@jax.jit
def play(timestep, key):
    """Some steps of all environments."""

    def step(carry, _):
        timestep, key = carry
        key, draw = jax.random.split(key)
        actions = jax.random.randint(draw, (N,), 0, env.num_actions(params))
        timestep = jax.vmap(env.step, in_axes=(None, 0, 0))(params, timestep, actions)
        return (timestep, key), timestep.reward.sum()

    return jax.lax.scan(step, (timestep, key), None, STEPS)[0]


state = (
    jax.vmap(env.reset, in_axes=(None, 0))(params, jax.random.split(jax.random.key(0), N)),
    jax.random.key(1),
)


def work() -> int:
    """One compiled call."""
    global state  # noqa: PLW0603
    state = jax.block_until_ready(play(*state))
    return N * STEPS


print_rate("xminigrid", work)
