"""What an agent thinks of the person whom it plays against or with, in sentences with probabilities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.runtime import Mind
from gamemeta.facts import Habit
from gamemeta.games.game import Game

OPENINGS = 8
"""Next matches whose maps a guess is the mean over: what belongs to one map is no habit."""
SURE = 0.25
"""How far the likeliest value must be from even chances (0) to certainty (1) for an agent to be sure."""


@dataclass(frozen=True)
class Opening:
    """What an agent is shown when a match begins.

    Args:
        obs: by name, of its seat alone.
        reward: of the last step of the match before.
    """

    obs: Mapping[str, NDArray[Any]]
    reward: float


@dataclass(frozen=True)
class Guess:
    """What an agent thinks of a person in one respect.

    Args:
        question: what it is about, after "not sure": "which exit you make for".
        chances: the probability of each value, by its sentence.
    """

    question: str
    chances: Mapping[str, float]

    @property
    def is_sure(self) -> bool:
        """Whether the likeliest value stands out from even chances."""
        even = 1 / len(self.chances)
        return max(self.chances.values()) >= even + SURE * (1 - even)


def guesses_of(mind: Mind, game: Game, openings: Iterable[Opening]) -> dict[str, Guess]:
    """The mean belief of a mind over several matches that might begin now; the mind stays as it is.

    Args:
        mind: a single one, with beliefs, at the end of a match.
        game: whose sentences are used.
        openings: of these matches, one or more.

    Returns: by fact, the one that the game puts first in front. Facts about places are left out.
    """
    memory, believed = mind.memory, []
    for opening in openings:
        other = mind.agent.resume(memory)
        other.decide(opening.obs, opening.reward, True)
        believed.append(other.beliefs())
    facts, order = mind.agent.facts, list(game.guesses)
    means: dict[str, Guess] = {}
    for name in sorted(facts, key=lambda one: order.index(one) if one in order else len(order)):
        fact = facts[name]
        if fact.places is not None:
            continue
        habit = game.guesses.get(name) or Habit(
            question=name, sentences=tuple(f"{name}: {word}" for word in fact.words)
        )
        chances = np.mean([list(one[name].values()) for one in believed], axis=0)  # type: ignore[union-attr]
        means[name] = Guess(habit.question, dict(zip(habit.sentences, chances.tolist(), strict=True)))
    return means
