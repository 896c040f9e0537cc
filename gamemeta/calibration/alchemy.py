"""Symbolic Alchemy (Wang et al. 2021): players that know nothing, and all, of the chemistry.

Instances are an array int8 [N, 12]: the graph of a chemistry, then its map of potions. One is played for n
episodes of 20 steps; the benchmark's figures are sums over ten. `PLAYERS` names the players, each called as
`players` describes.
"""

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration import alchemy_kernels as kernels
from gamemeta.calibration.players import (
    Player,
    Returns,
    check_run,
    level_seeds,
    player_seed,
    world_seed,
)
from gamemeta_levels.families.alchemy.chemistry import CONDITIONS, first_graphs, number_of, place_of_number
from gamemeta_levels.families.alchemy.family import Alchemy
from gamemeta_levels.families.alchemy.planner import all_ways, expected_reward
from gamemeta_levels.family import LevelArrays, generate_arrays

Chemistries = NDArray[np.int8]
EPISODES = 10
"""Of a trial."""
PUBLISHED = {"random": 145.7, "oracle": 288.5}
"""Totals over ten episodes as quoted from Wang et al. 2021."""
MEASURED_AGAIN = {"random": (145.2, 1.5), "oracle": (287.1, 1.6)}
"""The same, measured again by a public reimplementation, with standard errors."""


def draw_chemistries(N: int, seed: int, *, first: int = 0) -> Chemistries:
    """Instances first .. first + N - 1 of a seed. Raises ConfigError for bad sizes."""
    return instances(generate_arrays(Alchemy(), level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> Chemistries:
    """The instances of levels of the family `alchemy`."""
    return np.concatenate([levels.more["graph"], levels.more["potion_map"]], axis=1)


def random(chemistries: Chemistries, n: int, seed: int, *, first: int = 0) -> Returns:
    """Puts any stone that is not the best into any potion, while there are both, and sells the good ones."""
    return _play(kernels.RANDOM, chemistries, n, seed, first)


def oracle(chemistries: Chemistries, n: int, seed: int, *, first: int = 0) -> Returns:
    """Knows the chemistry, and makes the most of every episode."""
    return _play(kernels.ORACLE, chemistries, n, seed, first)


def oracle_value() -> float:
    """What the oracle earns in an episode on average, exact: 28.84."""
    first = first_graphs()
    each = [
        np.mean([expected_reward(g) for g in range(first[k], first[k + 1])]) for k in range(len(first) - 1)
    ]
    return float(np.mean(each))


def _play(rule: int, chemistries: Chemistries, n: int, seed: int, first: int) -> Returns:
    check_run(n, seed, first)
    graph, potion_map = np.split(np.ascontiguousarray(chemistries), [CONDITIONS], axis=1)
    places = place_of_number()[number_of(graph.astype(np.int64))]
    ways = (part[places] for part in all_ways())
    returns = np.empty((len(chemistries), n))
    kernels.play(
        rule,
        np.ascontiguousarray(graph),
        np.ascontiguousarray(potion_map),
        *ways,
        world_seed(seed),
        player_seed(seed),
        first,
        returns,
    )
    return returns


PLAYERS: dict[str, Player] = {"random": random, "oracle": oracle}
