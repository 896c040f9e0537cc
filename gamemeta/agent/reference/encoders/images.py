"""The encoder of images in NumPy, as `gamemeta.networks.encoders.images` has it: pictures [n, H, W, C]."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.shape.image_shape import IMAGE_SHAPES
from gamemeta.agent.shape.weights import Array, Take, within
from gamemeta.spec import Image


def neighbours(x: Array, border: float, step: int = 1) -> list[Array]:
    """Of every step-th place the nine places around it, row after row; what lies outside is `border`."""
    height, width = x.shape[1:3]
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=border)
    return [wide[:, i : i + height : step, j : j + width : step] for i in range(3) for j in range(3)]


def max_pool(x: Array) -> Array:
    """The largest of the nine around every second place."""
    largest, *others = neighbours(x, -np.inf, 2)
    for other in others:
        largest = np.maximum(largest, other)
    return largest


class Convolution:
    """3x3 with the border filled up, as one matrix product."""

    def __init__(self, take: Take, inputs: int, outputs: int) -> None:
        weight = take("weight", (outputs, inputs, 3, 3))
        self.matrix = np.ascontiguousarray(weight.transpose(2, 3, 1, 0).reshape(9 * inputs, outputs))
        self.bias = take("bias", (outputs,))

    def __call__(self, x: Array) -> Array:
        rows = np.concatenate(neighbours(x, 0.0), axis=-1).reshape(-1, len(self.matrix))
        out: Array = rows @ self.matrix + self.bias
        return out.reshape(*x.shape[:3], -1)


class Stage:
    """`networks.encoders.images.Stage`."""

    def __init__(self, take: Take, inputs: int, channels: int, blocks: int) -> None:
        self.conv = Convolution(within(take, "conv."), inputs, channels)
        self.firsts, self.seconds = (
            [Convolution(within(take, f"blocks.{k}.{name}."), channels, channels) for k in range(blocks)]
            for name in ("first", "second")
        )

    @property
    def convolutions(self) -> list[Convolution]:
        """In the order of their work."""
        pairs = zip(self.firsts, self.seconds, strict=True)
        return [self.conv, *(convolution for pair in pairs for convolution in pair)]

    def __call__(self, x: Array) -> Array:
        x = max_pool(self.conv(x))
        for first, second in zip(self.firsts, self.seconds, strict=True):
            x = x + second(np.maximum(first(np.maximum(x, 0.0)), 0.0))
        return x


class ImageEncoder:
    """`networks.encoders.images.ImageEncoder`.

    Raises:
        ConfigError: the picture is too small or too large.
        AgentFileError: weights are missing or do not fit.
    """

    def __init__(self, take: Take, buffer: Image, width: int, name: str) -> None:
        shape = IMAGE_SHAPES[name]
        before = (buffer.shape[-1], *shape.channels)
        self.stages = [
            Stage(within(take, f"stages.{k}."), before[k], channels, shape.blocks)
            for k, channels in enumerate(shape.channels)
        ]
        self.out = take("out", (width, shape.features(buffer)))
        self.shape = buffer.shape

    def __call__(self, images: NDArray[np.uint8]) -> Array:
        """[n, width] out of [n, H, W, C]."""
        x: Array = images.astype(np.float32) / np.float32(255)
        for stage in self.stages:
            x = stage(x)
        out: Array = np.maximum(x, 0.0).reshape(len(x), -1) @ self.out.T
        return out
