"""The game `keydoor`: find a key and then a door that nothing shows (Dark Key-to-Door, Laskin et al. 2022).

The agent sees which of 81 cells it stands in. Coming to the key's cell takes the key and pays 1; coming to
the door's cell with the key pays 1 and ends the episode, which lasts 50 steps at most. Without the key the
door is not noticed. An episode succeeds when the door was opened.
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
from gamemeta.games.builtin.fit import check_fit, check_like
from gamemeta.games.builtin.keydoor import kernels
from gamemeta.games.builtin.recipes import whole_trials
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.darkroom.family import tile_of
from gamemeta_levels.families.darkroom.kernels import ACTIONS, CELLS, SIDE, START
from gamemeta_levels.families.keydoor.family import EPISODE_STEPS, KeyDoor, KeyDoorParameters
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import DOOR, FLOOR, KEY, SPAWN

_SAVED = struct.Struct("<6i")
_PLACE = Fact(places=(SIDE, SIDE), shown=Shown(place="cell", moduli=(SIDE,)))


@dataclass(frozen=True, kw_only=True)
class KeyDoorConfig:
    """Settings of the game of key and door."""

    revealed: bool = False
    """Show where key and door are (upper-bound baseline)."""
    show_next: bool = False
    """Show the cell that each action leads to, which can be learned: it is the same in all levels."""


class KeyDoorGame(Game):
    """N dark rooms with a key and a door side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "keydoor"
    seats = 1
    labels: Mapping[str, int] = {"optimal_moves": ACTIONS}
    facts: Mapping[str, Fact] = {"key": _PLACE, "door": _PLACE}
    about = About(
        summary="Find the key among 81 cells in the dark, then the door.",
        hidden="Where key and door are; only the reward tells.",
        compiled=True,
        recipe={
            **whole_trials(
                episodes=4,
                trial_steps=200,
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
    Config = KeyDoorConfig
    Parameters = KeyDoorParameters

    def __init__(self, n: int, config: KeyDoorConfig | None = None) -> None:
        self.n = n
        self.config = config or KeyDoorConfig()
        obs = [symbols("cell", (1,), CELLS)]
        if self.config.revealed:
            obs.append(symbols("places", (2,), CELLS))
        if self.config.show_next:
            obs.append(symbols("next", (ACTIONS,), CELLS))
        self.spec = Spec(
            obs=tuple(obs), action=ActionSpec(heads=(ACTIONS,), names=(KeyDoor.about.action_names,))
        )
        self._clock = np.zeros((n, 6), np.int32)
        self._clock[:, kernels.ENDED] = kernels.TIME_UP  # nothing runs before the first reset
        self._no_places = np.zeros((0, 1, 2), np.uint8)
        self._no_labels = np.zeros((0, 1), np.uint8)

    def family(self, parameters: KeyDoorParameters | None = None) -> KeyDoor:
        return KeyDoor(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """50 steps, with which an episode terminates: none is ever truncated."""
        return np.full(len(levels), EPISODE_STEPS, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The rewards of key and door: no level is too large for both."""
        return np.full(len(levels), kernels.KEY_REWARD + kernels.DOOR_REWARD, np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        _check_keys(levels, mask)
        kernels.reset(mask, levels.more["key"], levels.goal, self._clock, out.alive)
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
        """The room; the agent sees no more than the cell it stands in, unless the places are revealed."""
        step, _, cell, key, door, has_key = (int(number) for number in self._clock[i])
        tiles = np.full((SIDE, SIDE), FLOOR, np.uint8)
        tiles[tile_of(START)] = SPAWN
        tiles[tile_of(door)] = DOOR
        tiles[tile_of(key)] = FLOOR if has_key else KEY
        row, column = tile_of(cell)
        here = np.full((1, 1), FLOOR, np.uint8)
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(0, 0, SIDE, SIDE) if self.config.revealed else (row, column, row + 1, column + 1),
            view=tiles.copy() if self.config.revealed else here,
            step=step,
            limit=EPISODE_STEPS,
            status="has the key" if has_key else "",
        )

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """The cells of key and door."""
        names = {"key": kernels.KEY, "door": kernels.DOOR}
        return {name: self._clock[:, column].astype(np.int64) for name, column in names.items()}

    def save(self, i: int) -> bytes:
        return _SAVED.pack(*map(int, self._clock[i]))

    def load(self, i: int, data: bytes) -> None:
        if len(data) != _SAVED.size:
            raise LevelError(f"a saved game of key and door has {_SAVED.size} bytes; got {len(data)}.")
        step, ended, *cells, has_key = _SAVED.unpack(data)
        running = 0 <= step <= EPISODE_STEPS and ended in (0, 1, 2) and has_key in (0, 1)
        if not running or not all(0 <= cell < CELLS for cell in cells):
            raise LevelError("these bytes are not a saved game of key and door: a number is out of range.")
        self._clock[i] = step, ended, *cells, has_key

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        places = out.obs.get("places", self._no_places)
        labels = out.labels.get("optimal_moves", self._no_labels)
        following = out.obs.get("next", self._no_places)
        kernels.observe(mask, self._clock, out.obs["cell"], places, following, labels)


def _check_keys(levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError unless every level where the mask holds has a key inside the room."""
    if "key" not in levels.more:
        raise LevelError("these level arrays have no `key`. Let `pack` or `fill` of `keydoor` make them.")
    check_like(levels, "key", (len(levels), 2), np.int32)
    key = levels.more["key"][mask]
    if ((key < 0) | (key >= SIDE)).any() or (levels.goal[mask] >= SIDE).any():
        raise LevelError(
            "these level arrays fit no game: a key or door lies outside the room. Let `pack` or `fill` of "
            "`keydoor` make them."
        )
