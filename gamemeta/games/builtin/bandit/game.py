"""The game `bandit`: pull arms that pay 1 with a hidden chance each (Duan et al. 2016).

There is nothing to see; all there is to know comes from the rewards. An episode is a number of pulls, one
by default, so that a trial of n episodes is a bandit of n pulls. It succeeds when its last pull is of a best
arm.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.about import About
from gamemeta.games.builtin.bandit import kernels
from gamemeta.games.builtin.fit import check_fit
from gamemeta.games.builtin.recipes import whole_trials
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.bandit.family import FEWEST_ARMS, Bandit, BanditParameters
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR, GOAL

_HEADER = struct.Struct("<Q3i")
MOST_ARMS = 255
MOST_PULLS = 10_000


@dataclass(frozen=True, kw_only=True)
class BanditConfig:
    """Settings of the bandit game."""

    arms: int = 5
    """Number of arms, 2 to 255."""
    pulls: int = 1
    """Pulls of an episode; with 1, the episodes of a trial are the pulls of one bandit."""
    revealed: bool = False
    """Show which arm is best (upper-bound baseline)."""

    def __post_init__(self) -> None:
        if not FEWEST_ARMS <= self.arms <= MOST_ARMS:
            raise ConfigError(f"arms = {self.arms}: give {FEWEST_ARMS} to {MOST_ARMS}.")
        if not 1 <= self.pulls <= MOST_PULLS:
            raise ConfigError(f"pulls = {self.pulls}: give 1 to {MOST_PULLS}.")


class BanditGame(Game):
    """N bandits side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "bandit"
    seats = 1
    labels: Mapping[str, int] = {}
    about = About(
        summary="Pull one of five arms, again and again.",
        hidden="Each arm's chance to pay.",
        compiled=True,
        stochastic=True,
        recipe=whole_trials(
            episodes=10,
            trial_steps=10,
            rows=20_000,
            cell="mingru+table",
            keys="action",
            lam=0.95,
            entropy=0.02,
        ),
    )
    Config = BanditConfig
    Parameters = BanditParameters

    def __init__(self, n: int, config: BanditConfig | None = None) -> None:
        self.n = n
        self.config = config or BanditConfig()
        self.spec = _spec(self.config)
        self._probability = np.zeros((n, self.config.arms), np.float32)
        self._chance = np.zeros(n, np.uint64)
        self._clock = np.zeros((n, 3), np.int32)  # pulls so far, ended, the arm pulled last
        self._clock[:, 1] = kernels.BY_RULES  # nothing runs before the first reset
        self._stream = np.zeros(1, np.uint64)

    def family(self, parameters: BanditParameters | None = None) -> Bandit:
        return Bandit(parameters, self.config.arms)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The number of pulls, with which an episode terminates: none is ever truncated."""
        return np.full(len(levels), self.config.pulls, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The expected return of pulling a best arm every time."""
        best: NDArray[np.float32] = self._arms(levels).max(1) * np.float32(self.config.pulls)
        return best

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        kernels.reset(
            mask,
            self._arms(levels),
            levels.chance,
            self._probability,
            self._chance,
            self._clock,
            out.alive,
        )
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "bandits")
        wrong = kernels.step(
            actions,
            self.config.pulls,
            self._probability,
            self._chance,
            self._clock,
            self._stream,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(
                f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{self.config.arms - 1}."
            )
        self._observe(np.ones(self.n, np.bool_), out)

    def scene(self, i: int) -> Scene:
        """A row of tiles, one for each arm: the agent stands on the arm pulled last, the goal is the best."""
        tiles = np.full((1, self.config.arms), FLOOR, np.uint8)
        view = tiles.copy()
        best = int(self._probability[i].argmax())
        tiles[0, best] = GOAL
        if self.config.revealed:
            view[0, best] = GOAL
        return Scene(
            tiles=tiles,
            agent=(0, int(self._clock[i, 2])),
            seen=(0, 0, 1, self.config.arms),
            view=view,
            step=int(self._clock[i, 0]),
            limit=self.config.pulls,
        )

    def save(self, i: int) -> bytes:
        header = _HEADER.pack(int(self._chance[i]), *map(int, self._clock[i]))
        return header + bytes(self._probability[i].data)

    def load(self, i: int, data: bytes) -> None:
        arms = self.config.arms
        if len(data) != _HEADER.size + 4 * arms:
            raise LevelError(
                f"a saved bandit of {arms} arms has {_HEADER.size + 4 * arms} bytes; got {len(data)}."
            )
        chance, *clock = _HEADER.unpack_from(data)
        pulls, ended, last = clock
        if not (0 <= pulls <= self.config.pulls and 0 <= last < arms and ended in (0, 1)):
            raise LevelError("these bytes are not a saved bandit: its clock cannot be read.")
        probability = np.frombuffer(data, np.float32, arms, _HEADER.size)
        if not ((probability >= 0) & (probability <= 1)).all():
            raise LevelError("these bytes are not a saved bandit: its chances cannot be read.")
        self._chance[i], self._clock[i], self._probability[i] = chance, clock, probability

    def _arms(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The chances [N, arms] of these levels."""
        probability: NDArray[np.float32] | None = levels.more.get("probability")
        if probability is None or probability.shape[1] != self.config.arms:
            drawn = "none" if probability is None else probability.shape[1]
            raise LevelError(
                f"this game has {self.config.arms} arms, the levels have {drawn}. "
                "Set `arms` to what the levels have, or give other levels."
            )
        return probability

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        out.obs["machine"][mask] = 0
        if self.config.revealed:
            out.obs["best_arm"][mask, 0, 0] = self._probability[mask].argmax(1)


def _spec(config: BanditConfig) -> Spec:
    obs = [symbols("machine", (1,), 1)]
    if config.revealed:
        obs.append(symbols("best_arm", (1,), config.arms))
    names = Bandit.about.action_names[: config.arms]
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(config.arms,), names=(names,)))
