"""Bernoulli bandits, k arms and n pulls (Duan et al. 2016), and the classic players of them.

Instances are `probability`, float32 [N, k]: levels of the family `bandit`, uniform on [0, 1]. Every player
knows that prior: means are posterior means of Beta(1, 1). Equal arms are drawn with equal chance. `PLAYERS`
names the players, each called as `players` describes, and `TUNING` the values over which the paper tuned each
of them, for every cell and on the very instances it then reported.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration import bandit_kernels as kernels
from gamemeta.calibration.bayes import BayesOptimal
from gamemeta.calibration.gittins import index_table
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
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.family import LevelArrays, generate_arrays

Probability = NDArray[np.float32]
_NO_TABLE = np.zeros(0, np.float32)
_NO_TABLE.flags.writeable = False  # as index tables are: kernels are compiled anew for other arrays


def draw_bandits(N: int, k: int, seed: int, *, first: int = 0) -> Probability:
    """Instances first .. first + N - 1 of a seed: float32 [N, k]. Raises ConfigError for bad sizes."""
    return instances(generate_arrays(Bandit(arms=k), level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> Probability:
    """Levels of the family `bandit` as instances, so that players meet what agents meet."""
    probability: Probability = levels.more["probability"]
    return probability


def play(name: str, probability: Probability, n: int, seed: int, **parameters: Any) -> Returns:
    """Total reward [N] of the player of that name over n pulls.

    Raises: UnknownName, ConfigError, SpecError.
    """
    return find_player(PLAYERS, name, parameters)(probability, n, seed, **parameters)


def random(probability: Probability, n: int, seed: int, *, first: int = 0) -> Returns:
    """Pulls any arm."""
    return _play(kernels.RANDOM, probability, n, seed, first)


def greedy(probability: Probability, n: int, seed: int, *, first: int = 0) -> Returns:
    """Pulls the arm of the largest posterior mean."""
    return _play(kernels.EPSILON_GREEDY, probability, n, seed, first)


def epsilon_greedy(
    probability: Probability, n: int, seed: int, *, epsilon: float = 0.1, first: int = 0
) -> Returns:
    """Pulls any arm with chance epsilon, else the greedy one."""
    check_share("epsilon", epsilon)
    return _play(kernels.EPSILON_GREEDY, probability, n, seed, first, epsilon)


def ucb1(probability: Probability, n: int, seed: int, *, constant: float = 1.0, first: int = 0) -> Returns:
    """Mean plus constant * sqrt(2 ln t / pulls) (Agrawal 1995; Auer et al. 2002, constant 1).

    As in the code of Duan et al., mean and pulls begin with the prior's one success in two, so that arms
    need not be pulled once each before anything else: with more arms than pulls that would be random play.
    """
    check_at_least("constant", constant, 0.0)
    return _play(kernels.UCB1, probability, n, seed, first, constant)


def thompson(probability: Probability, n: int, seed: int, *, first: int = 0) -> Returns:
    """Pulls the best arm of one draw from the posterior (Thompson 1933)."""
    return _play(kernels.THOMPSON, probability, n, seed, first, 1)


def optimistic_thompson(
    probability: Probability, n: int, seed: int, *, samples: int = 10, first: int = 0
) -> Returns:
    """As thompson, each arm by the largest of some draws (optimistic sampling: May et al. 2012).

    The OTS of Duan et al. differs: of some joint draws it keeps the one of the highest density.
    """
    check_at_least("samples", samples, 1)
    return _play(kernels.THOMPSON, probability, n, seed, first, samples)


def gittins(probability: Probability, n: int, seed: int, *, first: int = 0) -> Returns:
    """Pulls the arm of the largest finite-horizon Gittins index (Gittins 1979); see `gittins`."""
    check_run(n, seed, first)
    return _play(kernels.GITTINS, probability, n, seed, first, 0, index_table(n))


def bayes_optimal(probability: Probability, n: int, seed: int, *, first: int = 0) -> Returns:
    """The best that any player who knows the prior can do; see `bayes` for which cells are tractable."""
    _check_instances(probability)
    check_run(n, seed, first)
    N, k = probability.shape
    optimum = BayesOptimal(k, n)
    coin = np.empty((N, n))
    kernels.coins(world_seed(seed), first, coin)
    returns = np.zeros(N)
    for i in range(N):
        record = [(0, 0)] * k
        for t in range(n):
            arm = optimum.best_arm(record, n - t)
            successes, failures = record[arm]
            won = bool(coin[i, t] < probability[i, arm])
            record[arm] = (successes + won, failures + (not won))
            returns[i] += won
    return returns


def _play(
    rule: int,
    probability: Probability,
    n: int,
    seed: int,
    first: int,
    amount: float = 0.0,
    table: NDArray[np.float32] = _NO_TABLE,
) -> Returns:
    _check_instances(probability)
    check_run(n, seed, first)
    returns = np.empty(len(probability))
    world, player = world_seed(seed), player_seed(seed)
    rows = as_rows(probability)
    kernels.play(rule, float(amount), table, rows, n, world, player, first, returns)
    return returns


def _check_instances(probability: Probability) -> None:
    if probability.ndim != 2 or probability.shape[1] < 1 or probability.dtype != np.float32:
        raise SpecError(
            f"bandits are float32 [N, k], but these are {probability.dtype} {list(probability.shape)}. "
            "Draw them with `draw_bandits` or convert them."
        )


PLAYERS: dict[str, Player] = {
    "random": random,
    "greedy": greedy,
    "epsilon_greedy": epsilon_greedy,
    "ucb1": ucb1,
    "thompson": thompson,
    "optimistic_thompson": optimistic_thompson,
    "gittins": gittins,
    "bayes_optimal": bayes_optimal,
}

TUNING: dict[str, tuple[str, tuple[float, ...]]] = {
    "epsilon_greedy": ("epsilon", tuple(step / 10 for step in range(11))),
    "ucb1": ("constant", tuple(step / 10 for step in range(11))),
    "optimistic_thompson": ("samples", tuple(range(1, 21))),
}
