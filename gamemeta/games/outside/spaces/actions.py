"""From an agent's heads and numbers to actions of an outside game, by their Gymnasium space."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.errors import SpecError
from gamemeta.spec import ActionSpec

MOST_CHOICES = 255
"""Most actions of a head."""

Build = Callable[[Iterator[int], Iterator[float]], Any]
"""An action out of its codes and its numbers, each taken in order."""


@dataclass(frozen=True)
class _Leaf:
    """What a space needs of an agent, and how an action is made of it."""

    build: Build
    heads: tuple[int, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class ActionMap:
    """How rows of heads and numbers become actions."""

    spec: ActionSpec
    build: Build

    def __call__(self, row: NDArray[Any]) -> Any:
        """The action for one row: the codes of the heads, then the numbers."""
        heads = len(self.spec.heads)
        return self.build((int(code) for code in row[:heads]), (float(x) for x in row[heads:]))

    @classmethod
    def of_space(cls, space: gym.Space[Any], names: Sequence[str] = ()) -> "ActionMap":
        """The map for a space.

        Args:
            space: of the actions.
            names: of the actions of a single head, for people.
        Raises:
            SpecError: a space of another kind, one without bounds, or far too many choices.
        """
        leaf = _leaf("action", space)
        words = (tuple(names),) if names and leaf.heads == (len(names),) else ()
        spec = ActionSpec(heads=leaf.heads, names=words, low=leaf.low, high=leaf.high)
        return cls(spec, leaf.build)

    @classmethod
    def of_spec(cls, spec: ActionSpec) -> "ActionMap":
        """The map that gives the only code as a number, and else the whole row as an array."""
        alone = len(spec.heads) == 1 and not spec.continuous

        def build(codes: Iterator[int], numbers: Iterator[float]) -> Any:
            return next(codes) if alone else np.array([*codes, *numbers], spec.dtype)

        return cls(spec, build)


def _leaf(name: str, space: gym.Space[Any]) -> _Leaf:
    if isinstance(space, spaces.Discrete):
        start = int(space.start)
        return _Leaf(lambda codes, _: start + next(codes), heads=_heads(name, [int(space.n)]))
    if isinstance(space, spaces.MultiDiscrete):
        return _whole(name, space.nvec, space.start, space.dtype)
    if isinstance(space, spaces.MultiBinary):
        return _whole(name, np.full(space.shape, 2), 0, space.dtype)
    if isinstance(space, spaces.Box):
        return _box(name, space)
    if isinstance(space, spaces.Dict):
        return _joined({key: _leaf(f"{name}.{key}", inner) for key, inner in space.spaces.items()}, dict)
    if isinstance(space, spaces.Tuple):
        inner = {k: _leaf(f"{name}.{k}", one) for k, one in enumerate(space.spaces)}
        return _joined(inner, lambda parts: tuple(parts.values()))
    raise SpecError(
        f"{name} is a {type(space).__name__} space. An agent can give Discrete, MultiDiscrete, MultiBinary "
        "and bounded Box actions, and Dict and Tuple of these. Wrap the environment so that it takes one of "
        "them."
    )


def _whole(name: str, choices: NDArray[Any], start: Any, dtype: Any) -> _Leaf:
    """Whole numbers: a head each."""
    shape, count = choices.shape, choices.size

    def build(codes: Iterator[int], numbers: Iterator[float]) -> Any:
        return (np.array([next(codes) for _ in range(count)]).reshape(shape) + start).astype(dtype)

    return _Leaf(build, heads=_heads(name, [int(k) for k in choices.reshape(-1)]))


def _box(name: str, box: spaces.Box) -> _Leaf:
    low, high = box.low.astype(np.float64), box.high.astype(np.float64)
    if np.issubdtype(box.dtype, np.integer):
        return _whole(name, high - low + 1, box.low, box.dtype)
    with np.errstate(over="ignore"):
        bounds = low.astype(np.float32), high.astype(np.float32)
    if not (np.isfinite(bounds).all() and (low < high).all()):
        raise SpecError(
            f"{name} has bounds {box.low.tolist()} to {box.high.tolist()}; numbers need finite bounds, low "
            "below high. Wrap the environment with gymnasium.wrappers.TransformAction, whose "
            "`action_space` says them."
        )
    count = int(box.low.size)

    def build(codes: Iterator[int], numbers: Iterator[float]) -> Any:
        values = np.array([next(numbers) for _ in range(count)]).reshape(box.shape)
        return np.asarray(np.clip(values, low, high), box.dtype)

    return _Leaf(build, low=tuple(low.reshape(-1).tolist()), high=tuple(high.reshape(-1).tolist()))


def _joined(inner: dict[Any, _Leaf], shape: Callable[[dict[Any, Any]], Any]) -> _Leaf:
    leaves = inner.values()

    def build(codes: Iterator[int], numbers: Iterator[float]) -> Any:
        return shape({key: leaf.build(codes, numbers) for key, leaf in inner.items()})

    return _Leaf(
        build,
        heads=tuple(k for leaf in leaves for k in leaf.heads),
        low=tuple(x for leaf in leaves for x in leaf.low),
        high=tuple(x for leaf in leaves for x in leaf.high),
    )


def _heads(name: str, choices: Sequence[int]) -> tuple[int, ...]:
    most = max(choices, default=0)
    if most > MOST_CHOICES:
        raise SpecError(f"{name} is a choice among {most:,}; a head takes at most {MOST_CHOICES}.")
    return tuple(choices)
