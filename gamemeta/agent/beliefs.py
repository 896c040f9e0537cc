"""What minds believe of hidden facts, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.marks.marks import MARKS
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.weights import Array
from gamemeta.errors import ConfigError
from gamemeta.facts import Facts
from gamemeta.tensor_file import alike

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
            "this agent has no beliefs about hidden facts. In a game that names some, such as maze, train "
            "them alone: gamemeta train maze --from AGENT --set ppo.belief_weight=1 "
            "--set ppo.beliefs_only=true"
        )


class BeliefRecord:
    """What minds need to tell what they believe: their last decision, and what they met at places.

    Args:
        network: of the agent.
        facts: that it has beliefs about.
        n: number of minds.
    """

    def __init__(self, network: Network, facts: Facts, n: int) -> None:
        self._network, self._facts = network, facts
        self._marks = {name: marks.init(n) for name, marks in network.marks.items()}
        self._last: LastStep | None = None

    def note(self, inputs: Mapping[str, NDArray[Any]], state: Array, start: NDArray[np.bool_]) -> None:
        """Note a decision out of inputs [n, ...] and the state before it; `start` [n]: who knew nothing."""
        self._last = LastStep(inputs, state.copy())
        for name, marks in self._network.marks.items():
            self._marks[name] = marks.after(self._marks[name], inputs, start)

    def beliefs(self) -> dict[str, Belief]:
        """What minds believe since their last decision.

        Raises:
            ConfigError: the agent has no beliefs, or its minds have decided nothing yet.
        """
        need_facts(self._facts)
        if self._last is None:
            raise ConfigError("these minds believe nothing yet: let them act first.")
        believed = self._network.believed(self._last.inputs, self._last.state, self._marks)
        return {name: _named(believed[name], fact.words, fact.places) for name, fact in self._facts.items()}

    def state(self) -> dict[str, NDArray[Any]]:
        """Marks by name, for a save game."""
        return {MARKS + name: array for name, array in self._marks.items()}

    def load_state(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave; memories from other languages have no marks, which then begin anew.

        Raises:
            ValueError: they do not fit.
        """
        for name, marks in self._network.marks.items():
            if MARKS + name in saved:
                self._marks[name] = alike(saved, MARKS + name, self._marks[name]).copy()
                marks.check(self._marks[name])


def _named(believed: Array, words: tuple[str, ...], places: tuple[int, int] | None) -> Belief:
    alone = len(believed) == 1
    if places is not None:
        shaped = believed.reshape(-1, *places)
        return shaped[0] if alone else shaped
    if alone:
        return {word: float(p) for word, p in zip(words, believed[0], strict=True)}
    return {word: np.ascontiguousarray(column) for word, column in zip(words, believed.T, strict=True)}
