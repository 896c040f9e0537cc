"""How long an agent takes to decide."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, legal
from gamemeta.agent.runtime import Agent
from gamemeta.bench.figure import Effort, Figure, Progress, repeated, silent
from gamemeta.bench.limit import Limit, numpy_products, products_per_row
from gamemeta.bench.machine import machine
from gamemeta.bench.report import Report
from gamemeta.spec import Buffer, Image, Spec, Symbols

OBSERVATIONS = 64
"""How many random observations an agent is shown, in turn."""
EPISODE_STEPS = 40
"""An episode ends every so many decisions."""
TAIL = 99
"""The percentile that is reported beside the median."""


def act(agent: Agent, name: str, effort: Effort, *, minds: int = 1, progress: Progress = silent) -> Report:
    """Microseconds of one call of `Mind.act`, checks and draws included, as a game loop sees it.

    Of every repeat the median call and the 99th percentile are taken. The repeats of the limit's share count
    the matrix products of the network against those that NumPy does alone.

    Args:
        agent: who decides; weights do not matter for speed.
        name: what to call it.
        effort: how long, how often, and how many threads decide at once, each with minds of its own.
        minds: how many decide in one call.
        progress: takes a line on what is being done.
    """
    loops = [_calls(agent, minds, seed) for seed in range(effort.threads)]

    def measure() -> tuple[float, float]:
        end = time.perf_counter() + effort.seconds
        with ThreadPoolExecutor(len(loops)) as pool:
            taken = np.concatenate(list(pool.map(lambda calls: _taken(calls, end), loops)))
        return float(np.median(taken)), float(np.percentile(taken, TAIL))

    timed = repeated(measure, effort, progress)
    speed = Figure(tuple(middle for middle, _ in timed.repeats))
    words, limit = numpy_products(int(agent.file.network["width"]))
    rows = products_per_row(
        {k: v for k, v in agent.file.weights.items() if not k.startswith(("critic.", "label_heads."))}
    )
    return Report(
        bench="act",
        subject=name,
        figures={
            "us_per_call": speed,
            f"p{TAIL}_us_per_call": Figure(tuple(tail for _, tail in timed.repeats)),
        },
        sizes={
            "minds": minds,
            "threads": effort.threads,
            "backend": agent.backend,
            "network": agent.file.network,
        },
        machine=machine(),
        processor_share=timed.processor_share,
        dtype="float32",
        parameters=sum(w.size for w in agent.file.weights.values()),
        limit=None if rows is None else Limit(words, limit, 2.0 * rows * minds * 1e6 / speed.median),
    )


def _calls(agent: Agent, minds: int, seed: int) -> Iterator[float]:
    """Decide again and again; gives the microseconds of each call."""
    rng, mind = np.random.default_rng(seed), agent.begin(n=minds, seed=seed)
    shown = [random_obs(agent.spec, minds, rng) for _ in range(OBSERVATIONS)]
    reward = np.zeros(minds, np.float32) if minds > 1 else 0.0
    step = 0
    while True:
        ended: Any = step % EPISODE_STEPS == 0
        done = np.full(minds, ended) if minds > 1 else ended
        obs = shown[step % OBSERVATIONS]
        began = time.perf_counter_ns()
        mind.decide(obs, reward, done)
        yield (time.perf_counter_ns() - began) / 1e3
        step += 1


def _taken(calls: Iterator[float], end: float) -> NDArray[np.float64]:
    """The times of all calls until this moment, at least one."""
    taken = [next(calls)]
    while time.perf_counter() < end:
        taken.append(next(calls))
    return np.array(taken)


def random_obs(spec: Spec, n: int, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """An observation of n agents: random symbols, pictures, and quantities around 0."""
    obs = {b.name: _random(b, n, rng) for b in spec.obs}
    if spec.masked:
        obs[ACTION_MASK] = legal(obs[ACTION_MASK], spec.action).astype(np.uint8)
    return obs


def _random(buffer: Buffer, n: int, rng: np.random.Generator) -> NDArray[Any]:
    shape = (n, *buffer.shape)
    match buffer:
        case Symbols():
            return rng.integers(0, buffer.codes, shape).astype(buffer.dtype)
        case Image():
            return rng.integers(0, 256, shape).astype(buffer.dtype)
        case _:
            return rng.standard_normal(shape, np.float32)
