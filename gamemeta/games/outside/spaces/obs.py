"""From observations of an outside game to named buffers, by their space."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GameCheckError, SpecError
from gamemeta.games.outside.spaces import described, kinds, pictures
from gamemeta.interface.observations import WHITE, Observations, Part, Path, by_name
from gamemeta.spec import ActionSpec, Buffer, Choices, Image, Spec, Symbols, image, quantities, symbols

WHOLE = "obs"
"""Name of an observation that is one space."""
MOST_CODES = 1 << 16
"""Most symbols of an element: they are kept as uint16."""
MOST_NUMBERS = 64
"""Bounded whole numbers with at most so many values are symbols; with more they are quantities."""
MOST_NOTES = 12
"""Most parts that are described in a note of their own."""
IMAGE, NUMBERS, SYMBOLS = "image", "numbers", "symbols"
TAKEN_AS = (IMAGE, NUMBERS, SYMBOLS)
"""What the setting `parts` can say."""
LEAVES = "Discrete, MultiDiscrete, MultiBinary and Box, and Dict and Tuple of these"


@dataclass(frozen=True)
class ObservationMap(Observations):
    """How observations of an outside game become buffers, and what people should know of it."""

    notes: tuple[str, ...] = ()
    """How each part is taken, and what is left out, a sentence each."""

    def write(self, obs: Any, into: Mapping[str, NDArray[Any]], row: int) -> None:
        """Put an observation into row `row` of arrays by the name of the buffer.

        Raises:
            GameCheckError: it does not fit its space.
        """
        try:
            for name, array in self.read(obs).items():
                into[name][row] = array[0]
        except SpecError as error:
            raise GameCheckError(str(error)) from None

    def seen(self, obs: Any) -> list[Any]:
        """What an agent sees of an observation, as the game gives it; None for what is missing."""
        if self.alone is not None and not isinstance(obs, Mapping):
            return [obs]
        return [_inside(obs, part.path) for part in self.parts]

    @classmethod
    def of_space(
        cls,
        space: Any,
        symbols: Mapping[str, int] | None = None,
        parts: Mapping[str, str] | None = None,
        action: ActionSpec | None = None,
    ) -> "ObservationMap":
        """The map for a space, of Gymnasium or of the older gym.

        A text inside a Dict or a Tuple is left out.

        Args:
            space: of the observations.
            symbols: how many symbols a part has, by its name, where the space says too little: a part of
                small whole numbers below that.
            parts: what a part is taken as, by its name: `image`, `numbers` or `symbols`.
            action: what is done. With it, the part `choices` describes the choices of the first head, and
                there is an action mask of those that are there.
        Raises:
            SpecError: a space of another kind, by name, or an unknown name in `symbols` or `parts`.
        """
        counts, ways, made, left_out = dict(symbols or {}), dict(parts or {}), [], []
        for path, leaf in kinds.leaves(space):
            name = ".".join(map(str, path)) or WHOLE
            if path and kinds.is_text(leaf):
                left_out.append(f"observation {name!r} is text and is left out")
                continue
            if action is not None and path == (described.CHOICES,) and name not in ways:
                made.append(described.part(path, leaf, action))
                continue
            made.append(_part(name, path, leaf, counts.pop(name, 0), ways.pop(name, "")))
        for setting, rest in (("symbols", counts), ("parts", ways)):
            if rest:
                raise SpecError(
                    f"{setting} of {next(iter(rest))!r}: there is no such part of the observation. It has: "
                    f"{', '.join(part.name for part in made)}."
                )
        if action is not None and any(isinstance(part.buffer, Choices) for part in made):
            made += [] if any(part.name == ACTION_MASK for part in made) else [described.mask(action)]
        if not made:
            raise SpecError(f"the observation space {str(space)[:200]} has nothing that an agent can see.")
        return cls(tuple(made), (*_described(made), *left_out))

    @classmethod
    def of_spec(cls, spec: Spec) -> "ObservationMap":
        """The map for observations that are dicts by buffer already, or the array of the only buffer."""
        return cls(by_name(spec.obs))


def _inside(obs: Any, path: Path) -> Any:
    for key in path:
        try:
            obs = obs[key]
        except (KeyError, IndexError, TypeError):
            return None
    return obs


def _part(name: str, path: Path, space: Any, count: int, way: str) -> Part:
    kind = kinds.kind(space)
    if path[:1] == (ACTION_MASK,):
        return _mask(path, space)
    if way and way not in TAKEN_AS:
        raise SpecError(f"parts of {name!r}: {way!r} is none of {', '.join(TAKEN_AS)}.")
    if count and not (kind == kinds.BOX and kinds.is_whole(space)):
        raise SpecError(f"symbols of {name!r}: only a Box of whole numbers takes them, not {space}.")
    if kind not in (kinds.DISCRETE, kinds.MULTI_DISCRETE, kinds.MULTI_BINARY, kinds.BOX):
        raise SpecError(
            f"observation {name!r} is a {kind} space, which has no fixed numbers to see. What can be seen: "
            f"{LEAVES}. Wrap the environment so that it shows one of these."
        )
    shape = kinds.shape_of(space)
    if way == NUMBERS:
        return Part(buffer=_quantities(name, shape), path=path, shape=shape)
    if kind == kinds.BOX:
        return _box(name, path, space, count, way)
    if way == IMAGE:
        raise SpecError(f"parts of {name!r}: only a Box is an image, not {space}.")
    if kind == kinds.DISCRETE:
        start = int(getattr(space, "start", 0))
        return Part(buffer=_symbols(name, (1,), int(space.n)), path=path, shape=(), start=start)
    if kind == kinds.MULTI_BINARY:
        return Part(buffer=_symbols(name, shape or (1,), 2), path=path, shape=shape)
    starts = tuple(np.broadcast_to(getattr(space, "start", 0), space.nvec.shape).reshape(-1).tolist())
    buffer = _symbols(name, shape or (1,), int(space.nvec.max()))
    return Part(buffer=buffer, path=path, shape=shape, start=starts if any(starts) else 0)


def _mask(path: Path, space: Any) -> Part:
    """Zeros and ones, whatever their type is, one for each choice of all heads."""
    if len(path) > 1 or kinds.kind(space) not in (kinds.BOX, kinds.MULTI_BINARY, kinds.MULTI_DISCRETE):
        raise SpecError(
            f"observation {'.'.join(map(str, path))!r} is a {kinds.kind(space)} space; an action mask is "
            "one array of zeros and ones, the choices of all heads side by side. Give a MultiBinary of as "
            "many."
        )
    shape = kinds.shape_of(space)
    return Part(buffer=_symbols(ACTION_MASK, (int(np.prod(shape)),), 2), path=path, shape=shape)


def _box(name: str, path: Path, box: Any, count: int, way: str) -> Part:
    shape, whole = kinds.shape_of(box), kinds.is_whole(box)
    low, high = float(np.min(box.low)), float(np.max(box.high))
    uniform = bool((box.low == low).all() and (box.high == high).all())
    if count:
        return Part(buffer=_symbols(name, shape or (1,), count), path=path, shape=shape, start=int(low))
    picture = uniform and pictures.is_picture(shape, low, high, whole=whole)
    if way == IMAGE or (picture and not way):
        return _picture(name, path, shape, (low, high), whole=whole)
    few = whole and (high - low < MOST_NUMBERS or (kinds.dtype_of(box) == np.uint8 and _is_board(shape)))
    if way == SYMBOLS or few:
        if not whole:
            raise SpecError(f"parts of {name!r}: only a Box of whole numbers is symbols, not {box}.")
        buffer = _symbols(name, shape or (1,), int(high) - int(low) + 1)
        return Part(buffer=buffer, path=path, shape=shape, start=int(low))
    return Part(buffer=_quantities(name, shape), path=path, shape=shape)


def _is_board(shape: tuple[int, ...]) -> bool:
    """Whether bytes of this shape are the fields of a board, too small for a picture."""
    return len(shape) in (2, 3)


def _picture(
    name: str, path: Path, shape: tuple[int, ...], bounds: tuple[float, float], *, whole: bool
) -> Part:
    height = pictures.height_axis(shape)
    if height is None:
        height = pictures.height_axis(shape, pictures.LEAST_ASKED)
    if height is None:
        raise SpecError(
            f"parts of {name!r}: shape {shape} has no height and width that follow each other, each of at "
            f"least {pictures.LEAST_ASKED}, so it is no image."
        )
    low, high = bounds if np.isfinite(bounds).all() else pictures.BYTES if whole else pictures.UNIT
    buffer = image(name, pictures.picture_shape(shape, height))
    return Part(buffer=buffer, path=path, shape=shape, height_axis=height, low=low, high=high)


def _quantities(name: str, shape: tuple[int, ...]) -> Buffer:
    return quantities(name, (int(np.prod(shape)),), normalised=True)


def _symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
    if codes > MOST_CODES:
        raise SpecError(
            f"observation {name!r} has {codes:,} symbols; at most {MOST_CODES:,} can be told apart."
        )
    return symbols(name, shape, codes)


def _described(parts: list[Part]) -> list[str]:
    """How each part is taken, for people; of many, the first."""
    more = [f"and {len(parts) - MOST_NOTES} more parts"] if len(parts) > MOST_NOTES else []
    return [_description(part) for part in parts[:MOST_NOTES]] + more


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _description(part: Part) -> str:
    shape, buffer = " x ".join(map(str, part.shape)) or "one number", part.buffer
    seen = f"observation {part.name!r} ({shape}) is seen as"
    match buffer:
        case Image(shape=(height, width, channels)):
            scaled = "" if (part.low, part.high) == (0.0, WHITE) else f", {part.high:g} is white"
            return f"{seen} a picture {height} x {width} of {_counted(channels, 'channel')}{scaled}"
        case Symbols():
            return f"{seen} {_counted(buffer.size, 'symbol')} out of {buffer.codes:,}"
        case Choices(shape=(most, features)):
            return (
                f"observation {part.name!r} describes up to {most} actions by "
                f"{_counted(features, 'number')} each"
            )
        case _:
            flat = pictures.height_axis(part.shape) is not None
            hint = f", flattened; if it is a picture, give --set game.parts={part.name}=image" if flat else ""
            return f"{seen} {_counted(buffer.size, 'number')}{hint}"
