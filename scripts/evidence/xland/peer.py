"""Play random actions in XLand-MiniGrid, and record every state, observation, reward and end.

    python peer.py RULESETS.npz OUT.npz

To be run where `xminigrid` is installed, which needs Python packages of its own; see `compare.py`.
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import xminigrid
from xminigrid.types import RuleSet


def main(rulesets: str, out: str) -> None:
    given = np.load(rulesets)
    env, params = xminigrid.make(str(given["layout"]))
    count, seed = len(given["goals"]), int(given["seed"])
    rules = RuleSet(
        goal=jnp.asarray(given["goals"]),
        rules=jnp.asarray(given["rules"]),
        init_tiles=jnp.asarray(given["things"]),
    )

    def reset(key, ruleset):
        return env.reset(params.replace(ruleset=ruleset), key)

    def step(timestep, action):
        after = jax.vmap(lambda one, a: env.step(params, one, a))(timestep, action)
        agent = after.state.agent
        row = (
            after.state.grid,
            agent.position,
            agent.direction,
            agent.pocket,
            after.observation,
            after.reward,
            after.discount == 0,
            after.step_type == 2,
        )
        return after, row

    first = jax.jit(jax.vmap(reset))(jax.random.split(jax.random.key(seed), count), rules)
    rng = np.random.default_rng(seed)
    # some doors are locked, and episodes stand at any step: layouts have neither
    grid = np.array(first.state.grid)
    locked = (grid[..., 0] == 9) & (rng.random(grid.shape[:3]) < 0.3)
    grid[..., 0] = np.where(locked, 8, grid[..., 0])
    steps = rng.integers(0, params.max_steps, count)
    first = first.replace(
        state=first.state.replace(grid=jnp.asarray(grid), step_num=jnp.asarray(steps, jnp.int32))
    )
    actions = rng.integers(0, 6, (int(given["steps"]), count))
    _, rows = jax.jit(lambda a, b: jax.lax.scan(step, a, b))(first, jnp.asarray(actions))
    names = ("grid", "position", "direction", "pocket", "view", "reward", "terminated", "last")
    agent = first.state.agent
    begun = {"grid": grid, "position": agent.position, "direction": agent.direction, "pocket": agent.pocket}
    np.savez(
        out,
        actions=actions,
        steps=steps,
        limit=params.max_steps,
        **{f"first_{name}": np.asarray(array) for name, array in begun.items()},
        **{name: np.asarray(array) for name, array in zip(names, rows, strict=True)},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
