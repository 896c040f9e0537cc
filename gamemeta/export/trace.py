"""The golden trace: what the NumPy runtime did, step by step, for checkers of every language to repeat.

A trace draws every observation from a few, so that it stays small. Its events begin minds, let them act, and
clear, save and resume them. It is made with the first seed for which no draw of an action comes so near to
another action that a rounding might decide.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, only_legal
from gamemeta.agent.draws import least_distance
from gamemeta.agent.reference.network import Network
from gamemeta.agent.runtime import Agent, Mind
from gamemeta.spec import Buffer, Image, Quantities, Spec, Symbols

Array = NDArray[np.float32]
POOL, POOL_OF_IMAGES = 61, 7
"""Observations of a trace, and of one with pictures."""
FAR_ENOUGH = 2e-5
"""Least distance of a draw from another action, as a part of all probability."""
SEEDS = 40
"""Seeds to try before the best is taken."""
WEAK = 0.6
"""Skill of the last minds of a trace."""
DONE = 1 / 12
"""Chance that an episode ends."""


@dataclass(frozen=True)
class Begin:
    """n minds begin."""

    n: int
    seed: int
    skill: float


@dataclass(frozen=True)
class Act:
    """n minds act.

    Args:
        obs: int [n], which observation of the pool each is shown.
        reward: float32 [n].
        done: bool [n].
        outputs: float32 [n, O], what the network says: logits of all heads, then means of numbers.
        action: float32 [n, H + K], the codes of all heads, then the numbers.
    """

    obs: NDArray[np.int64]
    reward: Array
    done: NDArray[np.bool_]
    outputs: Array
    action: Array


@dataclass(frozen=True)
class Forget:
    """Minds forget, `which` bool [n] of them."""

    which: NDArray[np.bool_]


@dataclass(frozen=True)
class Save:
    """The memory of the minds is these bytes; they go on from what they saved themselves."""

    memory: bytes


@dataclass(frozen=True)
class Resume:
    """Minds go on from these bytes."""

    memory: bytes


Event = Begin | Act | Forget | Save | Resume


@dataclass
class Trace:
    """A golden trace.

    Args:
        symbols: int32 [P, C], quantities float32 [P, Q] and images uint8 [P, I] of the pool of observations:
            all parts of a kind side by side.
        seed: of the first minds.
    """

    symbols: NDArray[np.int32]
    quantities: Array
    images: NDArray[np.uint8]
    seed: int
    events: list[Event] = field(default_factory=list)
    distance: float = np.inf
    """Least distance of a draw from another action."""

    @property
    def acts(self) -> list[Act]:
        """All steps."""
        return [event for event in self.events if isinstance(event, Act)]

    def about(self) -> dict[str, Any]:
        """What there is to say about it, as JSON data."""
        decisions = sum(len(act.obs) for act in self.acts)
        distance = None if np.isinf(self.distance) else self.distance
        return {"steps": len(self.acts), "decisions": decisions, "seed": self.seed, "distance": distance}


def golden_trace(agent: Agent) -> Trace:
    """The trace of an agent, by NumPy alone."""
    best = None
    for seed in range(SEEDS):
        trace = _Recorder(agent, seed).trace()
        if best is None or trace.distance > best.distance:
            best = trace
        if best.distance >= FAR_ENOUGH:
            break
    assert best is not None
    return best


class _Listening:
    """A network that keeps what it said last."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.outputs: Array = np.zeros((0, 0), np.float32)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def __call__(self, inputs: Any, state: Array) -> tuple[Array, Array]:
        self.outputs, after = self._network(inputs, state)
        return self.outputs, after


class _Recorder:
    """Plays a trace from one seed."""

    def __init__(self, agent: Agent, seed: int) -> None:
        self.agent, self.rng, self.network = (
            copy(agent),
            np.random.default_rng(seed),
            _Listening(agent.network),
        )
        self.agent.network, self.agent.compiled = self.network, None  # type: ignore[assignment]
        spec = agent.spec
        statistics = {name: (mean, by) for name, mean, by in agent.network.normaliser.statistics}
        size = POOL_OF_IMAGES if any(isinstance(b, Image) for b in spec.obs) else POOL
        self.pool = {b.name: _values(b, size, self.rng, statistics.get(b.name)) for b in spec.obs}
        if spec.masked:
            _leave_a_choice(self.pool[ACTION_MASK], spec, self.rng)
        self.seed, self.size = seed, size
        self.reward = agent.network.normaliser.reward
        self._unit = 1.0 if self.reward is None else float(self.reward[0][0] + self.reward[1][0])
        """A reward that is not 0, of usual size."""

    def trace(self) -> Trace:
        """The trace."""
        kinds = ((Symbols, np.int32), (Quantities, np.float32), (Image, np.uint8))
        flat = [_side_by_side(self.agent.spec, self.pool, self.size, *kind) for kind in kinds]
        trace = Trace(symbols=flat[0], quantities=flat[1], images=flat[2], seed=self.seed)
        for event, distance in self._events():
            trace.events.append(event)
            trace.distance = min(trace.distance, distance)
        return trace

    def _events(self) -> Iterator[tuple[Event, float]]:
        mind, seed = self.agent.begin(3, seed=self.seed), self.seed
        yield Begin(3, seed, mind.agent.skill), np.inf
        yield from self._steps(mind, 200, new=np.ones(3, np.bool_))
        yield Save(mind.memory), np.inf
        yield from self._forgotten(mind, np.array([False, True, False]), 150)
        yield from self._forgotten(mind, np.ones(3, np.bool_), 50)
        memory = mind.memory
        yield from self._steps(mind, 20)
        mind = self.agent.resume(memory)
        yield Resume(memory), np.inf
        yield from self._steps(mind, 60)
        seed = 2**64 - 1 - self.seed
        mind = self.agent.begin(1, seed=seed)
        yield Begin(1, seed, mind.agent.skill), np.inf
        yield from self._steps(mind, 40)
        mind = self.agent.with_skill(WEAK).begin(2, seed=self.seed)
        yield Begin(2, self.seed, WEAK), np.inf
        yield from self._steps(mind, 60)
        yield Save(mind.memory), np.inf
        yield from self._steps(mind, 20)

    def _forgotten(self, mind: Mind, which: NDArray[np.bool_], count: int) -> Iterator[tuple[Event, float]]:
        mind.forget(which)
        yield Forget(which), np.inf
        yield from self._steps(mind, count, new=which)

    def _steps(
        self, mind: Mind, count: int, new: NDArray[np.bool_] | None = None
    ) -> Iterator[tuple[Event, float]]:
        """`new` minds are told of a reward in the first step, without done, which must count for nothing."""
        spec, n = self.agent.spec.action, mind.n
        for k in range(count):
            obs = self.rng.integers(0, self.size, n)
            reward, done = self._rewards(n), self.rng.random(n) < DONE
            if new is not None and k == 0:
                reward[new], done[new] = self._unit, False
            number = mind.steps * spec.width
            shown = {name: values[obs] for name, values in self.pool.items()}
            action = np.reshape(
                mind.decide({k: v if n > 1 else v[0] for k, v in shown.items()}, reward, done), (n, -1)
            )
            outputs = self.network.outputs
            logits = outputs if mind.handicap is None else mind.handicap.tempered(mind.handicap.thought)
            if ACTION_MASK in shown:
                logits = only_legal(logits, shown[ACTION_MASK], spec)
            distance = least_distance(logits, spec.heads, mind.lanes, number)
            yield Act(obs, reward, done, outputs.copy(), action.astype(np.float32)), distance

    def _rewards(self, n: int) -> Array:
        centre, deviation = (0.0, 1.0) if self.reward is None else (float(x[0]) for x in self.reward)
        scaled = centre + deviation * self.rng.normal(size=n)
        return np.where(self.rng.random(n) < 0.5, 0.0, scaled).astype(np.float32)


def _values(
    part: Buffer, size: int, rng: np.random.Generator, scale: tuple[Array, Array] | None
) -> NDArray[Any]:
    """Random values [size, *shape] of a part; of normalised ones, some lie beyond what is shown."""
    shape = (size, *part.shape)
    if isinstance(part, Symbols):
        return rng.integers(0, part.codes, shape).astype(part.numpy_type)
    if isinstance(part, Image):
        return rng.integers(0, 256, shape).astype(np.uint8)
    values = rng.normal(size=shape)
    if scale is not None:
        values = scale[0] + scale[1] * values * np.where(rng.random(shape) < 0.02, 20.0, 1.0)
    return values.astype(np.float32)


def _leave_a_choice(mask: NDArray[Any], spec: Spec, rng: np.random.Generator) -> None:
    """Make one choice of every head legal."""
    for columns in spec.action.columns:
        chosen = rng.integers(columns.start, columns.stop, len(mask))
        mask[np.arange(len(mask)), chosen] = 1


def _side_by_side(
    spec: Spec, pool: dict[str, NDArray[Any]], size: int, kind: type[Buffer], dtype: type[np.generic]
) -> NDArray[Any]:
    parts = [pool[b.name].reshape(size, -1) for b in spec.obs if isinstance(b, kind)]
    return np.concatenate([np.zeros((size, 0), dtype), *parts], axis=1, dtype=dtype, casting="unsafe")
