"""What a network believes of hidden facts, in NumPy."""

import numpy as np

from gamemeta.agent.shape.weights import Array, Take
from gamemeta.facts import Facts


class BeliefHeads:
    """`gamemeta.networks.beliefs.BeliefHeads`, and the probabilities that its logits stand for.

    Args:
        take: weights by name.
        facts: by name.
        known: F, numbers that the heads see.
        width: H, units of the hidden layer.
    Raises:
        AgentFileError: weights are missing or do not fit.
    """

    def __init__(self, take: Take, facts: Facts, known: int, width: int) -> None:
        self.hidden, self.bias = take("hidden", (width, known)), take("bias", (width,))
        self.matrices: dict[str, Array] = {}
        for k, (name, fact) in enumerate(facts.items()):
            if fact.places is None:
                self.matrices[name] = take(f"out.{k}", (fact.classes, width))
            else:
                rows, columns = fact.places
                by_row, by_column = take(f"rows.{k}", (rows, width)), take(f"columns.{k}", (columns, width))
                self.matrices[name] = (by_row[:, None] * by_column).reshape(-1, width)

    def __call__(self, known: Array) -> dict[str, Array]:
        """Probabilities [n, classes] of each fact by name, out of what is known [n, F]."""
        hidden = np.maximum(known @ self.hidden.T + self.bias, 0.0)
        return {name: softmax(hidden @ matrix.T) for name, matrix in self.matrices.items()}


def softmax(logits: Array) -> Array:
    """Probabilities [n, classes] that logits stand for."""
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    out: Array = weight / weight.sum(axis=-1, keepdims=True)
    return out
