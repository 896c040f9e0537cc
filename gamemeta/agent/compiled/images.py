"""The image encoder of an agent in compiled code."""

import threading

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.compiled import image_kernels
from gamemeta.agent.reference.encoders.images import ImageEncoder
from gamemeta.agent.shape.weights import Array
from gamemeta.arithmetic.products import PANEL, panels

AT_ONCE = 256
"""Pixels whose surroundings lie side by side, at least those of one row."""


class CompiledImages:
    """Pictures [n, H, W, C] uint8 to what they add to the encoder's sum, [n, D].

    Args:
        encoder: whose weights are copied.
    """

    def __init__(self, encoder: ImageEncoder) -> None:
        self._shape, self._blocks = encoder.shape, len(encoder.stages[0].firsts)
        made = [convolution for stage in encoder.stages for convolution in stage.convolutions]
        self._weights = tuple(panels(convolution.matrix) for convolution in made)
        self._biases = tuple(np.array(convolution.bias, np.float32, order="C") for convolution in made)
        self._out = np.ascontiguousarray(encoder.out.T, np.float32)
        self._room = threading.local()
        self(np.zeros((1, *self._shape), np.uint8))  # compile now rather than in the middle of a game

    def __call__(self, pictures: NDArray[np.uint8]) -> Array:
        seen = np.empty((len(pictures), len(self._out)), np.float32)
        pictures = np.ascontiguousarray(pictures, np.uint8)
        image_kernels.features(pictures, self._weights, self._biases, self._blocks, self._rooms(), seen)
        out: Array = seen @ self._out
        return out

    def _rooms(self) -> tuple[Array, ...]:
        """Room for one picture on its way, kept by each thread."""
        if not hasattr(self._room, "arrays"):
            height, width, colours = self._shape
            most = max(len(bias) for bias in self._biases)
            depth = max(colours, most)
            small = ((height + 1) // 2) * ((width + 1) // 2) * most
            pixels = max(AT_ONCE, width)
            sizes = (
                height * width * most,
                max(small, height * width * colours),
                small,
                (height + 2) * (width + 2) * depth,
                pixels * 9 * depth,
                pixels * -(-most // PANEL) * PANEL,
            )
            self._room.arrays = tuple(np.zeros(size, np.float32) for size in sizes)
        arrays: tuple[Array, ...] = self._room.arrays
        return arrays
