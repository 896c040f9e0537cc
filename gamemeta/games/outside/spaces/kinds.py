"""What kind of space something is, by the names of its classes: Gymnasium's, and those of the older gym."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gamemeta.errors import SpecError
from gamemeta.interface.observations import Path

DISCRETE, MULTI_DISCRETE, MULTI_BINARY, BOX = "Discrete", "MultiDiscrete", "MultiBinary", "Box"
DICT, TUPLE, TEXT, SEQUENCE = "Dict", "Tuple", "Text", "Sequence"
KINDS = (DISCRETE, MULTI_DISCRETE, MULTI_BINARY, BOX, DICT, TUPLE, TEXT, SEQUENCE)
HOLDS = {
    DISCRETE: ("n",),
    MULTI_DISCRETE: ("nvec",),
    MULTI_BINARY: ("n",),
    BOX: ("low", "high"),
    DICT: ("spaces",),
    TUPLE: ("spaces",),
    SEQUENCE: ("feature_space",),
}
"""Attributes that tell a space from another class of the same name."""


def kind(space: Any) -> str:
    """The kind of a space; the name of its class where it is none of the known."""
    for cls in type(space).__mro__:
        if cls.__name__ in KINDS and all(hasattr(space, name) for name in HOLDS.get(cls.__name__, ())):
            return cls.__name__
    return type(space).__name__


def is_space(value: Any) -> bool:
    """Whether a value is a space, of Gymnasium or of the older gym."""
    named = any(cls.__name__ == "Space" for cls in type(value).__mro__)
    return named or kind(value) in HOLDS


def leaves(space: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every space that is neither a Dict nor a Tuple, with the keys that lead to it.

    Raises:
        SpecError: a key that is neither text nor a whole number.
    """
    if kind(space) not in (DICT, TUPLE):
        yield path, space
        return
    for key, inner in parts_of(space):
        yield from leaves(inner, (*path, key))


def parts_of(space: Any) -> list[tuple[str | int, Any]]:
    """The spaces within a Dict or a Tuple, with their keys.

    Raises:
        SpecError: a key that is neither text nor a whole number.
    """
    if kind(space) == TUPLE:
        return list(enumerate(space.spaces))
    return [(_key(key), inner) for key, inner in dict(space.spaces).items()]


def _key(key: Any) -> str | int:
    if isinstance(key, np.integer):
        return int(key)
    if isinstance(key, str):
        return str(key)
    if isinstance(key, bool) or not isinstance(key, int):
        raise SpecError(f"a Dict space has the key {str(key)[:60]!r}. Let keys be text or whole numbers.")
    return key


def is_text(space: Any) -> bool:
    """Whether a space holds text."""
    dtype = getattr(space, "dtype", None)
    return kind(space) == TEXT or (dtype is not None and np.dtype(dtype).kind in "US")


def dtype_of(space: Any) -> np.dtype[Any]:
    """The NumPy type of a space; of a bare one, whole numbers or float32."""
    dtype = getattr(space, "dtype", None)
    return np.dtype((np.float32 if kind(space) == BOX else np.int64) if dtype is None else dtype)


def is_whole(space: Any) -> bool:
    """Whether a space holds whole numbers, bools included."""
    return dtype_of(space).kind in "biu"


def shape_of(space: Any) -> tuple[int, ...]:
    """The shape of what a space samples; () for a number."""
    shape = getattr(space, "shape", None)
    if shape is None:
        shape = np.shape(getattr(space, "nvec", ())) or np.atleast_1d(getattr(space, "n", ())).tolist()
    return tuple(int(k) for k in shape)
