"""Tabular MDPs (Duan et al. 2016): 10 states, 5 actions, episodes of 10 steps from state 0.

Instances are `TabularMDPs`, levels of the family `mdp`: transitions Dirichlet(1), mean rewards N(1, 1), and
rewards with noise N(0, 1).
Players keep the posterior under that prior: Dirichlet counts, and normal means with known noise 1.
`prior_mean` is what they take for the mean of the prior over mean rewards: 1 is correct; with 0, the
default of the TabulaRL agents that the paper ran, greedy and PSRL come out near the paper's figures.
Unless said otherwise a player plans by finite-horizon value iteration when an episode begins. Actions
never tried are exchangeable, so that equal ones are not drawn: the first is taken. `PLAYERS` names the
players, each called as `players` describes, and `TUNING` what they are tuned over.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration import mdp_kernels as kernels
from gamemeta.calibration.players import (
    Player,
    Returns,
    as_rows,
    check_at_least,
    check_run,
    check_share,
    find_player,
    level_seeds,
    player_seed,
    world_seed,
)
from gamemeta_levels.errors import SpecError
from gamemeta_levels.families.mdp.family import TabularMDP
from gamemeta_levels.families.mdp.kernels import optimal
from gamemeta_levels.family import LevelArrays, generate_arrays

STATES, ACTIONS, HORIZON = 10, 5, 10


class TabularMDPs(NamedTuple):
    """N MDPs: transition float32 [N, S, A, S], reward_mean float32 [N, S, A]."""

    transition: NDArray[np.float32]
    reward_mean: NDArray[np.float32]


def draw_mdps(
    N: int, seed: int, *, states: int = STATES, actions: int = ACTIONS, first: int = 0
) -> TabularMDPs:
    """Instances first .. first + N - 1 of a seed. Raises ConfigError for sizes out of range."""
    family = TabularMDP(states=states, actions=actions)
    return instances(generate_arrays(family, level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> TabularMDPs:
    """Levels of the family `mdp` as instances, so that players meet what agents meet."""
    return TabularMDPs(levels.more["transition"], levels.more["reward_mean"])


def optimal_values(mdps: TabularMDPs, horizon: int = HORIZON) -> Returns:
    """Expected reward [N] of an episode under the best policy for the true MDP: exact, no simulation."""
    _check_instances(mdps)
    check_at_least("horizon", horizon, 1)
    values = np.empty(len(mdps.reward_mean))
    optimal(*map(as_rows, mdps), horizon, values)
    return values


def play(name: str, mdps: TabularMDPs, n: int, seed: int, **parameters: Any) -> Returns:
    """Total reward [N] of the player of that name over n episodes.

    Raises: UnknownName, ConfigError, SpecError.
    """
    total: Returns = play_episodes(name, mdps, n, seed, **parameters).sum(axis=1)
    return total


def play_episodes(name: str, mdps: TabularMDPs, n: int, seed: int, **parameters: Any) -> Returns:
    """Reward [N, n] of every episode of the player of that name: its adaptation curve."""
    return find_player(PLAYERS, name, parameters)(mdps, n, seed, **parameters)


def random(mdps: TabularMDPs, n: int, seed: int, *, horizon: int = HORIZON, first: int = 0) -> Returns:
    """Takes any action."""
    return _play(kernels.RANDOM, mdps, n, seed, first, horizon)


def greedy(
    mdps: TabularMDPs, n: int, seed: int, *, prior_mean: float = 1.0, horizon: int = HORIZON, first: int = 0
) -> Returns:
    """Plans on posterior means."""
    return _play(kernels.EPSILON_GREEDY, mdps, n, seed, first, horizon, 0.0, prior_mean)


def epsilon_greedy(
    mdps: TabularMDPs,
    n: int,
    seed: int,
    *,
    epsilon: float = 0.1,
    prior_mean: float = 1.0,
    horizon: int = HORIZON,
    first: int = 0,
) -> Returns:
    """As greedy, but with chance epsilon any action."""
    check_share("epsilon", epsilon)
    return _play(kernels.EPSILON_GREEDY, mdps, n, seed, first, horizon, epsilon, prior_mean)


def psrl(
    mdps: TabularMDPs, n: int, seed: int, *, prior_mean: float = 1.0, horizon: int = HORIZON, first: int = 0
) -> Returns:
    """Posterior sampling: plans on one draw from the posterior (Strens 2000; Osband et al. 2013)."""
    return _play(kernels.PSRL, mdps, n, seed, first, horizon, 1, prior_mean)


def opsrl(
    mdps: TabularMDPs,
    n: int,
    seed: int,
    *,
    samples: int = 5,
    prior_mean: float = 1.0,
    horizon: int = HORIZON,
    first: int = 0,
) -> Returns:
    """Optimistic PSRL: the largest action value over some draws, each planned on (Osband's TabulaRL)."""
    check_at_least("samples", samples, 1)
    return _play(kernels.OPSRL, mdps, n, seed, first, horizon, samples, prior_mean)


def ucrl2(
    mdps: TabularMDPs,
    n: int,
    seed: int,
    *,
    scale: float = 0.03,
    prior_mean: float = 1.0,
    horizon: int = HORIZON,
    first: int = 0,
) -> Returns:
    """Optimism within confidence sets of 95%, shrunk by `scale` (Jaksch et al. 2010; 1 is theirs).

    The sets lie around posterior means, so that untried actions have a centre; rewards that are normal
    with variance 1 take the place of rewards in [0, 1].
    """
    check_at_least("scale", scale, 0.0)
    return _play(kernels.UCRL2, mdps, n, seed, first, horizon, scale, prior_mean)


def beb(
    mdps: TabularMDPs,
    n: int,
    seed: int,
    *,
    beta: float = 0.3,
    prior_mean: float = 1.0,
    horizon: int = HORIZON,
    first: int = 0,
) -> Returns:
    """Plans on posterior means with the bonus beta / (1 + visits) (Kolter and Ng 2009)."""
    check_at_least("beta", beta, 0.0)
    return _play(kernels.BEB, mdps, n, seed, first, horizon, beta, prior_mean)


def replanning(
    mdps: TabularMDPs,
    n: int,
    seed: int,
    *,
    beta: float = 1.5,
    prior_mean: float = 1.0,
    horizon: int = HORIZON,
    first: int = 0,
) -> Returns:
    """Plans anew at every step, on posterior means with an exploration bonus that fades.

    The bonus is beta posterior standard deviations of the mean reward, times the share of episodes still
    to come. The strongest player here that does not know the MDP.
    """
    check_at_least("beta", beta, 0.0)
    return _play(kernels.REPLAN, mdps, n, seed, first, horizon, beta, prior_mean)


def clairvoyant(mdps: TabularMDPs, n: int, seed: int, *, horizon: int = HORIZON, first: int = 0) -> Returns:
    """Knows the true MDP and plays it best; `optimal_values` is what it expects."""
    return _play(kernels.CLAIRVOYANT, mdps, n, seed, first, horizon)


def _play(
    rule: int,
    mdps: TabularMDPs,
    n: int,
    seed: int,
    first: int,
    horizon: int,
    amount: float = 0.0,
    prior_mean: float = 1.0,
) -> Returns:
    _check_instances(mdps)
    check_run(n, seed, first)
    check_at_least("horizon", horizon, 1)
    returns = np.empty((len(mdps.reward_mean), n))
    world, player = world_seed(seed), player_seed(seed)
    P, R = map(as_rows, mdps)
    kernels.play(rule, float(amount), float(prior_mean), P, R, horizon, world, player, first, returns)
    return returns


def _check_instances(mdps: TabularMDPs) -> None:
    transition, reward_mean = mdps
    fits = reward_mean.ndim == 3 and transition.shape == (*reward_mean.shape, reward_mean.shape[1])
    if not fits or not transition.dtype == reward_mean.dtype == np.float32:
        raise SpecError(
            f"MDPs are float32 transition [N, S, A, S] and reward_mean [N, S, A], but these are "
            f"{transition.dtype} {list(transition.shape)} and {reward_mean.dtype} {list(reward_mean.shape)}. "
            "Draw them with `draw_mdps` or convert them."
        )


PLAYERS: dict[str, Player] = {
    "random": random,
    "greedy": greedy,
    "epsilon_greedy": epsilon_greedy,
    "psrl": psrl,
    "opsrl": opsrl,
    "ucrl2": ucrl2,
    "beb": beb,
    "replanning": replanning,
    "clairvoyant": clairvoyant,
}

_SCALES = tuple(float(scale) for scale in np.logspace(-4, 0, 21))
TUNING: dict[str, tuple[str, tuple[float, ...]]] = {
    "epsilon_greedy": ("epsilon", tuple(step / 10 for step in range(1, 11))),
    "opsrl": ("samples", tuple(range(1, 21))),
    "ucrl2": ("scale", _SCALES),
    "beb": ("beta", _SCALES),
}
