"""The game `navigation`: a point in the unit square moves to a hidden target (Finn et al. 2017).

The point starts in the middle and sees where it is. An action is two numbers, the shares of a step of 0.1 to
the right and up. Every one of 100 steps pays minus the squared distance to the target after it, so that the
reward alone tells where that is. Unlike in the paper, no episode ends early on the target: staying there
costs nothing, and all episodes are equally long. An episode succeeds when it ends within 0.1 of the target.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError
from gamemeta.games.about import About
from gamemeta.games.builtin.fit import check_fit
from gamemeta.games.builtin.navigation import kernels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, quantities
from gamemeta_levels.families.navigation.family import (
    EPISODE_STEPS,
    HALF,
    SIDE,
    STEP,
    Navigation,
    NavigationParameters,
    tiles_of,
)
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR, GOAL

_SAVED = struct.Struct("<2i4d")


@dataclass(frozen=True, kw_only=True)
class NavigationConfig:
    """Settings of the navigation game."""

    revealed: bool = False
    """Show where the target is (upper-bound baseline)."""


class NavigationGame(Game):
    """N points side by side, one seat each.

    Places are seen with the edges of the square at -1 and 1.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "navigation"
    seats = 1
    labels: Mapping[str, int] = {}
    about = About(
        summary="Move to a place in a square and stay there.",
        hidden="Where the place is; only the reward tells.",
        compiled=True,
        has_plans=False,
        recipe={
            "trial": {"episodes": 4, "long_share": 0.0},
            "network": {"width": 64, "layers": 1},
            "ppo": {"label_weight": 0.0, "scale_returns": True, "discount": 0.95},
            "run": {
                "steps": 4_000_000,
                "lanes": 128,
                "rollout_steps": 4 * EPISODE_STEPS,
                "shards": 1,
            },
        },
    )
    Config = NavigationConfig
    Parameters = NavigationParameters

    def __init__(self, n: int, config: NavigationConfig | None = None) -> None:
        self.n = n
        self.config = config or NavigationConfig()
        obs = [quantities("place", (2,))]
        if self.config.revealed:
            obs.append(quantities("target", (2,)))
        self.spec = Spec(obs=tuple(obs), action=ActionSpec(low=(-1.0, -1.0), high=(1.0, 1.0)))
        self._target, self._place = np.zeros((n, 2)), np.zeros((n, 2))
        self._clock = np.zeros((n, 2), np.int32)  # steps so far, ended
        self._clock[:, 1] = kernels.BY_RULES  # nothing runs before the first reset

    def family(self, parameters: NavigationParameters | None = None) -> Navigation:
        return Navigation(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """100 steps, with which an episode terminates: none is ever truncated."""
        return np.full(len(levels), EPISODE_STEPS, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The return of going straight to the target, right and up each as fast as can be, and staying there.

        Nothing earns more: the two directions do not depend on each other, and after t steps neither can be
        nearer than its distance less t whole steps.
        """
        away = np.abs(_targets(levels).astype(np.float64))[:, :, None]
        left = np.maximum(away - STEP * np.arange(1, EPISODE_STEPS + 1), 0.0)
        return np.asarray(-np.square(left).sum(axis=(1, 2)), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        self._target[mask] = _targets(levels)[mask]
        self._place[mask], self._clock[mask] = 0.0, (0, kernels.RUNNING)
        out.alive[mask] = True
        self._observe(mask, out)

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        kernels.step(
            self.spec.action.checked(actions, self.n, 1),
            self._target,
            self._place,
            self._clock,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        self._observe(np.ones(self.n, np.bool_), out)

    def scene(self, i: int) -> Scene:
        """The square in tiles; the agent sees no more than where it is, unless the target is revealed."""
        tiles = np.full((SIDE, SIDE), FLOOR, np.uint8)
        tiles[tuple(tiles_of(self._target[i]))] = GOAL
        row, column = (int(x) for x in tiles_of(self._place[i]))
        away = float(np.hypot(*(self._place[i] - self._target[i])))
        here = np.full((1, 1), FLOOR, np.uint8)
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(0, 0, SIDE, SIDE) if self.config.revealed else (row, column, row + 1, column + 1),
            view=tiles.copy() if self.config.revealed else here,
            step=int(self._clock[i, 0]),
            limit=EPISODE_STEPS,
            status=f"{away:.2f} from the target",
        )

    def save(self, i: int) -> bytes:
        return _SAVED.pack(
            *map(int, self._clock[i]), *map(float, self._target[i]), *map(float, self._place[i])
        )

    def load(self, i: int, data: bytes) -> None:
        if len(data) != _SAVED.size:
            raise LevelError(f"a saved navigation game has {_SAVED.size} bytes; got {len(data)}.")
        step, ended, *places = _SAVED.unpack(data)
        if not 0 <= step <= EPISODE_STEPS or ended not in (0, 1) or not all(abs(x) <= HALF for x in places):
            raise LevelError("these bytes are not a saved navigation game: a number lies outside its range.")
        self._clock[i] = step, ended
        self._target[i], self._place[i] = places[:2], places[2:]

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        out.obs["place"][mask, 0] = self._place[mask] / HALF
        if self.config.revealed:
            out.obs["target"][mask, 0] = self._target[mask] / HALF


def _targets(levels: LevelArrays) -> NDArray[np.float32]:
    """The targets [N, 2] of these levels."""
    target: NDArray[np.float32] | None = levels.more.get("target")
    if target is None or target.shape != (len(levels), 2) or not (np.abs(target) <= HALF).all():
        raise LevelError(
            "these level arrays have no `target` within the square for each level. Let `pack` or `fill` of "
            "the family `navigation` make them."
        )
    return target
