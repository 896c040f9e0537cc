"""Lanes of a learner: one for each seat of each game, the seats of a game beside each other.

Learners and agents know lanes alone. Lane g * A + a is seat a of game g; with one seat, lanes are games.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game
from gamemeta_levels.kernel import combine, kernel


@kernel
def _seat_seeds(seeds: Any, seats: Any, out: Any) -> None:
    for i in range(seeds.shape[0]):
        out[i * seats] = seeds[i]
        for a in range(1, seats):
            out[i * seats + a] = combine(seeds[i], np.uint64(a))


@dataclass(frozen=True)
class SeatLanes:
    """The seats of N games as lanes.

    Args:
        n: games.
        seats: A, of each.
    """

    n: int
    seats: int

    @property
    def count(self) -> int:
        """The number of lanes."""
        return self.n * self.seats

    def by_game(self, lanes: NDArray[Any]) -> NDArray[Any]:
        """A view [N, A, ...] of what lanes [N * A, ...] have."""
        return lanes.reshape(self.n, self.seats, *lanes.shape[1:])

    def flat(self, games: NDArray[Any]) -> NDArray[Any]:
        """A view [N * A, ...] of what games [N, A, ...] have."""
        return games.reshape(self.count, *games.shape[2:])

    def each(self, games: NDArray[Any]) -> NDArray[Any]:
        """Values of games [N], repeated for every seat of them: [N * A]."""
        return games if self.seats == 1 else np.repeat(games, self.seats)

    def of_games(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The lanes of these games, [len(rows) * A]."""
        lanes: NDArray[np.int64] = (rows[:, None] * self.seats + np.arange(self.seats)).reshape(-1)
        return lanes

    def seeds(self, seeds: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """uint64 [N * A]: what each seat draws from, by the seeds of games [N]; first seats keep them."""
        if self.seats == 1:
            return seeds
        out = np.empty(self.count, np.uint64)
        _seat_seeds(seeds, self.seats, out)
        return out


def team_rewards(reward: NDArray[np.float32], teams: NDArray[np.int64], share: float) -> NDArray[np.float32]:
    """Rewards of which a share is the mean over the team.

    Args:
        reward: [T, N, A].
        teams: [A], number of each seat's team.
        share: 0 leaves rewards as they are, 1 gives all of a team the same.
    """
    mean = np.empty_like(reward)
    for team in np.unique(teams):
        members = teams == team
        mean[:, :, members] = reward[:, :, members].mean(axis=2, keepdims=True)
    shared: NDArray[np.float32] = ((1 - share) * reward + share * mean).astype(np.float32)
    return shared


def teams_of(game: Game) -> NDArray[np.int64]:
    """The team of each seat [A]."""
    return np.asarray(game.teams(), np.int64)


def sides_of(teams: NDArray[np.int64]) -> NDArray[np.int64]:
    """The side of each seat [A], from 0: its team, or itself where all are one team."""
    named, side = np.unique(teams, return_inverse=True)
    return side if len(named) > 1 else np.arange(len(teams))
