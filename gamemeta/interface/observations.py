"""From what a game shows to the agent's buffers.

A part says where in an observation the values of one buffer lie, and how they are arranged there. All of it
is plain data, which agent files hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.buffers import Buffer, Choices, Image, Symbols
from gamemeta.interface.choices import check_all_there, mask_of, read_choices
from gamemeta.interface.mask import checked_mask
from gamemeta_levels.errors import SpecError

Path = tuple[str | int, ...]
Array = NDArray[Any]
NUMBERS = "biuf"
"""Kinds of NumPy types that are numbers."""
LONGEST = 60
"""Most characters of a value in a message."""
MOST_AXES, MOST_STEPS = 8, 16
"""Most axes of a value, and most keys that lead to one."""
WHITE = 255.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One value within an observation, and the buffer that it becomes.

    Args:
        buffer: what the agent sees.
        path: keys of dicts and positions in tuples that lead to the value; () where it is the observation.
        shape: of the value as the game shows it; () for a plain number.
        start: what symbols count from: one number, or one for each element.
        height_axis: of a picture, the axis of its height, which that of its width follows; all other axes
            are channels, in their order.
        low, high: the values of a picture that are black and white.
        fill: whether a shorter row is filled up with zeros.
    """

    buffer: Buffer
    path: Path
    shape: tuple[int, ...]
    start: int | tuple[int, ...] = 0
    height_axis: int = 0
    low: float = 0.0
    high: float = WHITE
    fill: bool = False

    @property
    def name(self) -> str:
        """Name of the buffer."""
        return self.buffer.name

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """What symbols count from, as an array that fits their shape."""
        starts = np.asarray(self.start, np.int64)
        return starts.reshape(self.buffer.shape) if starts.ndim else starts

    def value_in(self, obs: Any) -> Any:
        """The value in an observation.

        Raises:
            SpecError: it is not there.
        """
        if isinstance(obs, Mapping) and self.name in obs:
            return obs[self.name]
        value = obs
        for key in self.path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError, ValueError):
                raise SpecError(
                    f"the observation lacks {self.name!r}: no {key!r} in {_keys(value)}. The game that this "
                    f"agent knows shows it as {self.words}."
                ) from None
        return value

    def read(self, value: Any, n: int) -> Array:
        """The buffer [n, *shape] of n observations, out of their values; one may leave out the axis n.

        Raises:
            SpecError: the value has another shape, or does not fit the buffer.
        """
        if isinstance(self.buffer, Choices):
            return read_choices(self.buffer, value, n)[0]
        array = self._array(value)
        arranged = self._arranged(array, n)
        if arranged is None:
            many = f"{n} observations, each with " if n > 1 else ""
            raise SpecError(
                f"observation {self.name!r} is {array.dtype} of shape {array.shape}; it must be "
                f"{many}{self.words}."
            )
        match self.buffer:
            case Symbols():
                return self._symbols(arranged)
            case Image():
                return self._picture(arranged)
            case _:
                return self.buffer.checked(arranged.reshape(n, *self.buffer.shape), n)

    def shown(self, buffer: Array) -> Array:
        """Values [n, *shape] as the game shows them, out of a buffer [n, ...]: the reverse of `read`."""
        n = len(buffer)
        if isinstance(self.buffer, Image):
            rest = [k for j, k in enumerate(self.shape) if j not in self._sides]
            array = np.moveaxis(buffer.reshape(n, *self.buffer.shape[:2], *rest), (1, 2), self._picture_axes)
            scaled = (self.low, self.high) != (0.0, WHITE)
            return self.low + array * ((self.high - self.low) / WHITE) if scaled else array
        array = buffer + self.starts if isinstance(self.buffer, Symbols) else buffer
        return array.reshape(n, *self.shape)

    @property
    def words(self) -> str:
        """The form of the value, for people."""
        size = f"an array of shape {self.shape}" if self.shape else "a number"
        match self.buffer:
            case Symbols():
                return f"{size}, whole numbers {self._range()}"
            case Image():
                return f"{size}, a picture from {self.low:g} (black) to {self.high:g} (white)"
            case Choices(shape=(most, features)):
                return f"rows of {features} numbers, finite, one for each choice, at most {most}"
            case _:
                return f"{size}, finite"

    @property
    def _sides(self) -> tuple[int, int]:
        return self.height_axis, self.height_axis + 1

    @property
    def _picture_axes(self) -> tuple[int, int]:
        return self.height_axis + 1, self.height_axis + 2

    def _array(self, value: Any) -> Array:
        try:
            array = np.asarray(value)
        except (ValueError, TypeError, RuntimeError) as error:
            raise SpecError(
                f"observation {self.name!r} is {_short(value)}, which is no array ({str(error)[:80]}); it "
                f"must be {self.words}."
            ) from None
        if array.dtype.kind not in NUMBERS:
            raise SpecError(
                f"observation {self.name!r} is {_short(value)}, which is not made of numbers; it must be "
                f"{self.words}."
            )
        return array

    def _arranged(self, array: Array, n: int) -> Array | None:
        """The values [n, *shape], or as the buffer has them; None where neither fits."""
        for form in (self.shape, self.buffer.shape):
            if array.shape == (n, *form):
                return array
            if n == 1 and _sides(array.shape) == _sides(form):
                return array.reshape(1, *form)
            if array.ndim and len(array) == n and _sides(array.shape[1:]) == _sides(form):
                return array.reshape(n, *form)
        flat = array[None] if n == 1 and array.ndim == 1 else array
        if flat.ndim == 2 and len(flat) == n:
            if flat.shape[1] == self.buffer.size:
                return flat.reshape(n, *self.shape)
            if self.fill and flat.shape[1] < self.buffer.size:
                return np.pad(flat, ((0, 0), (0, self.buffer.size - flat.shape[1])))
        return None

    def _symbols(self, array: Array) -> Array:
        assert isinstance(self.buffer, Symbols)
        codes = self.buffer.codes
        if self.name == ACTION_MASK and array.dtype.kind == "b":
            return array.reshape(-1, *self.buffer.shape).astype(self.buffer.dtype)
        with np.errstate(invalid="ignore"):
            whole = array.astype(np.int64)
        counted = whole.reshape(-1, *self.buffer.shape) - self.starts
        exact = array.dtype.kind != "f" or bool((whole == array).all())
        if not exact or counted.min() < 0 or counted.max() >= codes:
            raise SpecError(f"observation {self.name!r} holds {_short(array)}, not {self._range()}.")
        return counted.astype(self.buffer.dtype)

    def _picture(self, array: Array) -> Array:
        scaled = (self.low, self.high) != (0.0, WHITE)
        if scaled or array.dtype.kind == "f":
            if not scaled and array.max() <= 1.0 and (array % 1).any():
                raise SpecError(
                    f"observation {self.name!r} holds {array.dtype} within 0..1; it must be {self.words}. "
                    "Where 1.0 is white, give (255 * image).astype(np.uint8)."
                )
            if not ((array >= self.low) & (array <= self.high)).all():
                raise SpecError(
                    f"observation {self.name!r} holds {_short(array)}, not {self.low:g} to {self.high:g}."
                )
            unit = (array.astype(np.float64) - self.low) / (self.high - self.low)
            array = np.rint(unit * WHITE).astype(np.uint8)
        if array.shape[1:] == self.shape:
            array = np.moveaxis(array, self._picture_axes, (1, 2))
        n, height, width = array.shape[:3]
        return self.buffer.checked(array.reshape(n, height, width, -1), n)

    def _range(self) -> str:
        """The symbols as the game shows them."""
        assert isinstance(self.buffer, Symbols)
        low = np.atleast_1d(self.starts)
        first, last = int(low.min()), int(low.max()) + self.buffer.codes - 1
        return f"{first}..{last}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; what is as usual is left out."""
        data: dict[str, Any] = {"buffer": self.name, "path": list(self.path), "shape": list(self.shape)}
        for key in ("start", "height_axis", "low", "high", "fill"):
            value = getattr(self, key)
            if value != getattr(Part, key):
                data[key] = list(value) if isinstance(value, tuple) else value
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any], buffers: Mapping[str, Buffer]) -> "Part":
        """Read what `to_json` wrote, for these buffers by name. Raises: as `GameInterface.from_json`."""
        start = data.get("start", 0)
        part = cls(
            buffer=buffers[data["buffer"]],
            path=tuple(_key(key) for key in data["path"]),
            shape=tuple(_whole(k) for k in data["shape"]),
            start=tuple(_whole(k) for k in start) if isinstance(start, list) else _whole(start),
            height_axis=_whole(data.get("height_axis", 0)),
            low=float(data.get("low", 0.0)),
            high=float(data.get("high", WHITE)),
            fill=bool(data.get("fill", False)),
        )
        part.check()
        return part

    def check(self) -> None:
        """Raises SpecError where the parts of this description contradict one another."""
        many = isinstance(self.start, tuple) and len(self.start) != self.buffer.size
        sides = len(self.shape) <= MOST_AXES and all(k > 0 for k in self.shape)
        if not sides or prod(self.shape) != self.buffer.size or many or len(self.path) > MOST_STEPS:
            raise SpecError(
                f"part {self.name!r}: shape {self.shape}, start {_short(self.start)}: they do not fit the "
                f"buffer of shape {self.buffer.shape}."
            )
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise SpecError(f"part {self.name!r}: black {self.low} is not below white {self.high}.")
        if isinstance(self.buffer, Image):
            sides = 0 <= self.height_axis < len(self.shape) - 1
            if not sides or self.shape[self.height_axis : self.height_axis + 2] != self.buffer.shape[:2]:
                raise SpecError(f"part {self.name!r}: axis {self.height_axis} of {self.shape} is no height.")


@dataclass(frozen=True)
class Observations:
    """How observations become buffers."""

    parts: tuple[Part, ...]

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """One for each part."""
        return tuple(part.buffer for part in self.parts)

    @cached_property
    def alone(self) -> Part | None:
        """The part that an observation is which is no dict; None where observations have several."""
        seen = [part for part in self.parts if part.name != ACTION_MASK]
        return seen[0] if len(seen) == 1 and seen[0].path in ((), (seen[0].name,)) else None

    @cached_property
    def described(self) -> Part | None:
        """The part that describes the choices of the first head; None where none does."""
        return next((part for part in self.parts if isinstance(part.buffer, Choices)), None)

    def read(self, obs: Any, n: int = 1, mask: Any = None) -> dict[str, Array]:
        """Buffers [n, *shape] by name out of n observations: stacked, or a list of them.

        Args:
            obs: as the game shows it; its values may also stand in a dict by the names of the buffers.
            n: how many observations.
            mask: which choices are legal, where the observation does not say so.
        Raises:
            SpecError: naming the part that is missing, or of another form.
        """
        if self._is_list(obs, n):
            rows = [self.read(one) for one in obs]
            return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
        alone = None if isinstance(obs, Mapping) else self.alone
        buffers: dict[str, Array] = {}
        for part in self.parts:
            if part.name == ACTION_MASK and self.described is not None:
                buffers[part.name] = self._mask_of_choices(part, self.described, obs, n, mask)
                continue
            if part.name == ACTION_MASK and (mask is not None or alone):
                value = checked_mask(mask)
            else:
                value = obs if part is alone else part.value_in(obs)
            buffers[part.name] = part.read(value, n)
            if part is self.described and not self.masked:
                check_all_there(part.name, part.shape[0], value, n)
        return buffers

    def _mask_of_choices(self, part: Part, described: Part, obs: Any, n: int, mask: Any) -> Array:
        """Which choices are there and legal [n, choices of all heads], where the game describes them."""
        assert isinstance(described.buffer, Choices)
        alone = described is self.alone and not isinstance(obs, Mapping)
        there = read_choices(described.buffer, obs if alone else described.value_in(obs), n)[1]
        if mask is None and isinstance(obs, Mapping):
            mask = obs.get(ACTION_MASK)
        return mask_of(there, mask, part.buffer.size, part.read)

    @cached_property
    def masked(self) -> bool:
        """Whether a part says which choices are legal."""
        return any(part.name == ACTION_MASK for part in self.parts)

    def shown(self, buffers: Mapping[str, Array]) -> Any:
        """What the game shows, stacked [n, ...], out of buffers [n, ...]: the reverse of `read`."""
        root: Any = {}
        for part in self.parts:
            if part.path == ():
                return part.shown(buffers[part.name])
            place = root
            for key in part.path[:-1]:
                place = place.setdefault(key, {})
            place[part.path[-1]] = part.shown(buffers[part.name])
        return _with_tuples(root)

    def _is_list(self, obs: Any, n: int) -> bool:
        """Whether this is a list with n observations of several parts."""
        if self.alone is not None and not (isinstance(obs, list) and obs and isinstance(obs[0], Mapping)):
            return False
        if not isinstance(obs, list) or len(obs) != n:
            return False
        return all(isinstance(one, (Mapping, tuple, list)) for one in obs)

    def to_json(self) -> list[dict[str, Any]]:
        """Plain JSON data."""
        return [part.to_json() for part in self.parts]

    @classmethod
    def from_json(cls, data: Sequence[Mapping[str, Any]], buffers: Sequence[Buffer]) -> "Observations":
        """Read what `to_json` wrote. Raises: as `GameInterface.from_json`."""
        by_name = {buffer.name: buffer for buffer in buffers}
        parts = tuple(Part.from_json(one, by_name) for one in data)
        if len({part.name for part in parts}) != len(parts):
            raise SpecError("two parts of the observation become the same buffer.")
        return cls(parts)


def by_name(buffers: Sequence[Buffer]) -> tuple[Part, ...]:
    """The parts of observations that are dicts by buffer already."""
    return tuple(Part(buffer=b, path=(b.name,), shape=b.shape) for b in buffers)


def _with_tuples(node: Any) -> Any:
    """The same with tuples in place of dicts whose keys are positions."""
    if not isinstance(node, dict):
        return node
    inner = {key: _with_tuples(value) for key, value in node.items()}
    return tuple(inner.values()) if list(inner) == list(range(len(inner))) else inner


def _sides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without axes of length 1."""
    return tuple(k for k in shape if k != 1)


def _keys(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"what has {_short(', '.join(map(str, value)) or 'nothing')}"
    return _short(value) if np.ndim(value) == 0 else f"an array of shape {np.shape(value)}"


def _short(value: Any) -> str:
    """A value in a message, of bounded length."""
    if isinstance(value, np.ndarray) and value.size > 8:
        return f"{value.min()}..{value.max()}"
    text = (
        value if isinstance(value, str) else repr(value.tolist() if isinstance(value, np.ndarray) else value)
    )
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _key(value: Any) -> str | int:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(f"{_short(value)} is no key of an observation")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
        raise ValueError(f"{_short(value)} is no whole number")
    return value
