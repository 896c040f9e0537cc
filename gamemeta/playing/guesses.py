"""What an agent thinks of the person whom it plays against or with, in sentences with probabilities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.runtime import Mind
from gamemeta.games.game import Game

OPENINGS = 8
"""Next matches whose maps a guess is the mean over: what belongs to one map is no habit."""


@dataclass(frozen=True)
class Opening:
    """What an agent is shown when a match begins.

    Args:
        obs: by name, of its seat alone.
        reward: of the last step of the match before.
    """

    obs: Mapping[str, NDArray[Any]]
    reward: float


def guesses_of(mind: Mind, game: Game, openings: Iterable[Opening]) -> dict[str, dict[str, float]]:
    """The mean belief of a mind over several matches that might begin now; the mind stays as it is.

    Args:
        mind: a single one, with beliefs, at the end of a match.
        game: whose sentences are used.
        openings: of these matches, one or more.

    Returns: by fact, the probability of each value in a sentence. Facts about places are left out.
    """
    memory, believed = mind.memory, []
    for opening in openings:
        other = mind.agent.resume(memory)
        other.decide(opening.obs, opening.reward, True)
        believed.append(other.beliefs())
    means: dict[str, dict[str, float]] = {}
    for name, fact in mind.agent.facts.items():
        if fact.places is not None:
            continue
        sentences = game.guesses.get(name) or [f"{name}: {word}" for word in fact.words]
        chances = np.mean([list(one[name].values()) for one in believed], axis=0)  # type: ignore[union-attr]
        means[name] = dict(zip(sentences, chances.tolist(), strict=True))
    return means
