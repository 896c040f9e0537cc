"""The game `darkroom`: find the goal that nothing shows, and stay there (Dark Room, Laskin et al. 2022).

The agent sees which of 81 cells it stands in. An episode has 20 steps from the middle; a step that ends on
the goal pays 1, any other nothing. An episode succeeds when it ends on the goal.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError, SpecError
from gamemeta.facts import Fact, Shown
from gamemeta.games.about import About
from gamemeta.games.builtin.darkroom import kernels
from gamemeta.games.builtin.fit import check_fit
from gamemeta.games.builtin.recipes import whole_trials
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.darkroom.family import EPISODE_STEPS, DarkRoom, DarkRoomParameters, tile_of
from gamemeta_levels.families.darkroom.kernels import ACTIONS, CELLS, SIDE, START
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN

_SAVED = struct.Struct("<4i")


@dataclass(frozen=True, kw_only=True)
class DarkRoomConfig:
    """Settings of the dark room."""

    revealed: bool = False
    """Show where the goal is (upper-bound baseline)."""
    show_next: bool = False
    """Show the cell that each action leads to, which can be learned: it is the same in all levels."""


class DarkRoomGame(Game):
    """N dark rooms side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "darkroom"
    seats = 1
    labels: Mapping[str, int] = {"optimal_moves": ACTIONS}
    facts: Mapping[str, Fact] = {"goal": Fact(places=(SIDE, SIDE), shown=Shown(place="cell", moduli=(SIDE,)))}
    about = About(
        summary="Find the goal among 81 cells in the dark and stay on it.",
        hidden="Where the goal is; only the reward tells.",
        compiled=True,
        recipe={
            **whole_trials(
                episodes=8,
                trial_steps=160,
                rows=20_000,
                cell="mingru+things+mingru",
                keys="cell+next",
                lam=0.97,
                entropy=0.02,
                learning_rate=4e-3,
            ),
            "game": {"show_next": True},
        },
    )
    Config = DarkRoomConfig
    Parameters = DarkRoomParameters

    def __init__(self, n: int, config: DarkRoomConfig | None = None) -> None:
        self.n = n
        self.config = config or DarkRoomConfig()
        obs = [symbols("cell", (1,), CELLS)]
        if self.config.revealed:
            obs.append(symbols("goal", (1,), CELLS))
        if self.config.show_next:
            obs.append(symbols("next", (ACTIONS,), CELLS))
        self.spec = Spec(
            obs=tuple(obs), action=ActionSpec(heads=(ACTIONS,), names=(DarkRoom.about.action_names,))
        )
        self._clock = np.zeros((n, 4), np.int32)  # steps so far, ended, cell, goal
        self._clock[:, 1] = kernels.BY_RULES  # nothing runs before the first reset
        self._no_goal = np.zeros((0, 1, 1), np.uint8)
        self._no_labels = np.zeros((0, 1), np.uint8)

    def family(self, parameters: DarkRoomParameters | None = None) -> DarkRoom:
        return DarkRoom(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """20 steps, with which an episode terminates: none is ever truncated."""
        return np.full(len(levels), EPISODE_STEPS, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The return of walking straight to the goal and staying there."""
        first = np.maximum(levels.distance[(slice(None), *tile_of(START))].astype(np.int64), 1)
        return np.asarray(kernels.GOAL_REWARD * (EPISODE_STEPS + 1 - first), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        kernels.reset(mask, levels.goal, self._clock, out.alive)
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "dark rooms")
        wrong = kernels.step(
            actions,
            EPISODE_STEPS,
            self._clock,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{ACTIONS - 1}.")
        self._observe(np.ones(self.n, np.bool_), out)

    def scene(self, i: int) -> Scene:
        """The room; the agent sees no more than the cell it stands in, unless the goal is revealed."""
        step, _, cell, goal = (int(number) for number in self._clock[i])
        tiles = np.full((SIDE, SIDE), FLOOR, np.uint8)
        tiles[tile_of(START)] = SPAWN
        tiles[tile_of(goal)] = GOAL
        row, column = tile_of(cell)
        here = np.full((1, 1), FLOOR, np.uint8)
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(0, 0, SIDE, SIDE) if self.config.revealed else (row, column, row + 1, column + 1),
            view=tiles.copy() if self.config.revealed else here,
            step=step,
            limit=EPISODE_STEPS,
        )

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """The goal's cell."""
        return {"goal": self._clock[:, 3].astype(np.int64)}

    def save(self, i: int) -> bytes:
        return _SAVED.pack(*map(int, self._clock[i]))

    def load(self, i: int, data: bytes) -> None:
        if len(data) != _SAVED.size:
            raise LevelError(f"a saved dark room has {_SAVED.size} bytes; got {len(data)}.")
        step, ended, cell, goal = _SAVED.unpack(data)
        running = 0 <= step <= EPISODE_STEPS and ended in (0, 1)
        if not running or not 0 <= cell < CELLS or not 0 <= goal < CELLS:
            raise LevelError("these bytes are not a saved dark room: a number lies outside its range.")
        self._clock[i] = step, ended, cell, goal

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        goal = out.obs.get("goal", self._no_goal)
        labels = out.labels.get("optimal_moves", self._no_labels)
        following = out.obs.get("next", self._no_goal)
        kernels.observe(mask, self._clock, out.obs["cell"], goal, following, labels)
