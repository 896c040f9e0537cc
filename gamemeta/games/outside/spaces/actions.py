"""From an agent's heads and numbers to actions of an outside game, by their space."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import SpecError
from gamemeta.games.outside.spaces import kinds
from gamemeta.interface.actions import Actions, Choice, Choices, Joined, Node, Numbers, Row
from gamemeta.spec import ActionSpec

MOST_CHOICES = 255
"""Most actions of a head."""
LARGEST_BOUND = 1e6
"""Larger bounds, such as the largest float, stand for none: actions would be as large as they."""


@dataclass(frozen=True)
class ActionMap(Actions):
    """How rows of heads and numbers become actions of an outside game.

    Args:
        spec: what an agent gives.
    """

    spec: ActionSpec

    @classmethod
    def of_space(cls, space: Any, names: Sequence[str] = ()) -> "ActionMap":
        """The map for a space, of Gymnasium or of the older gym.

        Args:
            space: of the actions.
            names: of the actions of a single head, for people.
        Raises:
            SpecError: a space of another kind, one without bounds, or far too many choices.
        """
        form = _form("action", space)
        words = (tuple(names),) if names and form.heads == (len(names),) else ()
        return cls(form, ActionSpec(heads=form.heads, names=words, low=form.low, high=form.high))

    @classmethod
    def of_spec(cls, spec: ActionSpec) -> "ActionMap":
        """The map that gives the only code as an int, and else the whole row as an array."""
        if len(spec.heads) == 1 and not spec.continuous:
            return cls(Choice(choices=spec.heads[0]), spec)
        return cls(Row(choices=spec.heads, least=spec.low, most=spec.high), spec)


def _form(name: str, space: Any) -> Node:
    kind = kinds.kind(space)
    if kind == kinds.DISCRETE:
        start = int(getattr(space, "start", 0))
        dtype = kinds.dtype_of(space).name
        return Choice(choices=_choices(name, [int(space.n)])[0], start=start, dtype=dtype)
    if kind == kinds.MULTI_DISCRETE:
        return _whole(name, np.asarray(space.nvec), getattr(space, "start", 0), space)
    if kind == kinds.MULTI_BINARY:
        return _whole(name, np.full(kinds.shape_of(space), 2), 0, space)
    if kind == kinds.BOX:
        return _box(name, space)
    if kind in (kinds.DICT, kinds.TUPLE):
        parts = tuple((key, _form(f"{name}.{key}", inner)) for key, inner in kinds.parts_of(space))
        return Joined(parts=parts, named=kind == kinds.DICT)
    raise SpecError(
        f"{name} is a {kind} space. An agent can give Discrete, MultiDiscrete, MultiBinary and bounded Box "
        "actions, and Dict and Tuple of these. Wrap the environment so that it takes one of them."
    )


def _whole(name: str, choices: NDArray[Any], start: Any, space: Any) -> Choices:
    """Whole numbers: a head each."""
    counts = [int(k) for k in choices.reshape(-1)]
    starts = np.broadcast_to(start, choices.shape).astype(np.int64).reshape(-1).tolist()
    dtype = kinds.dtype_of(space).name
    return Choices(shape=choices.shape, choices=_choices(name, counts), start=tuple(starts), dtype=dtype)


def _box(name: str, box: Any) -> Node:
    low, high = np.asarray(box.low, np.float64), np.asarray(box.high, np.float64)
    if kinds.is_whole(box):
        return _whole(name, high - low + 1, low, box)
    if not ((low < high).all() and (np.abs([low, high]) <= LARGEST_BOUND).all()):
        raise SpecError(
            f"{name} has bounds {_bounds(low)} to {_bounds(high)}; numbers need finite bounds within "
            f"{LARGEST_BOUND:,.0f}, low below high. Wrap the environment with "
            "gymnasium.wrappers.TransformAction, whose `action_space` says them."
        )
    bounds = tuple(low.reshape(-1).tolist()), tuple(high.reshape(-1).tolist())
    shape, dtype = kinds.shape_of(box), kinds.dtype_of(box).name
    return Numbers(shape=shape, least=bounds[0], most=bounds[1], dtype=dtype)


def _bounds(values: NDArray[np.float64]) -> str:
    """Bounds for a message: each once, the first few."""
    return ", ".join(f"{x:g}" for x in dict.fromkeys(values.reshape(-1)[:4].tolist())) or "nothing"


def _choices(name: str, choices: Sequence[int]) -> tuple[int, ...]:
    most = max(choices, default=0)
    if most > MOST_CHOICES:
        raise SpecError(f"{name} is a choice among {most:,}; a head takes at most {MOST_CHOICES}.")
    return tuple(choices)
