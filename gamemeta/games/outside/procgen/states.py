"""What a state that Procgen saved holds, and the one thing in it that we change: which levels follow.

A state of Procgen 0.10 begins with a version, the name of the game, 13 options and the range of level seeds;
two generators of random numbers follow as text, then the facts of the episode. Numbers are int32 or float32.
"""

import struct
from dataclasses import dataclass

from gamemeta.errors import LevelError

OPTIONS = 13
"""Numbers between the name and the range of level seeds."""
GENERATORS = 2
"""The one of levels, and the one of what happens in them."""
ZEROS = b"0 " * 624 + b"624"
"""A generator that draws zeros: the words of a Mersenne twister, and how many of them were used."""
_INT = struct.Struct("=i")
_RANGE = struct.Struct("=ii")
_EPISODE = struct.Struct("=fiiiiiiiiifiii")
"""Reward, done, level complete; action, timeout, level, level before, episodes remaining, episode done, last
reward's timer and value, default action, seed of the assets, steps played."""


@dataclass(frozen=True)
class Facts:
    """What a state holds of its episode."""

    game: str
    low: int
    high: int
    """Levels that follow are drawn from low to high - 1."""
    limit: int
    level: int
    steps: int


def read(state: bytes) -> Facts:
    """The facts of a state.

    Raises:
        LevelError: it is no state, or one of a Procgen that writes other states.
    """
    try:
        name, at = _text(state, _INT.size)
        at += OPTIONS * _INT.size
        low, high = _RANGE.unpack_from(state, at)
        at += _RANGE.size + 2 * _INT.size  # the kind and the number of the game
        for _ in range(GENERATORS):
            _, at = _text(state, at + _INT.size)
        _, _, _, _, limit, level, *_, steps = _EPISODE.unpack_from(state, at)
        game = name.decode("ascii")
    except (struct.error, UnicodeDecodeError) as error:
        raise LevelError(f"these {len(state)} bytes are no state of Procgen 0.10: {error}.") from None
    return Facts(game, low, high, limit, level, steps)


def narrowed(state: bytes, level: int) -> bytes:
    """The state with one level alone to follow.

    What its generator of levels draws then makes no difference: it gets zeros, which Procgen reads fastest.
    """
    _, at = _text(state, _INT.size)
    at += OPTIONS * _INT.size
    text = at + _RANGE.size + 3 * _INT.size  # kind and number of the game, whether the generator is seeded
    _, end = _text(state, text)
    only, zeros = _RANGE.pack(level, level + 1), _INT.pack(len(ZEROS)) + ZEROS
    return state[:at] + only + state[at + _RANGE.size : text] + zeros + state[end:]


def _text(state: bytes, at: int) -> tuple[bytes, int]:
    """A text with its length before it, and where it ends."""
    (length,) = _INT.unpack_from(state, at)
    start = at + _INT.size
    if not 0 <= length <= len(state) - start:
        raise struct.error("a text in it is longer than the rest")
    return state[start : start + length], start + length
