"""Earlier selves of an agent in training: frozen networks, and how often each wins against it.

A member is drawn with a chance that depends on the kind of the pool:

- `uniform`: all alike (fictitious self-play, Heinrich et al. 2015).
- `recent`: its rank by age, so the oldest of n has weight 1 and the youngest n.
- `hardest`: the share of matches that it wins against the present agent (prioritised fictitious self-play
  with the weight 1 - x, Vinyals et al. 2019). A match that nobody wins counts one half, and so does
  one that is added to what was played, for members whose matches are few or long ago.

Everything changes between iterations alone. A member that gave up its place is not drawn any more; it stays
until the last trial against it has ended, so that a trial is played against the same other to its end.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.selfplay.config import HARDEST, RECENT, SelfPlayConfig
from gamemeta.tensor_file import alike
from gamemeta.trials.task_learner import TaskLearner

FADE = 0.99
"""What is left of the count of matches after an iteration (Vinyals et al. 2019, pseudocode of the league)."""


@dataclass(frozen=True)
class Match:
    """How a match against a member ended."""

    member: int
    """Its number."""
    won: float
    """What it won against the agent: 1, or 1/2 where both were paid alike, or 0."""


@dataclass
class Member:
    """An earlier self."""

    number: int
    """How many joined before it."""
    learner: TaskLearner
    wins: float = 0.0
    """Matches it won lately against the agent."""
    matches: float = 0.0
    """Matches it played lately against the agent."""
    drawn: bool = True
    """Whether new trials may be played against it."""

    @property
    def share_won(self) -> float:
        """Of the matches it played lately, and of one that it half won."""
        return (self.wins + 0.5) / (self.matches + 1.0)


class Pool:
    """The earlier selves of one training; at most `size` to draw from, and as many that are still met.

    Args:
        config: settings.
        learner: the agent in training.
    """

    def __init__(self, config: SelfPlayConfig, learner: TaskLearner) -> None:
        self.config, self._learner = config, learner
        self.members: list[Member] = []
        """From the oldest to the youngest."""
        self.joined = 0
        """How many ever joined."""
        self._won, self._met = 0.0, 0
        self._set_chances()

    def choose(self, units: NDArray[np.float64]) -> NDArray[np.int64]:
        """The number of a member for each unit [R] in [0, 1); there must be a member."""
        place = np.searchsorted(self._cumulative, units * self._cumulative[-1], side="right")
        chosen: NDArray[np.int64] = self._numbers[np.minimum(place, len(self._numbers) - 1)]
        return chosen

    @property
    def empty(self) -> bool:
        """Whether the pool is empty."""
        return not len(self._numbers)

    def chances(self) -> NDArray[np.float64]:
        """How likely each of the members is to be drawn, in their order; with sum 1."""
        weight = np.array([member.drawn for member in self.members], np.float64)
        if self.config.pool == RECENT:
            weight *= weight.cumsum()
        elif self.config.pool == HARDEST:
            weight *= [member.share_won for member in self.members]
        return weight / float(weight.sum()) if len(weight) else weight

    def get(self, number: int) -> Member:
        """The member of this number. Raises KeyError where it has left."""
        for member in self.members:
            if member.number == number:
                return member
        raise KeyError(f"the pool has no member {number}")

    def update(self, iteration: int, matches: Iterable[Match], met: Collection[int]) -> None:
        """Take in an iteration, and the agent as it is now where it is time.

        Args:
            iteration: how many iterations there were, this one among them.
            matches: those that ended in it.
            met: numbers of the members against whom trials go on.
        """
        self._count(matches)
        self.members = [m for m in self.members if m.drawn or m.number in met]
        if iteration % self.config.every == 0 and len(self.members) < 2 * self.config.size:
            self._add(met)
        self._set_chances()

    def _count(self, matches: Iterable[Match]) -> None:
        for member in self.members:
            member.wins *= FADE
            member.matches *= FADE
        self._won, self._met = 0.0, 0
        for match in matches:
            member = self.get(match.member)
            member.wins += match.won
            member.matches += 1.0
            self._won, self._met = self._won + 1.0 - match.won, self._met + 1

    def _add(self, met: Collection[int]) -> None:
        """Freeze the agent; where the pool is full, the least likely member, the oldest of them, leaves."""
        if sum(member.drawn for member in self.members) == self.config.size:
            chances = np.where([m.drawn for m in self.members], self.chances(), np.inf)
            least = self.members[int(chances.argmin())]
            least.drawn = False
            if least.number not in met:
                self.members.remove(least)
        self.members.append(Member(self.joined, self._learner.frozen()))
        self.joined += 1

    def _set_chances(self) -> None:
        drawn = [member.drawn for member in self.members]
        self._numbers = np.array([m.number for m in self.members if m.drawn], np.int64)
        self._cumulative = self.chances()[drawn].cumsum() if drawn else np.zeros(0)

    def report(self) -> dict[str, float]:
        """How it stands, for the log: members, and what the agent won of the last iteration's matches
        against them."""
        won = {"pool_won": self._won / self._met} if self._met else {}
        return {"pool_members": float(len(self._numbers)), **won}

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        members = self.members
        state: dict[str, NDArray[Any]] = {
            "joined": np.array([self.joined]),
            "number": np.array([m.number for m in members], np.int64),
            "wins": np.array([m.wins for m in members], np.float64),
            "matches": np.array([m.matches for m in members], np.float64),
            "drawn": np.array([m.drawn for m in members], np.bool_),
        }
        for m in members:
            state |= {f"weights.{m.number}.{name}": x for name, x in m.learner.state_dict().items()}
        return state

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned.

        Raises:
            KeyError, ValueError, RuntimeError: these arrays do not fit.
        """
        number, joined = state["number"], alike(state, "joined", np.array([0]))
        if number.ndim != 1 or len(number) > 2 * self.config.size or number.dtype != np.int64:
            raise ValueError(f"a pool of {number.dtype} {number.shape} members")
        numbers = number.tolist()
        if len(set(numbers)) != len(numbers) or not all(0 <= each < joined[0] for each in numbers):
            raise ValueError("a pool whose members never joined it, or twice")
        kinds = {"wins": np.float64, "matches": np.float64, "drawn": np.bool_}
        counts = [alike(state, name, np.zeros(len(numbers), kind)) for name, kind in kinds.items()]
        if any((count < 0).any() for count in counts[:2]):
            raise ValueError("a pool whose members played less than no match")
        self.members = []
        for number, wins, matches, drawn in zip(numbers, *(count.tolist() for count in counts), strict=True):
            member = Member(number, self._learner.frozen(), wins, matches, drawn)
            names, prefix = member.learner.state_dict(), f"weights.{number}."
            member.learner.load_state_dict({name: state[prefix + name] for name in names})
            self.members.append(member)
        self.joined = int(joined[0])
        self._set_chances()
