"""The Dark Key-to-Door of Laskin et al. (2022): 9x9 cells, 50 steps from the middle, a hidden key and door.

Instances are `places`, int64 [N, 2], the cells of key and door: levels of the family `keydoor`, any two cells
with the same chance. Taking the key pays 1, and opening the door with it pays 1 and ends the episode.
`PLAYERS` names the players, each called as `players` describes.

Without the key the door is not noticed. So a player's search for the key is a fixed path through the
episodes, and so is, for each place of the key, its search for the door from there on. `episode_bound` is
what no player can expect more than, and the player `searching` is one that can be had.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration.darkroom import REACHED
from gamemeta.calibration.players import Player, Returns, check_run, level_seeds, player_seed
from gamemeta_levels.errors import SpecError
from gamemeta_levels.families.darkroom.kernels import ACTIONS, CELLS, SIDE, START, steps_between
from gamemeta_levels.families.keydoor.family import EPISODE_STEPS as STEPS
from gamemeta_levels.families.keydoor.family import KeyDoor
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.splitmix import combine_all

Places = NDArray[np.int64]
Moment = tuple[int, int]
"""An episode and the steps played in it."""


def draw_places(N: int, seed: int, *, first: int = 0) -> Places:
    """Instances first .. first + N - 1 of a seed: int64 [N, 2]. Raises ConfigError for bad sizes."""
    return instances(generate_arrays(KeyDoor(), level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> Places:
    """Levels of the family `keydoor` as instances, so that players meet what agents meet."""
    both = np.stack([levels.more["key"], levels.goal], axis=1).astype(np.int64)
    places: Places = both[:, :, 0] * SIDE + both[:, :, 1]
    return places


def oracle_return() -> float:
    """Return of an episode of a player who knows both places: 2, since 24 of 50 steps always do."""
    return 2.0


def episode_bound(episode: int) -> float:
    """What no player can expect more than in this episode, counted from 1: 0.806, 1.703, 1.988, then 2.

    Each step tries one cell for the key, so that it is found on the s-th step of the trial with a chance of
    at most 1 / 81 for each s, and by the end of this episode with at most 50 * episode / 81. From then on
    each step tries at most one of the 80 other cells for the door. In each episode after that of the find,
    at least one step goes to take the key again, which leaves 49.
    """
    door = 0.0
    for step in range(1, min(CELLS, STEPS * episode) + 1):
        when = -(-step // STEPS)
        tries = STEPS * when - step + (STEPS - 1) * (episode - when)
        door += min(tries / (CELLS - 1), 1.0) / CELLS
    return min(STEPS * episode / CELLS, 1.0) + door


def random(places: Places, n: int, seed: int, *, first: int = 0) -> Returns:
    """Takes any action."""
    _check(places, n, seed, first)
    N, (key, door) = len(places), places.T
    lane = combine_all(np.full(N, player_seed(seed)), np.arange(first, first + N, dtype=np.uint64))
    returns = np.zeros((N, n))
    for episode in range(n):
        cell, has_key, over = np.full(N, START), np.zeros(N, np.bool_), np.zeros(N, np.bool_)
        for step in range(STEPS):
            bits = combine_all(lane, np.full(N, np.uint64(episode * STEPS + step)))
            cell = REACHED[cell, (bits >> np.uint64(11)) % np.uint64(ACTIONS)]
            opens, takes = has_key & ~over & (cell == door), ~has_key & (cell == key)
            has_key, over = has_key | takes, over | opens
            returns[:, episode] += takes.astype(np.int64) + opens
    return returns


def searching(places: Places, n: int, seed: int, *, first: int = 0) -> Returns:
    """Goes to the nearest cell that it has not tried, for the key and then for the door; what it knows, it
    takes the shortest way to."""
    _check(places, n, seed, first)
    key_episode, door_episode = _search()
    key, door = places.T
    with_key, with_door = key_episode[key][:, None], door_episode[key, door][:, None]
    episode = np.arange(n)
    returns: Returns = (episode >= with_key).astype(np.float64) + (episode >= with_door)
    return returns


def oracle(places: Places, n: int, seed: int, *, first: int = 0) -> Returns:
    """Knows both places."""
    _check(places, n, seed, first)
    return np.full((len(places), n), oracle_return())


PLAYERS: dict[str, Player] = {"random": random, "searching": searching, "oracle": oracle}


@lru_cache(maxsize=1)
def _search() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The episode, from 0, in which `searching` finds each key [81], and each door with that key [81, 81]."""
    key_episode = np.zeros(CELLS, np.int64)
    door_episode = np.zeros((CELLS, CELLS), np.int64)
    for key, (episode, step) in enumerate(_visits(START, (0, 0), 0, START)):
        key_episode[key] = episode
        again = max(steps_between(START, key), 1)
        door_episode[key] = [moment[0] for moment in _visits(key, (episode, step), again, key)]
    return key_episode, door_episode


def _visits(cell: int, moment: Moment, again: int, base: int) -> list[Moment]:
    """When each cell is come to by walks to the nearest one that was not tried.

    Args:
        cell: where the search begins.
        moment: when; steps that are left of the episode count.
        again: steps of each later episode before its search begins.
        base: the cell in which it then begins.
    """
    episode, step = moment
    when: list[Moment] = [(-1, 0)] * CELLS
    left = set(range(CELLS))
    if again:
        left.remove(base)
    while left:
        target = min(left, key=lambda other: (max(steps_between(cell, other), 1), _ways_on(other, left)))
        walk = max(steps_between(cell, target), 1)
        if step + walk > STEPS:
            episode, step, cell = episode + 1, again, base
            continue
        step, cell = step + walk, target
        when[cell] = episode, step
        left.remove(cell)
    return when


def _ways_on(cell: int, left: set[int]) -> int:
    """Number of neighbours that were not tried either: cells with few are tried first, or they stay alone."""
    return sum(int(near) in left for near in set(REACHED[cell].tolist()) - {cell})


def _check(places: Places, n: int, seed: int, first: int) -> None:
    check_run(n, seed, first)
    whole = places.ndim == 2 and places.shape[1:] == (2,) and places.dtype == np.int64
    if not whole or ((places < 0) | (places >= CELLS)).any() or (places[:, 0] == places[:, 1]).any():
        raise SpecError(
            f"places are int64 [N, 2], two different cells 0 to {CELLS - 1} each, but these are "
            f"{places.dtype} {list(places.shape)}. Draw them with `draw_places` or convert them."
        )
