"""From observations of an outside game to named buffers, by their Gymnasium space."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GameCheckError, SpecError
from gamemeta.spec import Buffer, Quantities, Spec, Symbols, image, quantities, symbols

WHOLE = "obs"
"""Name of an observation that is one space."""
MOST_CODES = 1 << 16
"""Most symbols of an element: they are kept as uint16."""
MOST_NUMBERS = 64
"""Bounded whole numbers with at most so many values are symbols; with more they are quantities."""
LEAST_IMAGE = 16
"""A smaller picture, in pixels a side, is a board of symbols."""
LEAVES = "Discrete, MultiDiscrete, MultiBinary and Box, and Dict and Tuple of these"

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Part:
    """One leaf of an observation.

    Args:
        buffer: where it goes.
        path: the keys that lead to it.
        start: what its symbols count from: a number, or an array that fits their shape.
        channels_first: whether a picture comes as (channels, height, width).
    """

    buffer: Buffer
    path: Path
    start: Any = 0
    channels_first: bool = False

    def of(self, obs: Any) -> NDArray[Any]:
        """The leaf in an observation, in the buffer's shape and type.

        Raises:
            GameCheckError: it is missing, of another size, not finite or no symbol of the buffer.
        """
        name, value = self.buffer.name, obs
        for key in self.path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                raise GameCheckError(f"the observation lacks {name!r}, which its space has.") from None
        array = np.asarray(value)
        if array.size != self.buffer.size or array.dtype.kind not in "biuf":
            raise GameCheckError(
                f"observation {name!r} is {array.dtype} of shape {array.shape}; its space says "
                f"{self.buffer.size} number(s)."
            )
        if self.channels_first:
            height, width, channels = self.buffer.shape
            array = np.moveaxis(array.reshape(channels, height, width), 0, -1)
        return self._fitting(array.reshape(self.buffer.shape))

    def _fitting(self, array: NDArray[Any]) -> NDArray[Any]:
        buffer = self.buffer
        if isinstance(buffer, Symbols):
            codes, array = buffer.codes, array - self.start
            if array.min() < 0 or array.max() >= codes or (array.dtype.kind == "f" and (array % 1).any()):
                raise GameCheckError(
                    f"observation {buffer.name!r} holds {array.tolist()}, not 0..{codes - 1}."
                )
        elif isinstance(buffer, Quantities):
            with np.errstate(over="ignore"):
                array = array.astype(np.float32)
            if not np.isfinite(array).all():
                raise GameCheckError(f"observation {buffer.name!r} holds NaN or infinity.")
        return array.astype(buffer.dtype, copy=False)


@dataclass(frozen=True)
class ObservationMap:
    """How observations become buffers."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    """What is left out, for people."""
    alone: bool = False
    """Whether an observation that is no dict is that of the only part."""

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """One for each part."""
        return tuple(part.buffer for part in self.parts)

    def write(self, obs: Any, into: Mapping[str, NDArray[Any]], row: int) -> None:
        """Put an observation into row `row` of arrays by the name of the buffer.

        Raises:
            GameCheckError: it does not fit its space.
        """
        if self.alone and not isinstance(obs, Mapping):
            obs = {self.parts[0].buffer.name: obs}
        for part in self.parts:
            into[part.buffer.name][row] = part.of(obs)

    def seen(self, obs: Any) -> list[Any]:
        """What an agent sees of an observation, as the game gives it; None for what is missing."""
        if self.alone and not isinstance(obs, Mapping):
            return [obs]
        return [_inside(obs, part.path) for part in self.parts]

    @classmethod
    def of_space(cls, space: gym.Space[Any], symbols: Mapping[str, int] | None = None) -> "ObservationMap":
        """The map for a space.

        A text inside a Dict or a Tuple is left out, and `notes` tells so.

        Args:
            space: of the observations.
            symbols: how many symbols a part has, by its name, where the space says too little: a part of
                small whole numbers below that.
        Raises:
            SpecError: a space of another kind, by name, or an unknown name in `symbols`.
        """
        left, parts, notes = dict(symbols or {}), [], []
        for path, leaf in _leaves(space, ()):
            name = ".".join(map(str, path)) or WHOLE
            if path and _is_text(leaf):
                notes.append(f"observation {name!r} is text and is left out")
                continue
            parts.append(_part(name, path, leaf, left.pop(name, 0)))
        if left:
            raise SpecError(
                f"symbols of {next(iter(left))!r}: there is no such part of the observation. It has: "
                f"{', '.join(part.buffer.name for part in parts)}."
            )
        if not parts:
            raise SpecError(f"the observation space {space} has nothing that an agent can see.")
        return cls(tuple(parts), tuple(notes))

    @classmethod
    def of_spec(cls, spec: Spec) -> "ObservationMap":
        """The map for observations that are dicts by buffer already, or the array of the only buffer."""
        parts = tuple(Part(buffer, (buffer.name,)) for buffer in spec.obs)
        return cls(parts, alone=len(parts) == 1)


def _inside(obs: Any, path: Path) -> Any:
    for key in path:
        try:
            obs = obs[key]
        except (KeyError, IndexError, TypeError):
            return None
    return obs


def _leaves(space: gym.Space[Any], path: Path) -> Iterator[tuple[Path, gym.Space[Any]]]:
    """Every space that is neither a Dict nor a Tuple, with the keys that lead to it."""
    if isinstance(space, spaces.Dict):
        for key, inner in space.spaces.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(space, spaces.Tuple):
        for number, inner in enumerate(space.spaces):
            yield from _leaves(inner, (*path, number))
    else:
        yield path, space


def _is_text(space: gym.Space[Any]) -> bool:
    return isinstance(space, spaces.Text) or space.dtype == np.dtype(str)


def _part(name: str, path: Path, space: gym.Space[Any], symbols: int) -> Part:
    if path[:1] == (ACTION_MASK,):
        return _mask(path, space)
    if symbols and not (isinstance(space, spaces.Box) and np.issubdtype(space.dtype, np.integer)):
        raise SpecError(f"symbols of {name!r}: only a Box of whole numbers takes them, not {space}.")
    if isinstance(space, spaces.Discrete):
        return Part(_symbols(name, (1,), int(space.n)), path, int(space.start))
    if isinstance(space, spaces.MultiDiscrete):
        return Part(_symbols(name, space.nvec.shape, int(space.nvec.max())), path, space.start)
    if isinstance(space, spaces.MultiBinary):
        return Part(_symbols(name, tuple(space.shape), 2), path)
    if isinstance(space, spaces.Box):
        return _box(name, path, space, symbols)
    raise SpecError(
        f"observation {name!r} is a {type(space).__name__} space, which has no fixed numbers to see. What "
        f"can be seen: {LEAVES}. Wrap the environment so that it shows one of these."
    )


def _mask(path: Path, space: gym.Space[Any]) -> Part:
    """Zeros and ones, whatever their type is, one for each choice of all heads."""
    if len(path) > 1 or not isinstance(space, (spaces.Box, spaces.MultiBinary, spaces.MultiDiscrete)):
        raise SpecError(
            f"observation {'.'.join(map(str, path))!r} is a {type(space).__name__} space; an action mask is "
            "one array of zeros and ones, the choices of all heads side by side. Give a MultiBinary of as "
            "many."
        )
    return Part(_symbols(ACTION_MASK, (int(np.prod(space.shape)),), 2), path)


def _box(name: str, path: Path, box: spaces.Box, symbols: int) -> Part:
    shape = tuple(box.shape) or (1,)
    if np.issubdtype(box.dtype, np.integer):
        low, high = int(box.low.min()), int(box.high.max())
        picture = box.dtype == np.uint8 and len(shape) in (2, 3) and (low, high) == (0, 255)
        if symbols:
            return Part(_symbols(name, shape, symbols), path, low)
        if picture and min(shape[:2]) >= LEAST_IMAGE:
            return Part(image(name, (*shape, 1)[:3]), path)
        if picture and len(shape) == 3 and min(shape[1:]) >= LEAST_IMAGE:
            return Part(image(name, (*shape[1:], shape[0])), path, channels_first=True)
        if picture or high - low < MOST_NUMBERS:
            return Part(_symbols(name, shape, high - low + 1), path, low)
    return Part(quantities(name, (int(np.prod(shape)),), normalised=True), path)


def _symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
    if codes > MOST_CODES:
        raise SpecError(
            f"observation {name!r} has {codes:,} symbols; at most {MOST_CODES:,} can be told apart."
        )
    return symbols(name, shape, codes)
