"""The game `corridor`: remember for L steps what was shown once (the passive T-maze of Ni et al. 2023).

In its first step the agent sees a sign, up or down. It is then carried along a corridor in which nothing is
to be seen and no action counts. After L steps it sees that it stands at the turn, and its action there ends
the episode: it pays 1 where it is the way that the sign said, and else 0. So the best possible return is
1, and whoever has forgotten the sign gets 0.5 on average, whatever else it knows.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError, SpecError
from gamemeta.games.about import About
from gamemeta.games.builtin.fit import check_fit
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.corridor.family import LONGEST, Corridor, CorridorParameters
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN, WALL

TURNS = 2
"""Actions: up and down."""
NOTHING, SIGNS, TURN = 0, (1, 2), 3
"""What is seen: nothing, a sign for up or for down, the turn."""
RUNNING, WRONG, RIGHT = range(3)
"""Whether an episode goes on, or how it ended."""
_SAVED = struct.Struct("<4i")


@dataclass(frozen=True, kw_only=True)
class CorridorConfig:
    """Settings of the corridor game."""

    revealed: bool = False
    """Show the sign in every step (upper-bound baseline)."""


class CorridorGame(Game):
    """N corridors side by side, one seat each.

    The recipe makes a rollout hold whole trials of the default length and discounts nothing: a gradient then
    reaches the sign, and the reward reaches every step of the way. A corridor of another length needs
    `run.rollout_steps` of one more.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "corridor"
    seats = 1
    labels: Mapping[str, int] = {}
    about = About(
        summary="Turn, at the end of a corridor, the way that a sign at its start said.",
        hidden="The way to turn; it is shown in the first step alone.",
        recipe={
            "trial": {"episodes": 1, "long_share": 0.0},
            "network": {"width": 64, "layers": 1},
            "ppo": {"epochs": 3, "label_weight": 0.0, "discount": 1.0, "lam": 1.0, "entropy": 0.01},
            "run": {"steps": 1_000_000, "lanes": 64, "rollout_steps": 51, "shards": 1},
        },
    )
    Config = CorridorConfig
    Parameters = CorridorParameters

    def __init__(self, n: int, config: CorridorConfig | None = None) -> None:
        self.n = n
        self.config = config or CorridorConfig()
        obs = [symbols("sight", (1,), 4)]
        if self.config.revealed:
            obs.append(symbols("sign", (1,), 3))
        names = (Corridor.about.action_names,)
        self.spec = Spec(obs=tuple(obs), action=ActionSpec(heads=(TURNS,), names=names))
        self._clock = np.zeros((n, 4), np.int32)  # steps so far, how it ended, side, length
        self._clock[:, 1] = WRONG  # nothing runs before the first reset

    def family(self, parameters: CorridorParameters | None = None) -> Corridor:
        return Corridor(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The steps to the turn and the turn itself, with which an episode terminates: none is truncated."""
        return np.asarray(levels.more["length"] + 1, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """1: the way that the sign said."""
        return np.ones(len(levels), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        length = levels.more.get("length")
        if (
            length is None
            or length.shape != (len(levels),)
            or not ((length >= 1) & (length <= LONGEST)).all()
        ):
            raise LevelError(
                "these level arrays have no `length` for each level. Let `pack` or `fill` of the family "
                "`corridor` make them."
            )
        side = levels.goal[:, 0] != 0
        started = np.stack([np.zeros(self.n), np.zeros(self.n), side, length], 1)
        self._clock[mask] = started[mask]
        out.alive[mask] = True
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "corridors")
        action = actions[:, 0, 0]
        wrong = np.flatnonzero((action < 0) | (action >= TURNS))
        if len(wrong):
            raise SpecError(f"game {wrong[0]}: action {action[wrong[0]]} is not in 0..{TURNS - 1}.")
        steps, ended, side, length = self._clock.T
        running = ended == RUNNING
        turns = running & (steps == length)
        right = turns & (action == side)
        self._clock[:, 0] += running
        self._clock[turns, 1] = np.where(right, RIGHT, WRONG)[turns]
        over = self._clock[:, 1] != RUNNING
        out.reward[:, 0], out.success[:, 0] = right, self._clock[:, 1] == RIGHT
        out.terminated[:, 0], out.truncated[:, 0], out.alive[:, 0] = over, False, ~over
        self._observe(np.ones(self.n, np.bool_), out)

    def scene(self, i: int) -> Scene:
        """The start and the turn; in between the agent stands in the one tile of corridor that is drawn."""
        steps, _, side, length = (int(number) for number in self._clock[i])
        tiles = np.full((3, 3), FLOOR, np.uint8)
        tiles[0, 1], tiles[2, 1], tiles[1, 0], tiles[2 * side, 2] = WALL, WALL, SPAWN, GOAL
        here = (1, 0 if steps == 0 else 1 if steps < length else 2)
        seen = (0, 0, 3, 3) if steps == 0 or self.config.revealed else (*here, here[0] + 1, here[1] + 1)
        view = tiles.copy() if seen == (0, 0, 3, 3) else np.full((1, 1), FLOOR, np.uint8)
        left = max(length - steps, 0)
        return Scene(
            tiles=tiles,
            agent=here,
            seen=seen,
            view=view,
            step=steps,
            limit=length + 1,
            status=f"{left} steps to the turn",
        )

    def save(self, i: int) -> bytes:
        return _SAVED.pack(*map(int, self._clock[i]))

    def load(self, i: int, data: bytes) -> None:
        if len(data) != _SAVED.size:
            raise LevelError(f"a saved corridor has {_SAVED.size} bytes; got {len(data)}.")
        steps, ended, side, length = _SAVED.unpack(data)
        known = 1 <= length <= LONGEST and side in (0, 1)
        last = length if ended == RUNNING else length + 1
        if not known or ended not in (RUNNING, WRONG, RIGHT) or not 0 <= steps <= last:
            raise LevelError("these bytes are not a saved corridor: a number lies outside its range.")
        self._clock[i] = steps, ended, side, length

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        steps, _, side, length = self._clock.T
        sign = np.array(SIGNS)[side]
        sight = np.where(steps == 0, sign, np.where(steps >= length, TURN, NOTHING))
        out.obs["sight"][mask, 0, 0] = sight[mask]
        if self.config.revealed:
            out.obs["sign"][mask, 0, 0] = sign[mask]
