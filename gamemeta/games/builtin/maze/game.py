"""The game `maze`: walk through a maze to a goal that shows only when you stand on it.

The agent sees a square view around itself and where it is relative to its spawn. The place is
shown as two residues, (row mod 5, column mod 5) and (row mod 7, column mod 7), as grid cells do: it
does not depend on the size of the maze, and is unambiguous within 35 x 35 tiles. An episode pays
1 - 0.9 t / limit when the goal is reached in step t, and nothing otherwise.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.facts import Fact, Shown
from gamemeta.games.about import About
from gamemeta.games.builtin.fit import check_fit
from gamemeta.games.builtin.maze import kernels
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import UNREACHABLE, LevelArrays
from gamemeta_levels.tiles import FLOOR, GOAL, MOVE_NAMES, SPAWN, WALL

_HEADER = struct.Struct("<11i")
SHOWN = Shown(place="place", moduli=(kernels.FIRST_MODULUS, kernels.SECOND_MODULUS), view="view", wraps=True)
_TILE_OF_VIEW = np.array([FLOOR, WALL, GOAL], np.uint8)


@dataclass(frozen=True, kw_only=True)
class MazeConfig:
    """Settings of the maze game."""

    view: int = 5
    """Side of the square that the agent sees, in tiles; odd, 3 to 31."""
    goal_visible: bool = False
    """Show the goal within the view; false shows it only when the agent stands on it."""
    revealed: bool = False
    """Show where the goal is (upper-bound baseline)."""
    steps_per_tile: float = 0.5
    """Step limit of an episode, for each tile of the maze's area."""

    def __post_init__(self) -> None:
        if not 3 <= self.view <= 31 or self.view % 2 == 0:
            raise ConfigError(f"view = {self.view}: give an odd number from 3 to 31.")
        if not 0.05 <= self.steps_per_tile <= 100:
            raise ConfigError(f"steps_per_tile = {self.steps_per_tile}: give 0.05 to 100.")


class MazeGame(Game):
    """N mazes side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "maze"
    seats = 1
    about = About(
        summary="Walk through a maze to its goal, seeing only the tiles around you.",
        hidden="Where the goal is; it shows only when you stand on it.",
        compiled=True,
        guide="optimal_moves",
    )
    labels: Mapping[str, int] = {"optimal_moves": 4}
    facts: Mapping[str, Fact] = {"goal": Fact(places=(kernels.PLACES, kernels.PLACES), shown=SHOWN)}
    """`goal`: where it is relative to the spawn, as places are shown: rows and columns modulo `PLACES`."""
    Config = MazeConfig
    Parameters = MazeParameters

    def __init__(self, n: int, config: MazeConfig | None = None) -> None:
        self.n = n
        self.config = config or MazeConfig()
        self.spec = _spec(self.config)
        side = self.config.view
        self._board = np.full((n, side, side), kernels.BLOCKED, np.uint8)
        self._distance = np.zeros((n, 1, 1), np.uint16)
        self._content = np.full(n, kernels.NO_CONTENT)
        self._at = np.zeros((n, 2), np.int32)
        self._spawn = np.zeros((n, 2), np.int32)
        self._goal = np.zeros((n, 2), np.int32)
        self._size = np.zeros((n, 2), np.int32)
        self._clock = np.zeros((n, 3), np.int32)  # step, limit, ended (0 no, 1 by goal, 2 by limit)
        self._clock[:, 2] = kernels.BY_LIMIT  # nothing runs before the first reset
        self._no_hint = np.zeros((0, 1, 2), np.uint8)
        self._no_labels = np.zeros((0, 1), np.uint8)

    def family(self, parameters: MazeParameters | None = None) -> Maze:
        return Maze(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        area = levels.size[:, 0] * levels.size[:, 1]
        limit = np.rint(self.config.steps_per_tile * area).astype(np.int32)
        bounded: NDArray[np.int32] = np.maximum(limit, 1)
        return bounded

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        limit = self.step_limit(levels)
        reached = levels.par_steps <= limit
        return np.where(reached, 1.0 - 0.9 * levels.par_steps / limit, 0.0).astype(np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        self._make_room(*levels.tiles.shape[1:])
        kernels.reset(
            mask.nonzero()[0],
            (
                levels.tiles,
                levels.distance,
                levels.size,
                levels.spawn,
                levels.goal,
                levels.content_hash,
            ),
            self._content,
            self.config.steps_per_tile,
            self.config.goal_visible,
            self._world(),
            out.alive,
            self._shown(out),
        )

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "mazes")
        wrong = kernels.step(
            actions,
            self._world(),
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
            self._shown(out),
        )
        if wrong >= 0:
            raise SpecError(f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..3.")

    def scene(self, i: int) -> Scene:
        r = (self.config.view - 1) // 2
        height, width = (int(k) for k in self._size[i])
        row, column = (int(k) for k in self._at[i])
        board = _TILE_OF_VIEW[self._board[i]]
        tiles = board[r : r + height, r : r + width].copy()
        tiles[tuple(self._spawn[i])], tiles[tuple(self._goal[i])] = SPAWN, GOAL
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(row - r, column - r, row + r + 1, column + r + 1),
            view=board[row : row + self.config.view, column : column + self.config.view].copy(),
            step=int(self._clock[i, 0]),
            limit=int(self._clock[i, 1]),
        )

    def agent_at(self, i: int) -> tuple[int, int]:
        row, column = self._at[i].tolist()
        return row, column

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """Where the goal is."""
        row, column = (self._goal - self._spawn).T.astype(np.int64) % kernels.PLACES
        return {"goal": row * kernels.PLACES + column}

    def places(self, i: int, fact: str) -> NDArray[np.int64]:
        """Every tile by its way from the spawn."""
        (height, width), (row, column) = self._size[i], self._spawn[i]
        rows = (np.arange(height) - row) % kernels.PLACES
        columns = (np.arange(width) - column) % kernels.PLACES
        return np.asarray(rows[:, None] * kernels.PLACES + columns, np.int64)

    def save(self, i: int) -> bytes:
        height, width = self._size[i]
        r = (self.config.view - 1) // 2
        header = [*self._size[i], *self._spawn[i], *self._goal[i], *self._at[i], *self._clock[i]]
        board = self._board[i, r : r + height, r : r + width]
        return (
            _HEADER.pack(*map(int, header)) + board.tobytes() + self._distance[i, :height, :width].tobytes()
        )

    def load(self, i: int, data: bytes) -> None:
        if len(data) < _HEADER.size:
            raise LevelError(f"a saved maze has at least {_HEADER.size} bytes; got {len(data)}.")
        header = np.array(_HEADER.unpack_from(data), np.int32)
        height, width = (int(k) for k in header[:2])
        area = height * width
        if min(height, width) < 1 or len(data) != _HEADER.size + 3 * area:
            raise LevelError("these bytes are not a saved maze: their length does not fit.")
        places = header[2:8].reshape(3, 2)
        codes = np.frombuffer(data, np.uint8, area, _HEADER.size)
        ended = int(header[10])
        if (places < 0).any() or (places >= header[:2]).any() or codes.max() > kernels.GOAL_SEEN:
            raise LevelError("these bytes are not a saved maze: a place or a tile lies outside it.")
        if not kernels.RUNNING <= ended <= kernels.BY_LIMIT or header[9] < 1:
            raise LevelError("these bytes are not a saved maze: its clock cannot be read.")
        self._make_room(height, width)
        r = (self.config.view - 1) // 2
        self._size[i], self._spawn[i] = header[0:2], header[2:4]
        self._goal[i], self._at[i], self._clock[i] = header[4:6], header[6:8], header[8:11]
        distance = np.frombuffer(data, np.uint16, area, _HEADER.size + area)
        self._content[i] = kernels.NO_CONTENT
        self._board[i] = kernels.BLOCKED
        self._board[i, r : r + height, r : r + width] = codes.reshape(height, width)
        self._distance[i, :height, :width] = distance.reshape(height, width)

    def _make_room(self, height: int, width: int) -> None:
        """Grow the padded boards; what runs in them stays."""
        pad = self.config.view - 1
        if self._board.shape[1] >= height + pad and self._board.shape[2] >= width + pad:
            return
        old_board, old_distance = self._board, self._distance
        height = max(height, old_distance.shape[1])
        width = max(width, old_distance.shape[2])
        self._board = np.full((self.n, height + pad, width + pad), kernels.BLOCKED, np.uint8)
        self._distance = np.full((self.n, height, width), UNREACHABLE, np.uint16)
        self._board[:, : old_board.shape[1], : old_board.shape[2]] = old_board
        self._distance[:, : old_distance.shape[1], : old_distance.shape[2]] = old_distance

    def _world(self) -> tuple[NDArray[Any], ...]:
        """The fields of `kernels.MazeWorld`."""
        return (
            self._board,
            self._distance,
            self._size,
            self._spawn,
            self._goal,
            self._at,
            self._clock,
        )

    def _shown(self, out: StepBuffers) -> tuple[NDArray[Any], ...]:
        """The fields of `kernels.MazeView`."""
        hint = out.obs.get("goal_offset", self._no_hint)
        labels = out.labels.get("optimal_moves", self._no_labels)
        return out.obs["view"], out.obs["place"], hint, labels


def _spec(config: MazeConfig) -> Spec:
    side = config.view
    obs = [
        symbols("view", (side, side), 3),
        symbols("place", (2,), kernels.PLACE_CODES),
    ]
    if config.revealed:
        obs.append(symbols("goal_offset", (2,), kernels.OFFSET_CODES))
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(4,), names=(MOVE_NAMES,)))
