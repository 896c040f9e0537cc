"""The memory cells in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from gamemeta.agent.reference.encoders.encoder import Inputs
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.weights import Array, Take

EPSILON = np.float32(1e-5)
ONE, LEAST = np.float32(1), np.float32(-80)
"""Below `LEAST` a logistic function is 0 in all that follows from it, and its exponential would overflow."""


def sigmoid(x: Array) -> Array:
    """Logistic function, exact to a few roundings of itself where it is small.

    (1 + tanh(x / 2)) / 2 would be one call less. But a gate that hardly opens would then be off by a
    rounding of 1, in the same direction in every step, and a memory adds that up.
    """
    out: Array = ONE / (ONE + np.exp(-np.maximum(x, LEAST)))
    return out


def silu(x: Array) -> Array:
    """x times its logistic function."""
    out: Array = x * sigmoid(x)
    return out


def rms_norm(x: Array) -> Array:
    """The last axis at root mean square 1."""
    if len(x) == 1 and x.ndim == 2:  # calls on arrays take longer than on numbers
        row = x[0]
        alone: Array = x * np.float32(1.0 / math.sqrt(float(row.dot(row)) / row.size + 1e-5))
        return alone
    square = np.add.reduce(x * x, axis=-1, keepdims=True) / np.float32(x.shape[-1])
    out: Array = x / np.sqrt(square + EPSILON)
    return out


@dataclass
class Stream:
    """The values passed from cell to cell: features [n, D], features of each action [n, A, C], the inputs."""

    x: Array
    choices: Array | None
    inputs: Inputs
    posterior: Array | None = None
    """Mean and log variance [n, 2 L] of a latent."""


class Cell(ABC):
    """One cell with its weights, made of how to take them and of its `CellPlace`."""

    state_size: int
    """Numbers of memory of one agent."""

    @abstractmethod
    def __init__(self, take: Take, place: CellPlace) -> None: ...

    @abstractmethod
    def __call__(self, stream: Stream, state: Array) -> Array:
        """Bring the stream forward by one step; gives the new state [n, state_size]."""

    def check(self, state: Array) -> None:  # noqa: B027
        """Check that a state [n, state_size] is one that steps can lead to; it is finite already.

        Raises:
            ValueError: it is not.
        """


def by_input(weight: Array) -> Array:
    """[inputs, outputs] of [outputs, inputs], row by row: the faster way to multiply by it."""
    return np.ascontiguousarray(weight.T)
