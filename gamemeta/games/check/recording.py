"""Playing a game through guarded buffers and keeping all it wrote: what `check_game` compares."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError
from gamemeta.games.game import Game, StepBuffers
from gamemeta_levels.family import LevelArrays

MARGIN = 4
"""Rows before and behind every buffer that must not be written to."""
CANARY = 0xA5
"""Byte that fills the margins."""
STALE = 0x5A
"""Byte that fills buffers which a game has to overwrite."""
RESULTS = ("reward", "terminated", "truncated", "success", "alive")

Arrays = dict[str, NDArray[Any]]
Recording = dict[str, NDArray[Any]]
"""What a game wrote, [T + 1, N, A, ...] by buffer; frame 0 is the reset, frame t is step t."""


def contract_error(game: Game, what: str, advice: str) -> GameCheckError:
    """The error that names the game, the contract it broke and what to do."""
    return GameCheckError(f"game {game.name!r}: {what}. {advice}")


def obs_name(name: str) -> str:
    """What a message calls a buffer of the observation."""
    return f"obs[{name!r}]"


def label_name(name: str) -> str:
    """What a message calls the buffer of a label."""
    return f"labels[{name!r}]"


def named_arrays(out: StepBuffers) -> Arrays:
    """Every array of the buffers, by the name that a message calls it."""
    arrays = {obs_name(name): array for name, array in out.obs.items()}
    arrays |= {name: getattr(out, name) for name in RESULTS}
    return arrays | {label_name(name): array for name, array in out.labels.items()}


def as_bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    """The bytes [n] of an array."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


class GuardedBuffers:
    """Step buffers inside larger arrays, whose margins show when a game writes beside them."""

    def __init__(self, game: Game) -> None:
        self._whole: Arrays = {}
        plain = StepBuffers.empty(game, labels=True)
        self.out = StepBuffers(
            obs={k: self._inside(obs_name(k), a) for k, a in plain.obs.items()},
            labels={k: self._inside(label_name(k), a) for k, a in plain.labels.items()},
            **{k: self._inside(k, getattr(plain, k)) for k in RESULTS},
        )
        self.arrays = named_arrays(self.out)

    def _inside(self, name: str, array: NDArray[Any]) -> NDArray[Any]:
        whole = np.empty((len(array) + 2 * MARGIN, *array.shape[1:]), array.dtype)
        whole.reshape(-1).view(np.uint8)[:] = CANARY
        whole[MARGIN:-MARGIN] = array
        self._whole[name] = whole
        return whole[MARGIN:-MARGIN]

    def fill(self, byte: int) -> None:
        """Put this byte everywhere (True into flags, unless it is 0)."""
        for array in self.arrays.values():
            flags = array.dtype == np.bool_
            array.reshape(-1).view(np.uint8)[:] = bool(byte) if flags else byte

    def copy(self) -> Arrays:
        """What stands in the buffers now, by name."""
        return {name: array.copy() for name, array in self.arrays.items()}

    def spilled(self) -> str | None:
        """Name of a buffer beside which something was written."""
        for name, whole in self._whole.items():
            for margin in (whole[:MARGIN], whole[-MARGIN:]):
                if (as_bytes(margin) != CANARY).any():
                    return name
        return None

    def replaced(self) -> str | None:
        """Name of a buffer that is missing, new, or another array than the caller's."""
        now = named_arrays(self.out)
        for name in sorted(now.keys() | self.arrays.keys()):
            if now.get(name) is not self.arrays.get(name):
                return name
        return None


class Player:
    """Plays one game as its callers do, and watches that it writes where it should and only there.

    Two sets of buffers take turns, as in a rollout: a game must write all of the set it is given
    and leave the other alone.

    Args:
        make: builds the game for n levels.
        n: number of levels.
        stale: byte that is in the buffers before the game writes.
    """

    def __init__(self, make: Callable[[int], Game], n: int, *, stale: int = 0) -> None:
        self.game = make(n)
        if self.game.n != n:
            raise contract_error(
                self.game,
                f"asked for {n} games, `make` built {self.game.n}",
                "Let `make(n)` return a game whose attribute `n` is n.",
            )
        self._stale = stale
        self._now, self._other = GuardedBuffers(self.game), GuardedBuffers(self.game)

    def begin(self, levels: LevelArrays) -> Arrays:
        """Reset every game; a copy of what was written."""
        self._now.fill(self._stale)
        for name in ("reward", "terminated", "truncated", "success"):
            self._now.arrays[name][:] = 0
        return self.reset(levels, np.ones(self.game.n, np.bool_))

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_]) -> Arrays:
        """Reset some games; a copy of the buffers afterwards."""
        arguments = {f"levels.{k}": v for k, v in vars(levels).items() if k != "more"} | levels.more
        out = self._now.out
        self._watched("reset", lambda: self.game.reset(levels, mask, out), {**arguments, "mask": mask})
        return self._now.copy()

    def step(self, actions: NDArray[Any]) -> Arrays:
        """Play one step with actions [N, A, heads]; a copy of what was written."""
        self._now, self._other = self._other, self._now
        self._now.fill(self._stale)
        out = self._now.out
        self._watched("step", lambda: self.game.step(actions, out), {"actions": actions})
        return self._now.copy()

    def seen(self) -> Arrays:
        """A copy of what was written last."""
        return self._now.copy()

    def _watched(self, name: str, call: Callable[[], None], arguments: Arrays) -> None:
        before = {**{k: v.copy() for k, v in arguments.items()}, **self._other.copy()}
        call()
        if (key := self._now.spilled() or self._other.spilled()) is not None:
            raise contract_error(
                self.game,
                f"`{name}` wrote outside the buffer {key}",
                f"Write rows 0..{self.game.n - 1} of the arrays in `out` and nothing beside them.",
            )
        if (key := self._now.replaced()) is not None:
            raise contract_error(
                self.game,
                f"`{name}` replaced, added or removed the buffer {key} of `out`",
                "Write into the caller's arrays: `out.reward[:] = ...`, not `out.reward = ...`.",
            )
        for key, after in {**arguments, **self._other.arrays}.items():
            if not np.array_equal(as_bytes(before[key]), as_bytes(after)):
                whose = "its argument" if key in arguments else "another step's"
                raise contract_error(
                    self.game,
                    f"`{name}` changed {whose} {key}",
                    "Read the arguments only, and keep no buffer of an earlier call.",
                )


def record(player: Player, levels: LevelArrays, actions: NDArray[Any]) -> Recording:
    """Play actions [T, N, A, heads] from a reset on."""
    return stacked([player.begin(levels), *(player.step(a) for a in actions)])


def stacked(frames: list[Arrays]) -> Recording:
    """Frames as one recording: every array [T, ...] by name."""
    return {name: np.stack([frame[name] for frame in frames]) for name in frames[0]}


def first_difference(one: Recording, other: Recording) -> tuple[int, int, str] | None:
    """Frame, game and buffer where two recordings differ first; None when they hold the same bytes."""
    differences = []
    for name, array in one.items():
        frames, games = array.shape[:2]
        differ = as_bytes(array) != as_bytes(other[name])
        places = np.argwhere(differ.reshape(frames, games, -1).any(-1))
        if len(places):
            differences.append((int(places[0, 0]), int(places[0, 1]), name))
    return min(differences, default=None)
