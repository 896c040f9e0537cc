"""Who plays which seat: in each trial the learner alone, or beside it one member of a pool.

The seats of a game are split into sides: teams, or single seats where all are one team. In a trial against a
member the learner plays one side, drawn evenly, and the member all others. Trial i draws all this from
(seed, i), and the member from the pool as it was when the trial began. A player has a memory in each
of its lanes, and no memory passes to another, for memories are cleared between trials.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.draws import redraw, units
from gamemeta.errors import ConfigError
from gamemeta.selfplay.pool import Match, Pool
from gamemeta.tensor_file import alike
from gamemeta.trials.lanes import SeatLanes, sides_of
from gamemeta.trials.streams import Stream, trial_seeds
from gamemeta.trials.task_learner import Decision, Inputs, Normals, Step, TaskLearner, TaskState

_SHARE_DRAW, _MEMBER_DRAW, _SIDE_DRAW = 1, 2, 3
NOBODY = -1
"""In place of a member's number, where the learner plays every seat."""


class Others:
    """Who plays the lanes of N games of a training.

    Args:
        pool: of the training.
        lanes: the seats of the games.
        teams: [A], number of each seat's team.
        seed: of the run.
    Raises:
        ConfigError: the game has a single seat.
    """

    def __init__(self, pool: Pool, lanes: SeatLanes, teams: NDArray[np.int64], seed: int) -> None:
        if lanes.seats == 1:
            raise ConfigError(
                f"selfplay.pool = {pool.config.pool!r}: this game has one seat, and nobody to play against. "
                "Give a game of several seats (--set game.others=outside, where it has this setting), or "
                "selfplay.pool=none."
            )
        self.pool, self.lanes, self.sides, self.seed = pool, lanes, sides_of(teams), seed
        self.member = np.full(lanes.n, NOBODY, np.int64)
        """[N], number of the member that a trial is played against, or `NOBODY`."""
        self.side = np.zeros(lanes.n, np.int64)
        """[N], the side that the learner plays in a trial against a member."""
        self._paid = np.zeros((2, lanes.n))
        """[2, N], what was paid in this match so far: mean over the learner's seats, and over the others."""
        self._matches: list[Match] = []

    @property
    def learner(self) -> NDArray[np.bool_]:
        """[N * A], whether the learner plays the lane."""
        learner = (self.member == NOBODY)[:, None] | (self.side[:, None] == self.sides)
        return self.lanes.flat(learner)

    def draw(self, rows: NDArray[np.int64], trials: NDArray[np.int64]) -> None:
        """Decide who plays these trials [R], which begin in the games `rows` [R]."""
        draws = trial_seeds(self.seed, Stream.OTHERS, trials)
        self.member[rows] = NOBODY
        self.side[rows] = redraw(draws, _SIDE_DRAW) % np.uint64(self.sides.max() + 1)
        against = units(draws, _SHARE_DRAW) < self.pool.config.share
        if against.any() and not self.pool.empty:
            self.member[rows[against]] = self.pool.choose(units(draws[against], _MEMBER_DRAW))

    def step(
        self, learner: Step, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]
    ) -> tuple[TaskState, Decision]:
        """A step of all lanes [N * A], each by its player; `learner` is the learner's step."""
        if not self.met:
            return learner(state, inputs, reset)
        after, parts = {name: array.copy() for name, array in state.items()}, []
        steps = [(learner, self.learner), *((m.step, lanes) for m, lanes in self._members())]
        for step, lanes in steps:
            rows = np.flatnonzero(lanes)
            theirs = {name: array[rows] for name, array in state.items()}
            seen = {name: array[rows] for name, array in inputs.items()}
            newest, decision = step(theirs, seen, reset[rows])
            for name, array in newest.items():
                after[name][rows] = array
            parts.append((rows, decision))
        return after, _together(len(reset), parts)

    def players(self, learner: TaskLearner) -> list[tuple[TaskLearner, NDArray[np.bool_]]]:
        """The learner and all members that are met, with the lanes [N * A] that each plays."""
        return [(learner, self.learner), *self._members()]

    def _members(self) -> Iterator[tuple[TaskLearner, NDArray[np.bool_]]]:
        learners, member = self.learner, self.lanes.each(self.member)
        for number in sorted(self.met):
            yield self.pool.get(number).learner, ~learners & (member == number)

    def note(self, reward: NDArray[np.float32], ended: NDArray[np.bool_]) -> None:
        """Count the rewards [N, A] of a step, and the matches that ended with it, [N]."""
        learner = self.lanes.by_game(self.learner)
        for k, seats in enumerate((learner, ~learner)):
            self._paid[k] += np.where(seats, reward, 0.0).sum(axis=1) / np.maximum(seats.sum(axis=1), 1)
        for i in np.flatnonzero(ended & (self.member != NOBODY)):
            mine, theirs = self._paid[:, i]
            won = 0.5 if mine == theirs else float(theirs > mine)
            self._matches.append(Match(int(self.member[i]), won))
        self._paid[:, ended] = 0.0

    def take_matches(self) -> list[Match]:
        """The matches against members that ended since the last call."""
        matches, self._matches = self._matches, []
        return matches

    @property
    def met(self) -> set[int]:
        """Numbers of the members whose trials go on."""
        return set(self.member.tolist()) - {NOBODY}

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        return {"member": self.member.copy(), "side": self.side.copy(), "paid": self._paid.copy()}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave; the pool must have been loaded before.

        Raises:
            KeyError, ValueError: these arrays do not fit.
        """
        for name, array in (("member", self.member), ("side", self.side), ("paid", self._paid)):
            array[:] = alike(state, name, array)
        if (self.side < 0).any() or (self.side > self.sides.max()).any():
            raise ValueError("others.side names sides that this game does not have")
        for number in self.met:
            self.pool.get(number)


def _together(n: int, parts: Sequence[tuple[NDArray[np.int64], Decision]]) -> Decision:
    """Decisions for some lanes each, as one for all n lanes."""
    rows, decisions = [rows for rows, _ in parts], [decision for _, decision in parts]

    def one(arrays: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        each = list(arrays)
        whole = np.empty((n, *each[0].shape[1:]), np.float32)
        for lanes, array in zip(rows, each, strict=True):
            whole[lanes] = array
        return whole

    numbers = [d.continuous for d in decisions if d.continuous is not None]
    return Decision(
        logits=tuple(one(heads) for heads in zip(*(d.logits for d in decisions), strict=True)),
        value=one(d.value for d in decisions),
        continuous=Normals(one(m.mean for m in numbers), one(m.log_std for m in numbers))
        if numbers
        else None,
    )
