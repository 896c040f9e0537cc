"""What minds believe of hidden facts, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.weights import Array
from gamemeta.errors import ConfigError
from gamemeta.facts import Facts

Belief = dict[str, float] | dict[str, Array] | Array
"""Probabilities of one fact: by the name of each value, numbers for a single mind, else [n]; or of places,
[rows, columns] for a single mind, else [n, rows, columns]."""


@dataclass
class LastStep:
    """What the last decision was made of: inputs [n, ...], and the state [n, S] before it."""

    inputs: Mapping[str, NDArray[Any]]
    state: Array


def need_facts(facts: Facts) -> None:
    """Raises ConfigError for an agent that has beliefs about nothing."""
    if not facts:
        raise ConfigError(
            "this agent has no beliefs about hidden facts. Train one that has, in a game that names some: "
            "gamemeta train maze --set ppo.belief_weight=1"
        )


def beliefs_of(network: Network, facts: Facts, last: LastStep | None) -> dict[str, Belief]:
    """What minds believe since their last decision.

    Raises:
        ConfigError: the agent has no beliefs, or its minds have decided nothing yet.
    """
    need_facts(facts)
    if last is None:
        raise ConfigError("these minds believe nothing yet: let them act first.")
    believed = network.believed(last.inputs, last.state)
    return {name: _named(believed[name], fact.words, fact.places) for name, fact in facts.items()}


def _named(believed: Array, words: tuple[str, ...], places: tuple[int, int] | None) -> Belief:
    alone = len(believed) == 1
    if places is not None:
        shaped = believed.reshape(-1, *places)
        return shaped[0] if alone else shaped
    if alone:
        return {word: float(p) for word, p in zip(words, believed[0], strict=True)}
    return {word: np.ascontiguousarray(column) for word, column in zip(words, believed.T, strict=True)}
