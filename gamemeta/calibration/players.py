"""What every table of players shares: the call, finding a player by name, and checks of what it is given.

Every player is called as `player(instances, n, seed, *, first=0, **parameters) -> [N]`: the total reward
on each of N instances over n pulls (bandits) or n episodes (MDPs, grid). `seed` is what chance and the
player draw from; instance i draws from (seed, first + i, step) alone, so that a batch may be played in
parts, in any order, with `first` the number of the part's first instance.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import ConfigError, UnknownName
from gamemeta_levels.kernel import combine
from gamemeta_levels.split import MAX_SEED

Returns = NDArray[np.float64]
Player = Callable[..., Returns]

_WORLD, _PLAYER, _INSTANCE = 1, 2, 3


def find_player(players: Mapping[str, Player], name: str, parameters: Iterable[str] = ()) -> Player:
    """The player called `name`, which must take these parameters.

    Raises: UnknownName that lists the names there are, ConfigError that lists the parameters.
    """
    if name not in players:
        raise UnknownName(f"no player called {name!r}. Choose one of: {', '.join(players)}.")
    known = parameters_of(players[name])
    for parameter in parameters:
        if parameter not in known:
            raise ConfigError(f"{name} has no parameter {parameter!r}. Choose one of: {', '.join(known)}.")
    return players[name]


def parameters_of(player: Player) -> tuple[str, ...]:
    """The names that a player takes by keyword."""
    taken = inspect.signature(player).parameters.values()
    return tuple(parameter.name for parameter in taken if parameter.kind is parameter.KEYWORD_ONLY)


def as_rows(instances: NDArray[Any]) -> NDArray[Any]:
    """The array itself, or a copy where kernels would be compiled anew: strided or read-only memory."""
    return np.require(instances, requirements=["C", "W"])


def world_seed(seed: int) -> np.uint64:
    """Stream of chance: the same for every player, so that all of them meet the same draws."""
    return np.uint64(combine(np.uint64(seed), _WORLD))


def player_seed(seed: int) -> np.uint64:
    """Stream of a player's random decisions."""
    return np.uint64(combine(np.uint64(seed), _PLAYER))


def level_seeds(N: int, seed: int, first: int = 0) -> NDArray[np.int64]:
    """Seeds [N] of the levels that are instances first .. first + N - 1 of a seed.

    Raises: ConfigError for sizes out of range.
    """
    check_at_least("N", N, 0)
    check_run(1, seed, first)
    key = np.uint64(combine(np.uint64(seed), _INSTANCE))
    drawn = [combine(key, np.uint64(first + i)) & MAX_SEED for i in range(N)]
    return np.array(drawn, np.int64)


def check_at_least(name: str, value: float, least: float) -> None:
    """Raises ConfigError unless value >= least (so also for NaN)."""
    if not value >= least:
        raise ConfigError(f"{name} is {value}, but must be at least {least}. Give a larger {name}.")


def check_share(name: str, value: float) -> None:
    """Raises ConfigError unless 0 <= value <= 1."""
    if not 0.0 <= value <= 1.0:
        raise ConfigError(f"{name} is {value}, but is a share. Give a number from 0 to 1.")


def check_run(n: int, seed: int, first: int) -> None:
    """Raises ConfigError unless n >= 1, first >= 0 and the seed fits 64 bits without a sign."""
    check_at_least("n", n, 1)
    check_at_least("first", first, 0)
    if not 0 <= seed < 2**64:
        raise ConfigError(f"seed is {seed}, but must lie in [0, 2**64). Give another seed.")
