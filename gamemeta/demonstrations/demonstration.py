"""One demonstrated trial: the steps of one player on one level, episode after episode."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.trials.task_learner import Inputs
from gamemeta_levels.split import split_of

GOES_ON, TERMINATED, TRUNCATED = 0, 1, 2
"""What a step did to its episode."""
PERSON, SOLVER, AGENT, RECORDER = "person", "solver", "agent", "recorder"
KINDS = (PERSON, SOLVER, AGENT, RECORDER)
"""Who plays in demonstrations."""
NO_SEED = -1
"""Of a level that was not generated, but drawn by hand or changed."""


@dataclass(frozen=True)
class PlayedLevel:
    """The level of a trial, by name.

    Args:
        content_hash: of its content; 0 where nobody knows the level.
        seed: what it was generated from, or `NO_SEED`.
        held_out: whether its family keeps the levels of each split from the others.
    """

    content_hash: int = 0
    seed: int = NO_SEED
    held_out: bool = True

    @property
    def known(self) -> bool:
        """Whether the level has a name."""
        return self.content_hash != 0

    @property
    def digest(self) -> str:
        """16 hexadecimal digits; nothing for a level that nobody knows."""
        return f"{self.content_hash:016x}" if self.known else ""

    @property
    def split(self) -> str:
        """`train`, `validation` or `test` by its content; `any` where nothing is held out, `unknown` where
        nobody knows the level, and `own` where it was not generated."""
        if not self.known:
            return "unknown"
        if not self.held_out:
            return "any"
        return split_of(self.content_hash) if self.seed != NO_SEED else "own"

    @property
    def is_for_tests(self) -> bool:
        """Whether agents are judged on it, so that none is cloned from it."""
        return self.split in ("validation", "test")


@dataclass(frozen=True)
class Player:
    """Who played.

    Args:
        kind: one of `KINDS`.
        name: of the solver's label, the agent's digest, or the recorder; may be empty.
    """

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


@dataclass(frozen=True, eq=False)
class Demonstration:
    """The T steps of one player in a trial.

    Args:
        obs: what the player saw before each step, [T, ...] by the name of the buffer.
        action: what was played, [T, heads + numbers].
        reward: float32 [T], what each step earned; zeros where nobody knows.
        end: uint8 [T]: `GOES_ON`, `TERMINATED` or `TRUNCATED`.
        imitated: bool [T], whether the player chose the action, so that it can be learned from.
        level: that was played.
        player: who played.
        seat: in which seat.
    """

    obs: Inputs
    action: NDArray[np.generic]
    reward: NDArray[np.float32]
    end: NDArray[np.uint8]
    imitated: NDArray[np.bool_]
    level: PlayedLevel
    player: Player
    seat: int = 0

    @property
    def steps(self) -> int:
        """T."""
        return len(self.reward)

    @property
    def episode(self) -> NDArray[np.int64]:
        """The number of the episode of each step, from 0: [T]."""
        ended = (self.end != GOES_ON).astype(np.int64)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(ended)[:-1]])

    @property
    def episodes(self) -> int:
        """How many episodes it has, the last of which may have no end."""
        return int(self.episode[-1]) + 1
