"""The point in the unit square of MAML (Finn et al. 2017): 100 steps from the middle, a hidden target.

Instances are `target`, float32 [N, 2], right and up from the middle: levels of the family `navigation`,
uniform over the square. Every step, of up to 0.1 in each direction, pays minus the squared distance to the
target. `PLAYERS` names the players, each called as `players` describes.

Three values are exact: `oracle_return`, which is par; `ignoring_return`, the best that play can expect
which takes no notice of its rewards; and `measuring_return`, what three measurements and the way from there
earn, which is near the best that a memory can do in its first episode.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration.players import Player, Returns, check_run, find_player, level_seeds, player_seed
from gamemeta_levels.checks import MILLION
from gamemeta_levels.errors import SpecError
from gamemeta_levels.families.navigation.family import EPISODE_STEPS as STEPS
from gamemeta_levels.families.navigation.family import HALF, STEP, Navigation
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.splitmix import combine_all

Targets = NDArray[np.float32]
Places = NDArray[np.float64]

MEASURED = np.array([[STEP, 0.0], [STEP, STEP], [0.0, STEP]])
"""Where a player who knows nothing measures: no three of them lie in one line."""


def draw_targets(N: int, seed: int, *, first: int = 0) -> Targets:
    """Instances first .. first + N - 1 of a seed: float32 [N, 2]. Raises ConfigError for bad sizes."""
    return instances(generate_arrays(Navigation(), level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> Targets:
    """Levels of the family `navigation` as instances, so that players meet what agents meet."""
    target: Targets = levels.more["target"]
    return target


def return_from(place: Places, target: NDArray[Any], steps: int) -> Returns:
    """Reward [N] of so many steps straight from places [N, 2] to targets that are known."""
    away = np.abs(np.asarray(target, np.float64) - place)[..., None]
    left = np.maximum(away - STEP * np.arange(1, steps + 1), 0.0)
    reward: Returns = -np.square(left).sum(axis=(-2, -1))
    return reward


def oracle_return(target: NDArray[Any]) -> Returns:
    """Reward [N] of an episode that goes straight to a known target and stays there."""
    return return_from(np.zeros(2), target, STEPS)


def ignoring_return(reach: float = HALF) -> float:
    """The largest expected reward of an episode whose actions do not depend on the target: -16.67.

    A step is expected to cost the squared distance of the point from the middle, plus the mean squared
    distance of the targets from it, since their mean is the middle; so nothing is better than to stay there,
    where the point starts.

    Args:
        reach: targets are uniform over the whole millionths of -reach..reach in both directions.
    """
    edge = round(reach * MILLION)
    return -STEPS * 2 * edge * (edge + 1) / 3 / MILLION**2


def measuring_return(target: NDArray[Any]) -> Returns:
    """Reward [N] of an episode that visits `MEASURED`, solves for the target, and goes straight there."""
    target = np.asarray(target, np.float64)
    paid = -np.square(MEASURED - target[..., None, :]).sum(axis=(-2, -1))
    reward: Returns = paid + return_from(MEASURED[-1], target, STEPS - len(MEASURED))
    return reward


def located(reward: NDArray[np.float64]) -> Places:
    """The targets [N, 2] that paid these rewards [N, 3] at `MEASURED`.

    Minus the reward is the squared distance: differences of two are linear in the target.
    """
    size = np.square(MEASURED).sum(axis=1)
    matrix = 2 * (MEASURED[1:] - MEASURED[0])
    known = reward[:, 1:] - reward[:, :1] + size[1:] - size[0]
    solved: Places = np.linalg.solve(matrix, known.T).T
    return solved


def play(name: str, target: Targets, n: int, seed: int, **parameters: Any) -> Returns:
    """Total reward [N] of the player of that name over n episodes.

    Raises: UnknownName, ConfigError, SpecError.
    """
    total: Returns = play_episodes(name, target, n, seed, **parameters).sum(axis=1)
    return total


def play_episodes(name: str, target: Targets, n: int, seed: int, **parameters: Any) -> Returns:
    """Reward [N, n] of every episode of the player of that name: its adaptation curve."""
    return find_player(PLAYERS, name, parameters)(target, n, seed, **parameters)


def random(target: Targets, n: int, seed: int, *, first: int = 0) -> Returns:
    """Takes steps whose two numbers are uniform."""
    _check(target, n, seed, first)
    lane = combine_all(
        np.full(len(target), player_seed(seed)), np.arange(first, first + len(target), dtype=np.uint64)
    )
    returns = np.zeros((len(target), n))
    for episode in range(n):
        place = np.zeros((len(target), 2))
        for t in range(STEPS):
            number = np.uint64(2 * (episode * STEPS + t))
            bits = np.stack([combine_all(lane, np.full(len(lane), number + np.uint64(k))) for k in (0, 1)], 1)
            share = (bits >> np.uint64(11)) * 2.0**-52 - 1.0
            place = np.clip(place + STEP * share, -HALF, HALF)
            returns[:, episode] -= np.square(place - target).sum(axis=1)
    return returns


def ignoring(target: Targets, n: int, seed: int, *, first: int = 0) -> Returns:
    """Stays in the middle."""
    _check(target, n, seed, first)
    return np.repeat(-STEPS * np.square(target.astype(np.float64)).sum(axis=1)[:, None], n, axis=1)


def measuring(target: Targets, n: int, seed: int, *, first: int = 0) -> Returns:
    """Measures at three places, then knows the target, in later episodes from their start."""
    _check(target, n, seed, first)
    reward = -np.square(MEASURED - target[:, None].astype(np.float64)).sum(axis=2)
    known = located(reward)
    begun = reward.sum(axis=1) + return_from(MEASURED[-1], known, STEPS - len(MEASURED))
    return np.stack([begun, *[oracle_return(known)] * (n - 1)], axis=1)


def oracle(target: Targets, n: int, seed: int, *, first: int = 0) -> Returns:
    """Knows the target, goes straight there and stays."""
    _check(target, n, seed, first)
    return np.repeat(oracle_return(target)[:, None], n, axis=1)


def _check(target: Targets, n: int, seed: int, first: int) -> None:
    check_run(n, seed, first)
    inside = target.ndim == 2 and target.shape[1] == 2 and bool((np.abs(target) <= HALF).all())
    if not inside or target.dtype != np.float32:
        raise SpecError(
            f"targets are float32 [N, 2] within -{HALF}..{HALF}, but these are {target.dtype} "
            f"{list(target.shape)}. Draw them with `draw_targets` or convert them."
        )


PLAYERS: dict[str, Player] = {
    "random": random,
    "ignoring": ignoring,
    "measuring": measuring,
    "oracle": oracle,
}
