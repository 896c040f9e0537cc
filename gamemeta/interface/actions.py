"""From the agent's rows of codes and numbers to what a game takes, and back.

An action is a tree: dicts and tuples of whole numbers, of arrays of whole numbers and of arrays of numbers
within bounds. The leaves take the codes of the heads, and the numbers, in order. All of it is plain data,
which agent files hold.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import SpecError

Array = NDArray[Any]
DEEPEST, MOST_AXES = 16, 8
"""Most levels of dicts and tuples; most axes of an array."""
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Node(ABC):
    """One action, or a part of one."""

    kind: ClassVar[str]

    @property
    def heads(self) -> tuple[int, ...]:
        """Choices of each head that it takes."""
        return ()

    @property
    def low(self) -> tuple[float, ...]:
        """The least value of each number that it takes."""
        return ()

    @property
    def high(self) -> tuple[float, ...]:
        """The greatest value of each number that it takes."""
        return ()

    @abstractmethod
    def build(self, codes: Array, numbers: Array) -> Any:
        """The action out of its codes [..., heads] and its numbers [..., numbers]."""

    @abstractmethod
    def take(self, action: Any, lead: tuple[int, ...], place: str) -> tuple[Array, Array]:
        """Codes and numbers out of an action, stacked [*lead, ...]: the reverse of `build`.

        Raises:
            SpecError: naming the part that does not fit.
        """

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""


@dataclass(frozen=True, kw_only=True)
class Choice(Node):
    """A whole number.

    Args:
        choices: how many there are.
        start: the first.
        dtype: NumPy name of its type; empty for an int of Python.
    """

    kind: ClassVar[str] = "choice"
    choices: int
    start: int = 0
    dtype: str = ""

    @property
    def heads(self) -> tuple[int, ...]:
        return (self.choices,)

    def build(self, codes: Array, numbers: Array) -> Any:
        values = codes[..., 0] + self.start
        if values.ndim == 0 and not self.dtype:
            return int(values)
        return values.astype(self.dtype or np.int64)

    def take(self, action: Any, lead: tuple[int, ...], place: str) -> tuple[Array, Array]:
        codes = _array(action, (*lead, 1), place, whole=True) - self.start
        _within(codes, np.array([self.choices]), action, place, np.array([self.start]))
        return codes, np.zeros((*lead, 0))

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "choices": self.choices, "start": self.start, "dtype": self.dtype}


@dataclass(frozen=True, kw_only=True)
class Choices(Node):
    """An array of whole numbers, a head each.

    Args:
        shape: of the array.
        choices: how many there are of each element.
        start: the first of each element.
        dtype: NumPy name of its type.
    """

    kind: ClassVar[str] = "choices"
    shape: tuple[int, ...]
    choices: tuple[int, ...]
    start: tuple[int, ...]
    dtype: str = "int64"

    @property
    def heads(self) -> tuple[int, ...]:
        return self.choices

    def build(self, codes: Array, numbers: Array) -> Any:
        values: Array = codes + np.array(self.start, np.int64)
        return values.reshape((*codes.shape[:-1], *self.shape)).astype(self.dtype)

    def take(self, action: Any, lead: tuple[int, ...], place: str) -> tuple[Array, Array]:
        start = np.array(self.start, np.int64)
        codes = _array(action, (*lead, len(self.choices)), place, whole=True) - start
        _within(codes, np.array(self.choices), action, place, start)
        return codes, np.zeros((*lead, 0))

    def to_json(self) -> dict[str, Any]:
        lists = {"shape": list(self.shape), "choices": list(self.choices), "start": list(self.start)}
        return {"kind": self.kind, **lists, "dtype": self.dtype}


@dataclass(frozen=True, kw_only=True)
class Numbers(Node):
    """An array of numbers within bounds.

    Args:
        shape: of the array.
        least, most: bounds of each element.
        dtype: NumPy name of its type.
    """

    kind: ClassVar[str] = "numbers"
    shape: tuple[int, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]
    dtype: str = "float32"

    @property
    def low(self) -> tuple[float, ...]:
        return self.least

    @property
    def high(self) -> tuple[float, ...]:
        return self.most

    def build(self, codes: Array, numbers: Array) -> Any:
        values = np.clip(numbers.astype(np.float64), self.least, self.most)
        return values.reshape((*numbers.shape[:-1], *self.shape)).astype(self.dtype)

    def take(self, action: Any, lead: tuple[int, ...], place: str) -> tuple[Array, Array]:
        return np.zeros((*lead, 0), np.int64), _array(action, (*lead, len(self.least)), place)

    def to_json(self) -> dict[str, Any]:
        lists = {"shape": list(self.shape), "least": list(self.least), "most": list(self.most)}
        return {"kind": self.kind, **lists, "dtype": self.dtype}


@dataclass(frozen=True, kw_only=True)
class Row(Node):
    """The codes of all heads and then the numbers, as one array.

    Args:
        choices: of each head.
        least, most: bounds of each number.
    """

    kind: ClassVar[str] = "row"
    choices: tuple[int, ...] = ()
    least: tuple[float, ...] = ()
    most: tuple[float, ...] = ()

    @property
    def heads(self) -> tuple[int, ...]:
        return self.choices

    @property
    def low(self) -> tuple[float, ...]:
        return self.least

    @property
    def high(self) -> tuple[float, ...]:
        return self.most

    def build(self, codes: Array, numbers: Array) -> Any:
        dtype = np.float32 if self.least else np.int64
        return np.concatenate([codes, numbers], axis=-1).astype(dtype)

    def take(self, action: Any, lead: tuple[int, ...], place: str) -> tuple[Array, Array]:
        heads = len(self.choices)
        row = _array(action, (*lead, heads + len(self.least)), place, whole=not self.least)
        return row[..., :heads].astype(np.int64), row[..., heads:]

    def to_json(self) -> dict[str, Any]:
        bounds = {"least": list(self.least), "most": list(self.most)} if self.least else {}
        return {"kind": self.kind, "choices": list(self.choices), **bounds}


@dataclass(frozen=True, kw_only=True)
class Joined(Node):
    """Several parts in order: a dict by their keys, or a tuple.

    Args:
        parts: with the key of each; those of a tuple are its positions.
        named: whether it is a dict.
    """

    kind: ClassVar[str] = "joined"
    parts: tuple[tuple[str | int, Node], ...]
    named: bool

    @property
    def heads(self) -> tuple[int, ...]:
        return tuple(k for _, part in self.parts for k in part.heads)

    @property
    def low(self) -> tuple[float, ...]:
        return tuple(x for _, part in self.parts for x in part.low)

    @property
    def high(self) -> tuple[float, ...]:
        return tuple(x for _, part in self.parts for x in part.high)

    def build(self, codes: Array, numbers: Array) -> Any:
        values, head, number = {}, 0, 0
        for key, part in self.parts:
            next_head, next_number = head + len(part.heads), number + len(part.low)
            values[key] = part.build(codes[..., head:next_head], numbers[..., number:next_number])
            head, number = next_head, next_number
        return values if self.named else tuple(values.values())

    def take(self, action: Any, lead: tuple[int, ...], place: str) -> tuple[Array, Array]:
        if isinstance(action, Mapping) is not self.named or not hasattr(action, "__getitem__"):
            raise SpecError(f"{place} is {_short(action)}; it must be {self._words()}.")
        taken = []
        for key, part in self.parts:
            try:
                value = action[key]
            except (KeyError, IndexError, TypeError):
                raise SpecError(f"{place} lacks {key!r}; it must be {self._words()}.") from None
            taken.append(part.take(value, lead, f"{place}.{key}"))
        codes, numbers = zip(*taken, strict=True)
        return np.concatenate(codes, axis=-1), np.concatenate(numbers, axis=-1)

    def _words(self) -> str:
        keys = ", ".join(str(key) for key, _ in self.parts)
        return f"a dict of {keys}" if self.named else f"a tuple of {len(self.parts)}"

    def to_json(self) -> dict[str, Any]:
        parts = [[key, part.to_json()] for key, part in self.parts]
        return {"kind": "dict" if self.named else "tuple", "parts": parts}


@dataclass(frozen=True)
class Actions:
    """How rows of codes and numbers become actions.

    Args:
        form: what the game takes.
    """

    form: Node

    def __call__(self, row: Array) -> Any:
        """The action for a row [heads + numbers]; for rows [n, heads + numbers], the actions stacked.

        A choice that the game does not have is its last: seats that have fewer share the agent of others.
        """
        heads = np.array(self.form.heads, np.int64)
        codes = np.minimum(row[..., : len(heads)].astype(np.int64), heads - 1)
        return self.form.build(codes, row[..., len(heads) :])

    def row(self, action: Any, *lead: int) -> Array:
        """The row [*lead, heads + numbers] of an action, stacked [*lead, ...]: the reverse of calling.

        Raises:
            SpecError: naming the part that does not fit.
        """
        codes, numbers = self.form.take(action, lead, "action")
        return np.concatenate([codes, numbers], axis=-1) if self.form.low else codes

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return self.form.to_json()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Actions":
        """Read what `to_json` wrote. Raises: as `GameInterface.from_json`."""
        return cls(_node(data, 0))


def _node(data: Mapping[str, Any], depth: int) -> Node:
    kind = data["kind"]
    if depth > DEEPEST:
        raise ValueError("an action is nested too deeply")
    if kind in ("dict", "tuple"):
        parts = tuple((_key(key), _node(part, depth + 1)) for key, part in data["parts"])
        if len({key for key, _ in parts}) != len(parts) or not parts:
            raise ValueError("the parts of an action need keys of their own")
        return Joined(parts=parts, named=kind == "dict")
    if kind == Choice.kind:
        (choices,), (start,) = _wholes([data["choices"]], 1), _wholes([data["start"]])
        return Choice(choices=choices, start=start, dtype=_type(data["dtype"], optional=True))
    if kind == Choices.kind:
        form = Choices(
            shape=_wholes(data["shape"], 0),
            choices=_wholes(data["choices"], 1),
            start=_wholes(data["start"]),
            dtype=_type(data["dtype"]),
        )
        _check_sizes(form.shape, len(form.choices), len(form.start))
        return form
    least = tuple(float(x) for x in data.get("least", ()))
    most = tuple(float(x) for x in data.get("most", ()))
    if not np.isfinite([*least, *most]).all():
        raise ValueError("a bound is not finite")
    if kind == Row.kind:
        _check_sizes((len(least),), len(most))
        return Row(choices=_wholes(data["choices"], 1), least=least, most=most)
    if kind == Numbers.kind:
        shape = _wholes(data["shape"], 0)
        _check_sizes(shape, len(least), len(most))
        return Numbers(shape=shape, least=least, most=most, dtype=_type(data["dtype"]))
    raise ValueError(f"{_short(kind)} is no kind of action")


def _check_sizes(shape: tuple[int, ...], *sizes: int) -> None:
    if len(shape) > MOST_AXES or any(size != prod(shape) for size in sizes):
        raise ValueError("the shape of an action does not fit its numbers")


def _wholes(values: Any, least: int = -(2**53)) -> tuple[int, ...]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 2**53:
            raise ValueError(f"{_short(value)} is no whole number that can stand here")
    return tuple(values)


def _key(value: Any) -> str | int:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(f"{_short(value)} is no key of an action")
    return value


def _type(name: Any, *, optional: bool = False) -> str:
    if optional and name == "":
        return ""
    dtype = np.dtype(str(name))
    if dtype.kind not in "biuf":
        raise ValueError(f"{_short(name)} is no type of numbers")
    return dtype.name


def _array(action: Any, shape: tuple[int, ...], place: str, *, whole: bool = False) -> Array:
    """An action as an array of this shape; whole numbers as int64."""
    try:
        array = np.asarray(action)
    except (ValueError, TypeError):
        array = np.asarray(None)
    of = "whole numbers" if whole else "numbers"
    if array.dtype.kind not in ("biu" if whole else "biuf") or array.size != prod(shape):
        raise SpecError(f"{place} is {_short(action)}; it must be {prod(shape)} of {of}.")
    return array.reshape(shape).astype(np.int64 if whole else np.float64)


def _within(codes: Array, choices: Array, action: Any, place: str, start: Array) -> None:
    if ((codes < 0) | (codes >= choices)).any():
        last = (start + choices - 1).max()
        raise SpecError(f"{place} is {_short(action)}; it must lie in {start.min()}..{last}.")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
