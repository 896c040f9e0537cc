"""The family `mdp`: small Markov decision processes drawn at random (Duan et al. 2016)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import (
    MILLION,
    check_hidden,
    check_rows,
    check_seed,
    check_tiles,
)
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.mdp import kernels
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR

FEWEST, MOST = 2, 32
"""How many states and actions an MDP may have."""
MOST_STEPS = 1000
"""Longest horizon."""


@dataclass(frozen=True, kw_only=True)
class TabularMDPParameters:
    """Distribution of the mean rewards of an MDP; transitions are always Dirichlet(1)."""

    reward_mean: float = 1.0
    """Mean of the normal distribution that mean rewards are drawn from, -8 to 8."""
    reward_spread: float = 1.0
    """Standard deviation of that distribution, 0 to 4; mean rewards are clipped to -16..16."""

    def __post_init__(self) -> None:
        if not -8.0 <= self.reward_mean <= 8.0:
            raise ConfigError(f"reward_mean = {self.reward_mean}: give -8 to 8.")
        if not 0.0 <= self.reward_spread <= 4.0:
            raise ConfigError(f"reward_spread = {self.reward_spread}: give 0 to 4.")


class TabularMDP(LevelFamily):
    """Tabular MDPs. Hidden: `transition` and `reward_mean`, in whole millionths.

    A level is drawn as a row of floor tiles, one for each state; episodes start in the first. Hidden
    `transition` lists, state by state and action by action, the chances of the next states, which add up to
    a million; `reward_mean` lists the mean rewards in the same order. In arrays they are
    `more["transition"]` float32 [N, S, A, S] and `more["reward_mean"]` float32 [N, S, A]. Draws go
    through a logarithm and a cosine: on another platform a level may differ by a millionth.

    Args:
        parameters: what to draw from.
        states, actions: of the levels that are generated, 2 to 32 each; given levels may have others.
        horizon: steps of an episode, which is what plans are made for.
    Raises:
        ConfigError: a number out of range.
    """

    name = "mdp"
    about = FamilyAbout(action_names=tuple(f"action {action + 1}" for action in range(MOST)))

    def __init__(
        self,
        parameters: TabularMDPParameters | None = None,
        states: int = 10,
        actions: int = 5,
        horizon: int = 10,
    ) -> None:
        for name, value in (("states", states), ("actions", actions)):
            if not FEWEST <= value <= MOST:
                raise ConfigError(f"{name} = {value}: give {FEWEST} to {MOST}.")
        if not 1 <= horizon <= MOST_STEPS:
            raise ConfigError(f"horizon = {horizon}: give 1 to {MOST_STEPS}.")
        self.parameters = parameters or TabularMDPParameters()
        self.states, self.actions, self.horizon = states, actions, horizon

    def far(self) -> "TabularMDP":
        """No family: Dirichlet and normal draws reach everywhere.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            "there are no far MDPs: every one can be drawn in training. Choose another split, such as `test`."
        )

    def arrays(self, n: int) -> LevelArrays:
        return _empty(n, self.states, self.actions, self.horizon)

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, 1, self.states)
        failed = kernels.fill(
            float(self.parameters.reward_mean),
            float(self.parameters.reward_spread),
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.more["transition"],
            arrays.more["reward_mean"],
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.TRIES} MDPs were drawn and none lies in the split {split!r}."
            )

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is a row of states with chances and mean rewards."""
        super().validate(level)
        _checked_size(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """Levels as arrays, in order; all must have the same numbers of states and actions."""
        for level in levels:
            self.validate(level)
        sizes = {_checked_size(level) for level in levels}
        if len(sizes) > 1:
            mixed = " and ".join(f"{states} x {actions}" for states, actions in sorted(sizes))
            raise LevelError(f"these MDPs have {mixed} states x actions. Give levels of the same size.")
        states, actions = sizes.pop() if sizes else (self.states, self.actions)
        arrays = _empty(len(levels), states, actions, self.horizon)
        for row, level in enumerate(levels):
            for name in ("transition", "reward_mean"):
                array = arrays.more[name][row]
                array[...] = (np.array(level.hidden[name]) / MILLION).reshape(array.shape)
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """The horizon where every tile is a state; else -1."""
        whole = (arrays.tiles == FLOOR).all((1, 2)) & (arrays.size == arrays.tiles.shape[1:]).all(1)
        return np.where(whole, np.int32(self.horizon), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        hidden = {
            name: tuple(np.rint(arrays.more[name][row].astype(np.float64) * MILLION).astype(int).reshape(-1))
            for name in ("transition", "reward_mean")
        }
        return Level(
            family=self.name, tiles=arrays.tiles[row], hidden=hidden, seed=None if seed < 0 else seed
        )

    def solve(self, level: Level) -> list[int]:
        """The actions of an optimal policy for the horizon, along the likeliest states."""
        more = self.pack([level]).more
        actions = np.empty(self.horizon, np.int64)
        kernels.likeliest_plan(more["transition"][0], more["reward_mean"][0], actions)
        return [int(action) for action in actions]

    def rules(self, level: Level) -> list[str]:
        """Next states of each action in each state, the likeliest first, and its mean reward, in words."""
        self.validate(level)
        states, actions = _checked_size(level)
        transition = np.array(level.hidden["transition"]).reshape(-1, states) / MILLION
        lines = []
        for pair, (chances, mean) in enumerate(zip(transition, level.hidden["reward_mean"], strict=True)):
            ways = [f"{s + 1} ({chances[s]:.1%})" for s in np.argsort(-chances, kind="stable") if chances[s]]
            lines.append(
                f"state {pair // actions + 1}, action {pair % actions + 1}: pays {mean / MILLION:g} on "
                f"average, leads to state {', '.join(ways)}"
            )
        return lines

    def mutate(self, level: Level, seed: int) -> Level:
        """Draw one action of one state anew: where it leads and its mean reward."""
        self.validate(level)
        check_seed(seed)
        states, actions = _checked_size(level)
        stream, p = np.array([seed], np.uint64), self.parameters
        transition = np.array(level.hidden["transition"]).reshape(-1, states)
        reward_mean = np.array(level.hidden["reward_mean"])
        pair = below(stream, states * actions)
        changed = level
        while changed == level:
            reward_mean[pair] = kernels.draw_reward(stream, float(p.reward_mean), float(p.reward_spread))
            kernels.draw_row(stream, np.empty(states), transition[pair])
            hidden = {"transition": tuple(transition.reshape(-1)), "reward_mean": tuple(reward_mean)}
            changed = Level(family=self.name, tiles=level.tiles, hidden=hidden)
        return changed


def _empty(n: int, states: int, actions: int, horizon: int) -> LevelArrays:
    arrays = LevelArrays.empty(n, 1, states)
    arrays.tiles[:] = FLOOR
    arrays.size[:] = 1, states
    arrays.par_steps[:] = horizon
    arrays.more["transition"] = np.zeros((n, states, actions, states), np.float32)
    arrays.more["reward_mean"] = np.zeros((n, states, actions), np.float32)
    return arrays


def _checked_size(level: Level) -> tuple[int, int]:
    """Numbers of states and actions of the level. Raises LevelError where it is malformed."""
    check_tiles(level, (FLOOR,), "an MDP")
    check_hidden(level, ("transition", "reward_mean"), "an MDP")
    states, means = level.width, level.hidden["reward_mean"]
    actions = len(means) // states
    if level.height != 1 or not FEWEST <= states <= MOST:
        raise LevelError(
            f"an MDP is one row of {FEWEST} to {MOST} tiles, one for each state; this one is "
            f"{level.height} x {states}."
        )
    if len(means) != states * actions or not FEWEST <= actions <= MOST:
        raise LevelError(
            f"hidden `reward_mean` holds a number for each of {FEWEST} to {MOST} actions in each of "
            f"{states} states; this level has {len(means)} numbers."
        )
    if max(map(abs, means)) > kernels.LARGEST_MEAN:
        raise LevelError(
            f"hidden `reward_mean` lies in -16 to 16, in millionths; found {max(means, key=abs)}."
        )
    _check_transition(level.hidden["transition"], states, actions)
    return states, actions


def _check_transition(millionths: tuple[int, ...], states: int, actions: int) -> None:
    if len(millionths) != states * actions * states:
        raise LevelError(
            f"hidden `transition` holds {states} x {actions} x {states} numbers (state, action, next state); "
            f"this level has {len(millionths)}."
        )
    for pair in range(states * actions):
        row = millionths[pair * states : (pair + 1) * states]
        if min(row) < 0 or sum(row) != MILLION:
            raise LevelError(
                f"hidden `transition`, state {pair // actions}, action {pair % actions}: chances are "
                f"millionths from 0 on that add up to {MILLION}; these add up to {sum(row)}, "
                f"the least is {min(row)}."
            )
