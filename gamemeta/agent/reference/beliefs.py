"""What a network believes of hidden facts, in NumPy."""

from collections.abc import Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gamemeta.agent.marks.marks import Marks
from gamemeta.agent.marks.places import PlaceMarks
from gamemeta.agent.marks.things import ThingMarks
from gamemeta.agent.shape.belief_shape import UNITS
from gamemeta.agent.shape.weights import Array, Take, within
from gamemeta.facts import Facts


class MapHead:
    """`gamemeta.networks.beliefs.MapHead`.

    Args:
        take: weights by name.
        marks: of the fact.
    Raises:
        AgentFileError: weights are missing or do not fit.
    """

    def __init__(self, take: Take, marks: PlaceMarks) -> None:
        self.mode = "wrap" if marks.shown.wraps else "constant"
        self.near, self.near_bias = take("near", (UNITS, marks.planes, 3, 3)), take("near_bias", (UNITS,))
        self.far, self.far_bias = take("far", (UNITS, UNITS, 3, 3)), take("far_bias", (UNITS,))
        self.out, self.here = take("out", (UNITS,)), take("here", (marks.planes,))

    def __call__(self, drawn: Array) -> Array:
        """Logits [n, places] out of marks [n, planes, rows, columns]."""
        x = drawn.transpose(0, 2, 3, 1)
        near = self._around(x, self.near, self.near_bias)
        logits: Array = self._around(near, self.far, self.far_bias) @ self.out + x @ self.here
        return logits.reshape(len(drawn), -1)

    def _around(self, x: Array, weight: Array, bias: Array) -> Array:
        """A convolution of [n, rows, columns, units], cut off below 0."""
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), self.mode)  # type: ignore[call-overload]
        windows = sliding_window_view(padded, (1, 3, 3, 1)).reshape(*x.shape, 9).reshape(*x.shape[:3], -1)
        out: Array = np.maximum(windows @ weight.reshape(len(weight), -1).T + bias, 0.0)
        return out


class BeliefHeads:
    """`gamemeta.networks.beliefs.BeliefHeads`, and the probabilities that its logits stand for.

    Args:
        take: weights by name.
        facts: by name.
        known: F, numbers that the heads see.
        width: H, units of the hidden layer.
        marks: that are read besides.
    Raises:
        AgentFileError: weights are missing or do not fit.
    """

    def __init__(self, take: Take, facts: Facts, known: int, width: int, marks: Mapping[str, Marks]) -> None:
        self._things = [name for name, one in marks.items() if isinstance(one, ThingMarks)]
        seen = known + sum(marks[name].shape[0] for name in self._things)
        self.hidden, self.bias = take("hidden", (width, seen)), take("bias", (width,))
        self.matrices: dict[str, Array] = {}
        self.maps: dict[str, MapHead] = {}
        for k, (name, fact) in enumerate(facts.items()):
            if fact.places is None:
                self.matrices[name] = take(f"out.{k}", (fact.classes, width))
            else:
                rows, columns = fact.places
                by_row, by_column = take(f"rows.{k}", (rows, width)), take(f"columns.{k}", (columns, width))
                self.matrices[name] = (by_row[:, None] * by_column).reshape(-1, width)
            of_places = marks.get(name)
            if isinstance(of_places, PlaceMarks):
                self.maps[name] = MapHead(within(take, f"maps.{k}."), of_places)

    def __call__(self, known: Array, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Probabilities [n, classes] of each fact by name, out of what is known [n, F] and drawn
        marks."""
        seen = np.concatenate([known, *(drawn[name] for name in self._things)], axis=-1)
        hidden = np.maximum(seen @ self.hidden.T + self.bias, 0.0)
        logits = {name: hidden @ matrix.T for name, matrix in self.matrices.items()}
        for name, head in self.maps.items():
            logits[name] = logits[name] + head(drawn[name])
        return {name: softmax(one) for name, one in logits.items()}


def softmax(logits: Array) -> Array:
    """Probabilities [n, classes] that logits stand for."""
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    out: Array = weight / weight.sum(axis=-1, keepdims=True)
    return out
