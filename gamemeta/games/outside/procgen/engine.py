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

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.outside.procgen.states import narrowed, read
from gamemeta.games.outside.procgen.vector import make_vector

FORCED_END = -1
"""The action that ends an episode at once."""
LEAKS = ("dodgeball", "miner")
"""Games whose next episode shows something of the last one."""
NO_LEVEL = -1
MOST_STARTS = 1024
"""Starts of levels that are kept, some 30 MB; the oldest goes first."""


class Engine:
    """N games. Procgen reads and writes these arrays itself, always the same ones:

    actions     int32 [N], what the next step plays
    frames      uint8 [N, 64, 64, 3], what every game shows; one whose episode ended shows a first frame
    reward      float32 [N], of the last step
    ended       bool [N], the last step ended the episode, and the next has begun by itself
    completed   uint8 [N], 1 where it ended with the level done

    `limit` is the number of steps after which Procgen ends an episode.

    Args:
        game: one of `gamemeta.games.outside.procgen.facts.GAMES`.
        mode: an easy, hard, extreme or memory mode that the game has.
        n: how many.
        threads: of Procgen's own; 0 plays in the caller's thread.
    Raises:
        PluginError: Procgen is not installed, or cannot be imported.
    """

    def __init__(self, game: str, mode: str, n: int, threads: int) -> None:
        self.game, self.n = game, n
        self._games = make_vector(game, mode, n, threads)
        self._maker = make_vector(game, mode, 1, 0)
        """Begins levels while the games stay where they are."""
        self._template = self._maker.save(0)
        self._starts: OrderedDict[int, bytes] = OrderedDict()
        self._level = np.full(n, NO_LEVEL, np.int64)
        """The level that a game goes on with by itself, where that is known."""
        self._leaks = game in LEAKS
        self.actions, self.frames = self._games.actions, self._games.frames
        self.reward, self.ended = self._games.reward, self._games.ended
        self.completed = self._games.completed
        self.limit = read(self._template).limit

    def step(self) -> None:
        """Play one step with `actions`; what it led to then stands in the other arrays."""
        self._games.step()

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
        return self._games.save(i)

    def put(self, i: int, state: bytes) -> None:
        """Go on in game i from a state. It must be sound: Procgen ends the process over a damaged one."""
        self._games.load(i, state)
        self._level[i] = NO_LEVEL

    def _start(self, level: int) -> bytes:
        """The state at the first step of a level."""
        if level not in self._starts:
            self._maker.load(0, narrowed(self._template, level))
            self._maker.actions[0] = FORCED_END
            self._maker.step()
            self._starts[level] = self._maker.save(0)
            if len(self._starts) > MOST_STARTS:
                self._starts.popitem(last=False)
        self._starts.move_to_end(level)
        return self._starts[level]
