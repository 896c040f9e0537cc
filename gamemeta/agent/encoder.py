"""From inputs to features in NumPy, as `gamemeta.networks` computes them for one step of n agents."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.images import ImageEncoder
from gamemeta.agent.weights import Array, Take, weight_name, within
from gamemeta.normalising import normalised
from gamemeta.spec import Buffer

Inputs = Mapping[str, NDArray[Any]]


class Normaliser:
    """`networks.normaliser.Normaliser`: inputs with normalised quantities in place of raw ones."""

    def __init__(self, take: Take, obs: tuple[Buffer, ...]) -> None:
        self._statistics = [
            (b.name, take(f"{k}.mean", b.shape), take(f"{k}.deviation", b.shape))
            for k, b in enumerate(b for b in obs if b.normalised)
        ]

    def __call__(self, inputs: Inputs) -> Inputs:
        seen = {name: normalised(inputs[name], mean, by) for name, mean, by in self._statistics}
        return {**inputs, **seen}


class Encoder:
    """`networks.encoder.Encoder` before its ReLU."""

    def __init__(self, take: Take, buffers: tuple[Buffer, ...], width: int, image_encoder: str) -> None:
        self._bias = take("bias", (width,))
        self._tables = [
            (b, take(f"tables.{weight_name(b.name)}", (b.rows, width))) for b in buffers if not b.image
        ]
        self._images = [
            (b.name, ImageEncoder(within(take, f"images.{k}."), b, width, image_encoder))
            for k, b in enumerate(b for b in buffers if b.image)
        ]

    def __call__(self, inputs: Inputs) -> Array:
        """bias + sum over buffers of rows looked up, quantities times a matrix, and images seen: [n, D]."""
        n = len(next(iter(inputs.values())))
        x = np.repeat(self._bias[None], n, axis=0)
        for name, image in self._images:
            x += image(inputs[name])
        for buffer, table in self._tables:
            values = inputs[buffer.name].reshape(n, buffer.size)
            if buffer.codes:
                x += table[values + np.arange(buffer.size) * buffer.codes].sum(axis=1)
            else:
                x += values @ table
        return x
