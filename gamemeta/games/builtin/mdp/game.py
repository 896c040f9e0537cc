"""The game `mdp`: act in an unknown Markov decision process for a few steps (Duan et al. 2016).

The agent sees its state. A step pays the hidden mean reward of the state and action, with noise, and
leads to a state drawn from their hidden chances. An episode ends after `horizon` steps; it succeeds when
the last of them has the largest mean reward in its state, which is what the best policy does with one step
to go.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.about import About
from gamemeta.games.builtin.fit import check_fit
from gamemeta.games.builtin.mdp import kernels
from gamemeta.games.builtin.recipes import whole_trials
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.mdp.family import FEWEST, MOST, MOST_STEPS, TabularMDP, TabularMDPParameters
from gamemeta_levels.families.mdp.kernels import START, optimal
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR, SPAWN

_HEADER = struct.Struct("<Q4i")


@dataclass(frozen=True, kw_only=True)
class MDPConfig:
    """Settings of the MDP game."""

    states: int = 10
    """Number of states, 2 to 32."""
    actions: int = 5
    """Number of actions, 2 to 32."""
    horizon: int = 10
    """Steps of an episode."""
    noise: float = 1.0
    """Standard deviation of a reward around its mean, 0 to 100."""

    def __post_init__(self) -> None:
        for name in ("states", "actions"):
            if not FEWEST <= getattr(self, name) <= MOST:
                raise ConfigError(f"{name} = {getattr(self, name)}: give {FEWEST} to {MOST}.")
        if not 1 <= self.horizon <= MOST_STEPS:
            raise ConfigError(f"horizon = {self.horizon}: give 1 to {MOST_STEPS}.")
        if not 0.0 <= self.noise <= 100.0:
            raise ConfigError(f"noise = {self.noise}: give 0 to 100.")


class MDPGame(Game):
    """N MDPs side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "mdp"
    seats = 1
    labels: Mapping[str, int] = {}
    about = About(
        summary="Choose one of five actions in each of ten states, for as much reward as possible.",
        hidden="Where each action leads, and what it pays.",
        compiled=True,
        stochastic=True,
        recipe=whole_trials(
            episodes=10,
            trial_steps=100,
            rows=40_000,
            cell="mingru+table+table",
            keys="state",
            lam=0.97,
            entropy=0.01,
        ),
    )
    Config = MDPConfig
    Parameters = TabularMDPParameters

    def __init__(self, n: int, config: MDPConfig | None = None) -> None:
        self.n = n
        self.config = c = config or MDPConfig()
        self.spec = Spec(
            obs=(symbols("state", (1,), c.states),),
            action=ActionSpec(heads=(c.actions,), names=(TabularMDP.about.action_names[: c.actions],)),
        )
        self._transition = np.zeros((n, c.states, c.actions, c.states), np.float32)
        self._reward_mean = np.zeros((n, c.states, c.actions), np.float32)
        self._chance = np.zeros(n, np.uint64)
        self._clock = np.zeros((n, 4), np.int32)  # steps so far, ended, state, succeeded
        self._clock[:, 1] = kernels.BY_RULES  # nothing runs before the first reset
        self._stream = np.zeros(1, np.uint64)

    def family(self, parameters: TabularMDPParameters | None = None) -> TabularMDP:
        return TabularMDP(parameters, self.config.states, self.config.actions, self.config.horizon)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The horizon, with which an episode terminates: none is ever truncated."""
        return np.full(len(levels), self.config.horizon, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The expected return of the best policy, exact, by value iteration."""
        values = np.empty(len(levels))
        optimal(*self._hidden(levels), self.config.horizon, values)
        return values.astype(np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        kernels.reset(
            mask,
            *self._hidden(levels),
            levels.chance,
            self._transition,
            self._reward_mean,
            self._chance,
            self._clock,
            out.obs["state"],
            out.alive,
        )

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "MDPs")
        wrong = kernels.step(
            actions,
            self.config.horizon,
            float(self.config.noise),
            self._transition,
            self._reward_mean,
            self._chance,
            self._clock,
            self._stream,
            out.obs["state"],
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(
                f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{self.config.actions - 1}."
            )

    def scene(self, i: int) -> Scene:
        """A row of tiles, one for each state, the agent on its own; an episode starts on the spawn."""
        view = np.full((1, self.config.states), FLOOR, np.uint8)
        tiles = view.copy()
        tiles[0, START] = SPAWN
        return Scene(
            tiles=tiles,
            agent=(0, int(self._clock[i, 2])),
            seen=(0, 0, 1, self.config.states),
            view=view,
            step=int(self._clock[i, 0]),
            limit=self.config.horizon,
        )

    def save(self, i: int) -> bytes:
        header = _HEADER.pack(int(self._chance[i]), *map(int, self._clock[i]))
        return header + bytes(self._transition[i].data) + bytes(self._reward_mean[i].data)

    def load(self, i: int, data: bytes) -> None:
        transition, reward_mean = self._transition[i], self._reward_mean[i]
        size = _HEADER.size + transition.nbytes + reward_mean.nbytes
        if len(data) != size:
            raise LevelError(
                f"a saved MDP of {self.config.states} states and {self.config.actions} actions has {size} "
                f"bytes; got {len(data)}."
            )
        chance, steps, ended, state, succeeded = _HEADER.unpack_from(data)
        fits = 0 <= steps <= self.config.horizon and 0 <= state < self.config.states
        if not fits or ended not in (0, 1) or succeeded not in (0, 1):
            raise LevelError("these bytes are not a saved MDP: its clock cannot be read.")
        values = np.frombuffer(data, np.float32, offset=_HEADER.size)
        if not np.isfinite(values).all():
            raise LevelError("these bytes are not a saved MDP: its numbers are not finite.")
        transition[...] = values[: transition.size].reshape(transition.shape)
        reward_mean[...] = values[transition.size :].reshape(reward_mean.shape)
        self._chance[i], self._clock[i] = chance, (steps, ended, state, succeeded)

    def _hidden(self, levels: LevelArrays) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Transitions and mean rewards of these levels."""
        hidden = [levels.more.get(name) for name in ("transition", "reward_mean")]
        wanted = [(len(levels), *array.shape[1:]) for array in (self._transition, self._reward_mean)]
        transition, reward_mean = hidden
        if (
            transition is None
            or reward_mean is None
            or [x.shape for x in (transition, reward_mean)] != wanted
        ):
            c, has = (
                self.config,
                "none" if reward_mean is None else " x ".join(map(str, reward_mean.shape[1:])),
            )
            raise LevelError(
                f"this game has {c.states} x {c.actions} states x actions, the levels have {has}. "
                "Set `states` and `actions` to what the levels have, or give other levels."
            )
        return transition, reward_mean
