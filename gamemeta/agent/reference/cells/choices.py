"""One step of choices that an observation describes in NumPy: the cell in front, and the scores behind."""

import numpy as np

from gamemeta.action_mask import ACTION_MASK
from gamemeta.agent.reference.cells.cell import Cell, Stream, silu
from gamemeta.agent.reference.encoders.encoder import Inputs
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.choices_shape import PREVIOUS
from gamemeta.agent.shape.weights import Array, Take
from gamemeta.spec import Choices as Described


class Choices(Cell):
    """`gamemeta.networks.cells.choices.cell.Choices`."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        assert place.spec.choices is not None
        self.name, (self.count, features) = place.spec.choices.name, place.spec.choices.shape
        self.state_size = place.spec.choices.size + 1
        width, units = place.config.width, place.config.choice_width
        self.look, self.look_bias = take("look", (units, features)), take("look_bias", (units,))
        self.out, self.taken = take("out", (width, 2 * units)), take("taken", (width, units))

    def __call__(self, stream: Stream, state: Array) -> Array:
        f, n = stream.inputs[self.name], len(state)
        seen = silu(f @ self.look.T + self.look_bias)
        if ACTION_MASK in stream.inputs:
            seen = seen * (stream.inputs[ACTION_MASK][:, : self.count] != 0)[..., None]
        both = np.concatenate([seen.mean(axis=1), seen.max(axis=1)], axis=1)
        code = stream.inputs[PREVIOUS][:, 0].astype(np.int64)
        before = state[:, :-1].reshape(f.shape)[np.arange(n), np.maximum(code, 1) - 1]
        known = (state[:, -1] * (code > 0))[:, None]
        taken = silu(before @ self.look.T + self.look_bias) * known
        stream.x = stream.x + both @ self.out.T + taken @ self.taken.T
        return np.concatenate([f.reshape(n, -1), np.ones_like(state[:, :1])], axis=1)


class ChoiceScores:
    """`gamemeta.networks.cells.choices.scores.ChoiceScores`."""

    def __init__(self, take: Take, choices: Described, width: int, units: int) -> None:
        self.name, self.count = choices.name, choices.shape[0]
        self.look = take("look", (units, choices.shape[1]))
        self.context, self.context_bias = take("context", (units, width)), take("context_bias", (units,))
        self.actor = take("actor", (units,))

    def __call__(self, normal: Array, inputs: Inputs) -> Array:
        """Logits [n, M] out of features [n, D] of root mean square 1."""
        context = normal @ self.context.T + self.context_bias
        logits: Array = silu(inputs[self.name] @ self.look.T + context[:, None, :]) @ self.actor
        return logits
