"""A game that notes where its player was after every step."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta_levels.family import LevelArrays, LevelFamily

Path = NDArray[np.int16]
"""[steps + 1, 2]: row and column at the start of an episode and after each of its steps."""


class RecordingGame(Game):
    """Another game, with the way of the first seat in each episode.

    Args:
        game: what is played.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self.n, self.seats, self.spec, self.labels = game.n, game.seats, game.spec, game.labels
        self._ways: list[list[tuple[int, int]]] = [[] for _ in range(game.n)]
        self._running = np.zeros(game.n, np.bool_)
        self._by_rules = np.zeros(game.n, np.bool_)

    def take(self) -> tuple[list[Path], NDArray[np.bool_]]:
        """The way of each game's last episode, and whether [n] the rules ended it before its limit did."""
        return [np.array(way, np.int16).reshape(-1, 2) for way in self._ways], self._by_rules.copy()

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        self._game.reset(levels, mask, out)
        self._running |= mask
        self._by_rules &= ~mask
        for i in np.flatnonzero(mask):
            self._ways[i] = [self._game.agent_at(int(i))]

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        self._game.step(actions, out)
        for i in np.flatnonzero(self._running):
            self._ways[i].append(self._game.agent_at(int(i)))
        ended = self._running & (out.terminated | out.truncated).all(1)
        self._by_rules[ended] = out.terminated[ended].any(1)
        self._running &= ~ended

    def family(self, parameters: Any = None) -> LevelFamily:
        return self._game.family(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        return self._game.step_limit(levels)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        return self._game.par(levels)

    def scene(self, i: int) -> Scene:
        return self._game.scene(i)

    def agent_at(self, i: int) -> tuple[int, int]:
        return self._game.agent_at(i)

    def save(self, i: int) -> bytes:
        return self._game.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._game.load(i, data)

    def at_once(self) -> int:
        return self._game.at_once()

    def knows_success(self) -> bool:
        return self._game.knows_success()


def heat(paths: Sequence[Path], height: int, width: int) -> NDArray[np.int64]:
    """How many steps ended on each tile [height, width]; where an episode starts is no step."""
    counts = np.zeros((height, width), np.int64)
    for path in paths:
        np.add.at(counts, (path[1:, 0], path[1:, 1]), 1)
    return counts


def visited(paths: Sequence[Path], height: int, width: int) -> NDArray[np.bool_]:
    """The tiles [height, width] that somebody was on, the start among them."""
    seen = np.zeros((height, width), np.bool_)
    for path in paths:
        seen[path[:, 0], path[:, 1]] = True
    return seen
