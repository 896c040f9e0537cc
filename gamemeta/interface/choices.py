"""From the choices that a game describes, as many as there are now, to the rows of an agent's buffer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.buffers import Choices
from gamemeta_levels.errors import SpecError

Array = NDArray[Any]


def read_choices(buffer: Choices, value: Any, n: int) -> tuple[Array, NDArray[np.uint8]]:
    """Features [n, choices, features], zeros for choices that are not there, and which are, [n, choices].

    Args:
        buffer: what describes choices to the agent.
        value: a row of numbers for each choice that is there; of n > 1 observations, n of these.
        n: how many observations.
    Raises:
        SpecError: naming what is wrong with them.
    """
    rows = np.zeros((n, *buffer.shape), np.float32)
    there = np.zeros((n, buffer.shape[0]), np.uint8)
    every = [value] if n == 1 else list(value) if np.iterable(value) else []
    if len(every) != n:
        raise SpecError(f"observation {buffer.name!r}: give the choices of each of {n} observations.")
    for i, one in enumerate(every):
        features = _features(buffer, one, single=n == 1)
        rows[i, : len(features)] = features
        there[i, : len(features)] = 1
    return rows, there


def check_all_there(name: str, most: int, value: Any, n: int) -> None:
    """Raises SpecError where choices are missing and no mask could say so."""
    for one in [value] if n == 1 else value:
        count = np.shape(one)[0] if np.ndim(one) == 2 else most
        if count < most:
            raise SpecError(
                f"observation {name!r} describes {count} choices, and this agent has no 'action_mask' to say "
                f"that fewer than {most} are there. Add that buffer to the spec."
            )


def mask_of(there: Array, mask: Any, size: int, read: Callable[[Any, int], Array]) -> Array:
    """Which choices are there and legal: uint8 [n, choices of all heads].

    Args:
        there: [n, choices of the first head].
        mask: what the game says of legal choices, in full or of one observation's choices that are there;
            None where it says nothing.
        size: choices of all heads.
        read: what reads a mask in full, of n observations.
    Raises:
        SpecError: the mask has another number of choices.
    """
    n, most = there.shape
    allowed = np.ones((n, size), np.uint8)
    if mask is not None:
        if n == 1 and np.ndim(mask) == 1 and len(mask) == there.sum() < most == size:
            mask = np.pad(np.asarray(mask), (0, most - len(mask)))
        allowed = read(mask, n).reshape(n, size).copy()
    allowed[:, :most] *= there
    return allowed


def _features(buffer: Choices, value: Any, *, single: bool) -> Array:
    """float32 [choices that are there, features]."""
    most, count = buffer.shape
    table = f"a row of {count} numbers for each choice"
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):
        raise SpecError(
            f"observation {buffer.name!r} has rows of different lengths ({_lengths(value)}); it must hold "
            f"{table}, the same features in the same order."
        ) from None
    if single and array.ndim == 3 and len(array) == 1:
        array = array[0]
    if array.size == 0 and array.ndim in (1, 2) and len(array) == 0:
        return np.zeros((0, count), np.float32)
    if array.dtype.kind not in "biuf":
        raise SpecError(f"observation {buffer.name!r} holds {array.dtype}; it must hold {table}.")
    if array.ndim != 2 or array.shape[1] != count:
        raise SpecError(f"observation {buffer.name!r} has shape {array.shape}; it must hold {table}.")
    if len(array) > most:
        raise SpecError(
            f"observation {buffer.name!r} describes {len(array)} choices, and there are {most} actions. Show "
            f"at most {most} at a time, or declare as many actions as there may be choices."
        )
    with np.errstate(over="ignore"):
        features = array.astype(np.float32)
    if not np.isfinite(features).all():
        row, column = np.argwhere(~np.isfinite(features))[0].tolist()
        raise SpecError(
            f"observation {buffer.name!r} holds NaN or infinity: feature {column} of choice {row} is "
            f"{array[row, column]}. Look where the game computes it."
        )
    return features


def _lengths(value: Any) -> str:
    """The lengths of the first rows, for a message."""
    rows = list(value)[:8] if np.iterable(value) else []
    return ", ".join(str(len(row)) if hasattr(row, "__len__") else "a number" for row in rows)
