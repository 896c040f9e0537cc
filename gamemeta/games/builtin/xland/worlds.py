"""The worlds of the game `xland`: their arrays, and one of them as bytes."""

import struct

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError
from gamemeta.games.builtin.xland import kernels
from gamemeta.games.builtin.xland.guide import Guide, check_aim
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.rooms import LEAST_SIDE, MOST_SIDE
from gamemeta_levels.families.xland.rule_kernels import COLUMN, DIRECTION, HELD, ROW, SIDES
from gamemeta_levels.families.xland.rulesets import MOST_RULES

_HEADER = struct.Struct("<9iQ4i")
_RULESET = 3 + 4 * MOST_RULES


class Worlds:
    """N worlds side by side, as the kernels of the game read and write them.

    Args:
        n: how many.
        pad: tiles of nothing around each board.
    """

    def __init__(self, n: int, pad: int) -> None:
        self.n, self.pad = n, pad
        self.board = np.zeros((n, 2 * pad + 1, 2 * pad + 1), np.uint8)
        self.agent = np.zeros((n, kernels.TAKEN + 1), np.int32)
        self.goal = np.zeros((n, 3), np.uint8)
        self.rules = np.zeros((n, MOST_RULES, 4), np.uint8)
        self.clock = np.zeros((n, 4), np.int32)
        self.clock[:, kernels.ENDED] = kernels.TIME_UP  # nothing runs before the first reset
        self.clock[:, kernels.LIMIT] = 1
        self.guide = Guide(n, 1)
        self.cells = np.zeros(MOST_SIDE * MOST_SIDE, np.int32)

    @property
    def world(self) -> tuple[NDArray[np.generic], ...]:
        """The arrays of `kernels.World`."""
        return self.board, self.agent, self.goal, self.rules, self.clock

    def make_room(self, side: int) -> None:
        """Grow the boards; what runs in them stays."""
        wanted, has = side + 2 * self.pad, self.board.shape[1]
        if has < wanted:
            grown = np.zeros((self.n, wanted, wanted), np.uint8)
            grown[:, :has, :has] = self.board
            self.board = grown
            self.guide = Guide(self.n, side)

    def grid(self, i: int) -> NDArray[np.uint8]:
        """Tile codes [side, side] of world i, a view of its board."""
        end = self.pad + int(self.clock[i, kernels.SIDE])
        return self.board[i, self.pad : end, self.pad : end]

    def agent_in(self, i: int) -> tuple[int, int, int, int]:
        """Row, column, direction and held tile of agent i, the first two in its grid."""
        row, column, direction, held, _ = self.agent[i].tolist()
        return row - self.pad, column - self.pad, direction, held

    def save(self, i: int) -> bytes:
        """World i as bytes; equal worlds give equal bytes."""
        agent = *self.agent_in(i), int(self.agent[i, kernels.TAKEN])
        header = _HEADER.pack(*self.clock[i].tolist(), *agent, *self.guide.saved(i))
        return b"".join([header, self.goal[i].tobytes(), self.rules[i].tobytes(), self.grid(i).tobytes()])

    def load(self, i: int, data: bytes) -> None:
        """Raises LevelError where the bytes are not a saved world; world i is then as it was."""
        if len(data) < _HEADER.size + _RULESET:
            raise LevelError(
                f"a saved game of `xland` has at least {_HEADER.size + _RULESET} bytes; got {len(data)}."
            )
        numbers = _HEADER.unpack_from(data)
        clock, agent = np.array(numbers[:4], np.int64), np.array(numbers[4:9], np.int64)
        rest = np.frombuffer(data, np.uint8, offset=_HEADER.size)
        side = int(clock[kernels.SIDE])
        if not LEAST_SIDE <= side <= MOST_SIDE or len(rest) != _RULESET + side * side:
            raise LevelError("these bytes are not a saved game of `xland`: their length does not fit.")
        goal, rules = rest[:3], rest[3:_RULESET].reshape(MOST_RULES, 4)
        grid = rest[_RULESET:].reshape(side, side)
        _check(clock, agent, goal, rules, grid)
        check_aim(numbers[10:], side)
        self.make_room(side)
        self.board[i] = 0
        self.clock[i] = clock
        self.grid(i)[:] = grid
        self.goal[i], self.rules[i], self.agent[i] = goal, rules, agent
        self.agent[i, : COLUMN + 1] += self.pad
        self.guide.load(i, numbers[9:])


def _check(
    clock: NDArray[np.int64],
    agent: NDArray[np.int64],
    goal: NDArray[np.uint8],
    rules: NDArray[np.uint8],
    grid: NDArray[np.uint8],
) -> None:
    """Raises LevelError naming the part that no play can have led to."""
    steps, limit, ended, side = clock.tolist()
    inner = 1 <= min(agent[ROW], agent[COLUMN]) <= max(agent[ROW], agent[COLUMN]) <= side - 2
    edge = np.concatenate([grid[0], grid[-1], grid[:, 0], grid[:, -1]])
    for part, fits in (
        ("the clock", 0 <= steps <= limit < 1 << 20 and limit >= 1 and ended in (0, 1, 2)),
        ("the agent", bool(inner) and 0 <= agent[DIRECTION] < SIDES and _holds(int(agent[HELD]))),
        ("what was taken", _holds(int(agent[kernels.TAKEN]))),
        ("a wall", bool((edge == e.WALL_TILE).all())),
        ("a tile", bool((grid < e.SHAPES * e.COLOURS).all())),
    ):
        if not fits:
            raise LevelError(f"these bytes are not a saved game of `xland`: {part} cannot be so.")
    try:
        e.check_goals(goal[None])
        e.check_rules(rules)
    except LevelError as error:
        raise LevelError(f"these bytes are not a saved game of `xland`: {error}") from None


def _holds(tile: int) -> bool:
    """Whether an agent may hold a tile: nothing, or what rules make."""
    return tile == 0 or (0 < tile < len(kernels.PARTS) and bool(kernels.PARTS[tile] & kernels.MADE))
