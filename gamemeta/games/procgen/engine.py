"""N of Procgen's games side by side, each on a level that was chosen for it.

Procgen draws the next level by itself whenever an episode ends, and cannot be told which. But every saved
state holds the range that the next level is drawn from. So a level is made once, in a game apart: a fixed
state whose range is that level alone, and an end by force. What comes then is kept, and put into a game
wherever an episode on the level begins.

Where a game has just ended an episode on the level, Procgen has begun it again by itself. Two games need the
kept start even then, for their episodes leak into the next: in dodgeball how the player is turned, in miner
how many diamonds were left, so that after a completed level, or in the first episode of all, an exit beside
the player is open at the first step.
"""

import contextlib
import io
import sys
import warnings
from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import PluginError
from gamemeta.games.procgen.states import narrowed, read

FORCED_END = -1
"""The action that ends an episode at once."""
STATE_BYTES = 1 << 20
"""Room for a state; Procgen asks for no more. States take 20 to 40 kB."""
LEAKS = ("dodgeball", "miner")
"""Games whose next episode shows something of the last one."""
NO_LEVEL = -1
MOST_STARTS = 1024
"""Starts of levels that are kept, some 30 MB; the oldest goes first."""
SEED = 0
"""What Procgen's own generators start from. Nothing that is played depends on it."""


class Engine:
    """N games. Procgen reads and writes these arrays itself, always the same ones:

    actions     int32 [N], what the next step plays
    frames      uint8 [N, 64, 64, 3], what every game shows; one whose episode ended shows a first frame
    reward      float32 [N], of the last step
    ended       bool [N], the last step ended the episode, and the next has begun by itself
    completed   uint8 [N], 1 where it ended with the level done

    `limit` is the number of steps after which Procgen ends an episode.

    Args:
        game: one of `gamemeta.games.procgen.facts.GAMES`.
        mode: an easy, hard, extreme or memory mode that the game has.
        n: how many.
        threads: of Procgen's own; 0 plays in the caller's thread.
    Raises:
        PluginError: Procgen is not installed, or cannot be imported.
    """

    def __init__(self, game: str, mode: str, n: int, threads: int) -> None:
        self.game, self.n = game, n
        self._env = make_vector(game, mode, n, threads)
        self._maker = make_vector(game, mode, 1, 0)
        """Begins levels while the games stay where they are."""
        self._room = self._env._ffi.new(f"char[{STATE_BYTES}]")
        self._template = self._state(self._maker, 0)
        self._starts: OrderedDict[int, bytes] = OrderedDict()
        self._level = np.full(n, NO_LEVEL, np.int64)
        """The level that a game goes on with by itself, where that is known."""
        self._leaks = game in LEAKS
        self._env.observe()
        self.actions: NDArray[np.int32] = self._env._ac["action"]
        self.frames: NDArray[np.uint8] = self._env._ob["rgb"]
        self.reward: NDArray[np.float32] = self._env._rew
        self.ended: NDArray[np.bool_] = self._env._first
        self.completed: NDArray[np.uint8] = self._env._info["prev_level_complete"]
        self.limit = read(self._template).limit

    def step(self) -> None:
        """Play one step with `actions`; what it led to then stands in the other arrays."""
        self._env.call_c_func("libenv_act")
        self._env.call_c_func("libenv_observe")

    def begin(self, i: int, level: int) -> None:
        """Begin this level in game i; the other games do not notice."""
        if not self.ended[i] or self._level[i] != level or self._leaks:
            self.put(i, self._start(level))
        self._level[i], self.ended[i] = level, False

    def cover(self, rows: NDArray[np.int64], frames: NDArray[np.uint8]) -> None:
        """Let games [R] show these frames [R, 64, 64, 3], until their next step or start."""
        self.frames[rows] = frames
        self._level[rows] = NO_LEVEL

    def state(self, i: int) -> bytes:
        """Everything about game i."""
        return self._state(self._env, i)

    def put(self, i: int, state: bytes) -> None:
        """Go on in game i from a state. It must be sound: Procgen ends the process over a damaged one."""
        self._env.call_c_func("set_state", i, state, len(state))
        self._level[i] = NO_LEVEL

    def _start(self, level: int) -> bytes:
        """The state at the first step of a level."""
        if level not in self._starts:
            state = narrowed(self._template, level)
            self._maker.call_c_func("set_state", 0, state, len(state))
            self._maker.act(np.array([FORCED_END], np.int32))
            self._maker.observe()
            self._starts[level] = self._state(self._maker, 0)
            if len(self._starts) > MOST_STARTS:
                self._starts.popitem(last=False)
        self._starts.move_to_end(level)
        return self._starts[level]

    def _state(self, env: Any, i: int) -> bytes:
        size = env.call_c_func("get_state", i, self._room, STATE_BYTES)
        return bytes(self._env._ffi.buffer(self._room, size))


def make_vector(
    game: str, mode: str, n: int, threads: int, *, first: int = 0, levels: int = 0, reuse: bool = True
) -> Any:
    """Procgen's own vector of games.

    Args:
        game, mode, n, threads: as `Engine`.
        first, levels: the first of the levels that Procgen draws from, and how many there are; 0 for all.
        reuse: whether `observe` gives Procgen's own arrays rather than copies.
    """
    options = {"start_level": first, "num_levels": levels, "rand_seed": SEED, "num_threads": threads}
    env = _class()(num=n, env_name=game, distribution_mode=mode, **options)
    env._reuse_arrays = reuse
    return env


def _class() -> Any:
    """`procgen.ProcgenGym3Env`, without the words and warnings of what it imports.

    Raises PluginError where it cannot be imported.
    """
    path = list(sys.path)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            from procgen import ProcgenGym3Env
    except ImportError as error:
        raise PluginError(
            f"the games of Procgen need its package, which is not here: {error}. Install it with "
            "pip install 'gamemeta[procgen]', on Python 3.11 or 3.12; for others nobody has built it."
        ) from error
    finally:
        sys.path[:] = path  # the package adds a folder of whoever built it
    return ProcgenGym3Env
