"""Fingerprints of levels from outside: digests of what they show, pay and how they end under fixed actions.

A seed says nothing about the level it makes: two seeds may make the same one. So a level is played with
actions that are always the same, and two levels that answer alike count as one.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GamemetaError
from gamemeta.games.blame import naming_their_code
from gamemeta.games.outside.spaces.described import CHOICES
from gamemeta.spec import ActionSpec
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.level import Level

if TYPE_CHECKING:
    from gamemeta.games.outside.one_level.world import World

EPISODES = (48, 48, 160)
"""Steps of the episodes that are played. Where one ends early, the next begins; after the last come as many
again, with other actions."""
DEPTHS = (0, 8, 24, 48, 96, sum(EPISODES))
"""Steps that a fingerprint may be made of; 0 is the first observation alone."""
HELD = 8
"""In the second of three episodes an action is held for so many steps, to get farther than trembling does."""
MANTISSA = 1 << 16
"""Real numbers count as equal when so many parts of them are: machines differ in the last digits."""
KEPT = 1 << 16
"""Fingerprints that are remembered."""
_STREAM = 0x46494E47
"""Seed of the fixed actions."""


@dataclass
class Prober:
    """Plays levels with fixed actions. It has a world of its own, made when it is first needed.

    Args:
        make: makes a world.
        shown: the parts of an observation that an agent sees.
        action: what an agent does.
        limit: steps after which an episode is truncated.
        seats: how many act; None for a world of one, whose actions are rows.
    """

    make: "Callable[[], World]"
    shown: Callable[[Any], Any]
    action: ActionSpec
    limit: int
    seats: int | None = None

    def __post_init__(self) -> None:
        self._world: World | None = None
        self._known: dict[tuple[Level, tuple[int, ...]], tuple[int, ...]] = {}
        self._results: dict[str, Any] = {}
        self._looking, self._lock = threading.RLock(), threading.RLock()

    def fingerprint(self, level: Level, depth: int) -> int:
        """The 64-bit digest of this level's first `depth` steps."""
        return self.fingerprints(level, (depth,))[0]

    def fingerprints(self, level: Level, depths: Sequence[int]) -> tuple[int, ...]:
        """Digests after each of these numbers of steps, which increase."""
        key = level, tuple(depths)
        with self._lock:
            if key not in self._known:
                if len(self._known) >= KEPT:
                    self._known.clear()
                self._known[key] = self._digests(level, depths)
            return self._known[key]

    def repeats(self, level: Level, depth: int) -> bool:
        """Whether the level goes the same way again."""
        with self._lock:
            return self._digests(level, (depth,)) == self._digests(level, (depth,))

    def has_company(self, level: Level) -> bool:
        """Whether another world can be made beside the one that plays."""
        self.fingerprint(level, 0)
        other = replace(self)
        try:
            with self._lock, naming_their_code():
                list(other._played(level, (0,), _Record()))
        except GamemetaError:
            return False
        finally:
            other.close()
        return True

    def once(self, key: str, look: Callable[[], Any]) -> Any:
        """What `look` finds out, the first time; later the same."""
        with self._looking:
            if key not in self._results:
                self._results[key] = look()
            return self._results[key]

    def close(self) -> None:
        """Close the world; another is made when it is needed."""
        world, self._world = self._world, None
        close = getattr(world, "close", None)
        if close is not None:
            close()

    def _digests(self, level: Level, depths: Sequence[int]) -> tuple[int, ...]:
        """Digests at these depths; an error of the game is an end like another, and is raised in play."""
        record, digests = _Record(), list[int]()
        try:
            with naming_their_code():
                for digest in self._played(level, depths, record):
                    digests.append(digest)
        except GamemetaError as error:
            self.close()
            record.write(type(error.__cause__ or error).__name__.encode())
            digests += [record.digest()] * (len(depths) - len(digests))
        return tuple(digests)

    def _played(self, level: Level, depths: Sequence[int], record: "_Record") -> Iterator[int]:
        if self._world is None:
            self._world = self.make()
        world, steps, waiting = self._world, 0, list(depths)
        for episode in count():
            obs = world.reset(level, episode)
            record.write(b"begin", encoded(self.shown(obs)))
            for row in self._actions(episode):
                while waiting and waiting[0] <= steps:
                    waiting.pop(0)
                    yield record.digest()
                if not waiting:
                    return
                stepped = world.step(self._legal(row, obs))
                obs, steps = stepped.obs, steps + 1
                record.write(encoded(self.shown(obs)), encoded(stepped.reward))
                if stepped.terminated or stepped.truncated:
                    ends = stepped.terminated, stepped.truncated, stepped.success
                    record.write(encoded(ends))
                    break

    def _actions(self, episode: int) -> NDArray[Any]:
        """The actions of an episode, [steps, heads + numbers] or [steps, seats, heads + numbers]."""
        length = min(EPISODES[episode % len(EPISODES)], self.limit)
        shape = () if self.seats is None else (self.seats,)
        return _fixed_actions(self.action, episode, length, shape)

    def _legal(self, row: NDArray[Any], obs: Any) -> NDArray[Any]:
        """The same action, with a legal choice in place of one that is not."""
        if self.seats is None:
            return _legal(self.action, row, obs)
        seen = getattr(obs, "obs", obs)
        return np.stack([_legal(self.action, one, seen[k]) for k, one in enumerate(row)])


class _Record:
    """What was seen, paid and ended so far."""

    def __init__(self) -> None:
        self._digest, self._written = hashlib.blake2b(digest_size=8), list[bytes]()

    def write(self, *parts: bytes) -> None:
        """Add to it."""
        self._written += parts

    def digest(self) -> int:
        """64 bits of it."""
        self._digest.update(b"".join(self._written))
        self._written.clear()
        return int.from_bytes(self._digest.digest(), "little")


def encoded(value: Any) -> bytes:
    """A value as bytes, real numbers without their last digits and without texts."""
    kind = type(value)
    if kind is float or issubclass(kind, np.floating):
        return b"%.5g," % value
    if kind is int or kind is bool or issubclass(kind, (np.integer, np.bool_)):
        return b"%d," % value
    if kind is tuple or kind is list:
        return b"(" + b"".join([encoded(one) for one in value]) + b")"
    if value is None or issubclass(kind, (str, bytes)):
        return b"-"
    return _encoded_other(value)


def _encoded_other(value: Any) -> bytes:
    if isinstance(value, Mapping):
        return b"".join([str(key).encode() + encoded(value[key]) for key in sorted(value, key=str)])
    if is_dataclass(value):
        return b"".join([encoded(getattr(value, one.name)) for one in fields(value)])
    return _encoded_array(np.asarray(value))


def _encoded_array(array: NDArray[Any]) -> bytes:
    if array.dtype.kind != "f":
        return b"-" if array.dtype.kind in "OSU" else array.tobytes()
    mantissa, exponent = np.frexp(array)
    return bytes(np.rint(mantissa * MANTISSA).tobytes() + exponent.tobytes())


def _legal(action: ActionSpec, row: NDArray[Any], obs: Any) -> NDArray[Any]:
    if not isinstance(obs, Mapping):
        return row
    if ACTION_MASK not in obs:
        return _described(action, row, obs.get(CHOICES))
    mask, chosen = np.ravel(obs[ACTION_MASK]), row.copy()
    for head, columns in enumerate(action.columns):
        codes = np.flatnonzero(mask[columns])
        if len(codes):
            chosen[head] = codes[int(row[head]) % len(codes)]
    return chosen


def _described(action: ActionSpec, row: NDArray[Any], choices: Any) -> NDArray[Any]:
    """The same action, with the first head's choice among those that are described, where any are."""
    if not isinstance(choices, (list, tuple, np.ndarray)) or not action.heads:
        return row
    chosen = row.copy()
    if 0 < len(choices) < action.heads[0]:
        chosen[0] = int(row[0]) % len(choices)
    return chosen


_made: dict[Any, NDArray[Any]] = {}


def _fixed_actions(action: ActionSpec, episode: int, length: int, lead: tuple[int, ...]) -> NDArray[Any]:
    """Drawn actions [length, *lead, heads + numbers], the same for ever."""
    key = action.heads, action.low, action.high, episode, length, lead
    if key not in _made:
        draws, held = Draws(_STREAM, episode), HELD if episode % len(EPISODES) == 1 else 1
        different = -(-length // held) * int(np.prod(lead, dtype=np.int64))
        rows = np.array([_drawn(action, draws) for _ in range(different)], np.float64)
        rows = rows.reshape(-1, *lead, action.width).repeat(held, axis=0)[:length]
        _made[key] = rows.astype(action.dtype)
    return _made[key]


def _drawn(action: ActionSpec, draws: Draws) -> list[float]:
    codes: list[float] = [draws.below(choices) for choices in action.heads]
    parts = 1 << 16
    for low, high in zip(action.low, action.high, strict=True):
        codes.append(low + (high - low) * draws.below(parts + 1) / parts)
    return codes
