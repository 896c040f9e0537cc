"""The network in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.agent.marks.by_fact import marks_of
from gamemeta.agent.marks.marks import MarkArray, Marks
from gamemeta.agent.reference.beliefs import BeliefHeads
from gamemeta.agent.reference.cells.cell import Stream, by_input, rms_norm
from gamemeta.agent.reference.cells.choices import ChoiceScores
from gamemeta.agent.reference.cells.registry import make_cells
from gamemeta.agent.reference.encoders.encoder import Encoder, Normaliser
from gamemeta.agent.shape.choices_shape import encoded, without_first_head
from gamemeta.agent.shape.config import ENORMOUS, NORMALISED, TABLE, NetworkConfig
from gamemeta.agent.shape.weights import Array, taken_from, within
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.trials.task_learner import Episode

LARGEST_LOG_STD = 20.0
"""Of what a continuous action is drawn from; its exponential must be a number."""


class Network:
    """The acting half of the network of an agent file.

    Raises:
        AgentFileError: weights are missing or do not fit the spec and the network's shape.
    """

    def __init__(self, agent: AgentFile) -> None:
        spec, take = agent.spec, taken_from(agent.weights)
        action = spec.action
        head_outputs = sum(action.heads) + action.continuous
        try:
            config = NetworkConfig.saved(agent.network)
            self.cells = make_cells(take, config, spec)
            self.normaliser = Normaliser(
                within(take, "normaliser."), spec.obs, reward=config.reward_input == NORMALISED
            )
            self.encoder = Encoder(
                within(take, "encoder."), encoded(spec), config.width, config.image_encoder
            )
        except ConfigError as error:
            raise AgentFileError(f"the network's shape is malformed: {error}") from error
        self.width = config.width
        self.actor = by_input(take("actor.weight", (head_outputs, config.width)))
        self.actor_bias = take("actor.bias", (head_outputs,))
        self.log_std = take("log_std", (action.continuous,)) if action.continuous else np.zeros(0, np.float32)
        if (self.log_std > LARGEST_LOG_STD).any():
            raise AgentFileError(
                f"the weights 'log_std' are above {LARGEST_LOG_STD:g}; training leads to less."
            )
        self.choice_actor = take("choice_actor", (config.choice_width,)) if TABLE in config.cells else None
        self.spec, self.choice_scores = spec, None
        if spec.choices is not None:
            scores = within(take, "choice_scores.")
            self.choice_scores = ChoiceScores(scores, spec.choices, config.width, config.choice_width)
        heads = within(take, "belief_heads.")
        self.marks = marks_of(agent.facts, spec)
        sizes = config.known, config.width
        self.beliefs = BeliefHeads(heads, agent.facts, *sizes, self.marks) if agent.facts else None

        ends = [0, *accumulate(cell.state_size for cell in self.cells)]
        self.state_size = ends[-1]
        self._columns = [slice(a, b) for a, b in pairwise(ends)]

    marks: Mapping[str, Marks] = {}
    """What its beliefs are read from besides memory, by fact."""
    adapts = False
    """Whether it learns from whole episodes, by `adapt`; else nobody collects them."""

    def adapt(self, state: dict[str, Array], episode: Episode) -> dict[str, Array]:
        """The state by name, [n, ...], after an episode: unchanged, since memory learns in every step."""
        return state

    def init(self, n: int) -> Array:
        """Cleared memories [n, state_size], those of all cells side by side."""
        return np.zeros((n, self.state_size), np.float32)

    def named(self, state: Array) -> dict[str, Array]:
        """The memory of each cell [n, ...] by name; writing to it changes the state."""
        return {f"cells.{k}": state[:, columns] for k, columns in enumerate(self._columns)}

    def spread(self, state: Array) -> Array:
        """Standard deviations of an action's continuous numbers, before they are squashed: [numbers], or one
        row for each memory."""
        return np.exp(self.log_std)

    def check(self, state: Array) -> None:
        """Check that these are memories that acting can lead to, as far as that can be seen.

        Raises:
            ValueError: they point to what does not exist, or are not finite or enormous.
        """
        for cell, (name, columns) in zip(self.cells, self.named(state).items(), strict=True):
            if not (np.abs(columns) < ENORMOUS).all():
                raise ValueError(f"{name} is NaN, infinite or enormous")
            cell.check(columns)

    def __call__(self, inputs: Mapping[str, NDArray[Any]], state: Array) -> tuple[Array, Array]:
        """Logits and means [n, sum of heads + numbers] and the new state, out of inputs [n, ...]."""
        stream, after = self._streamed(inputs, state)
        normal = rms_norm(stream.x)
        logits: Array = normal @ self.actor + self.actor_bias
        if stream.choices is not None and self.choice_actor is not None:
            logits = logits + stream.choices @ self.choice_actor
        if self.choice_scores is not None:
            logits[:, : self.choice_scores.count] = self.choice_scores(normal, stream.inputs)
        return logits, _side_by_side(after)

    def believed(
        self, inputs: Mapping[str, NDArray[Any]], state: Array, marks: Mapping[str, MarkArray]
    ) -> dict[str, Array]:
        """Probabilities [n, classes] of the values of each hidden fact by name, after a step out of inputs
        [n, ...] and the state before it, and the marks after it; none of an agent without beliefs."""
        if self.beliefs is None:
            return {}
        stream, _ = self._streamed(inputs, state)
        drawn = {name: one.drawn(marks[name]) for name, one in self.marks.items()}
        return self.beliefs(rms_norm(stream.x) if stream.posterior is None else stream.posterior, drawn)

    def _streamed(self, inputs: Mapping[str, NDArray[Any]], state: Array) -> tuple[Stream, list[Array]]:
        """The stream behind the last cell, and the new state of each cell."""
        seen = self.normaliser(inputs)
        stream = Stream(np.maximum(self.encoder(without_first_head(self.spec, seen)), 0.0), None, seen)
        after = [
            cell(stream, state[:, columns]) for cell, columns in zip(self.cells, self._columns, strict=True)
        ]
        return stream, after


def _side_by_side(states: Sequence[Array]) -> Array:
    return states[0] if len(states) == 1 else np.concatenate(states, axis=1)
