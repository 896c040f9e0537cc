"""The memory cells in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gamemeta.agent.reference.encoder import Inputs
from gamemeta.agent.shape.weights import Array

EPSILON = np.float32(1e-5)
HALF, ONE = np.float32(0.5), np.float32(1)


def sigmoid(x: Array) -> Array:
    """Logistic function, by way of tanh so that nothing overflows."""
    out: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
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
    """What flows from cell to cell: features [n, D], what is known of each action [n, A, C], the inputs."""

    x: Array
    choices: Array | None
    inputs: Inputs


class Cell(Protocol):
    """One cell with its weights."""

    state_size: int

    def __call__(self, stream: Stream, state: Array) -> Array:
        """Bring the stream forward; gives the new state [n, state_size]."""
        ...


def by_input(weight: Array) -> Array:
    """[inputs, outputs] of [outputs, inputs], row by row: the faster way to multiply by it."""
    return np.ascontiguousarray(weight.T)


def halves(width: int, halved: tuple[bool, bool, bool]) -> Array:
    """One half or 1 for every row [3 width]."""
    return np.repeat(np.where(halved, HALF, ONE), width)
