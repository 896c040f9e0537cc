"""The image encoder in NumPy, as `gamemeta.networks.images` computes it. Pictures are [n, H, W, C]."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.weights import Array, Take, within
from gamemeta.networks.image_shape import IMAGE_SHAPES, ImageShape, halved
from gamemeta.spec import Buffer


def shifted(x: Array, border: float, step: int) -> list[Array]:
    """The nine neighbours of every place (every second with step 2), row after row; outside is `border`."""
    height, width = x.shape[1:3]
    out_height, out_width = (height, width) if step == 1 else (halved(height), halved(width))
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=border)
    rows, columns = step * (out_height - 1) + 1, step * (out_width - 1) + 1
    return [wide[:, i : i + rows : step, j : j + columns : step] for i in range(3) for j in range(3)]


def max_pool(x: Array) -> Array:
    """The largest of the nine neighbours of every second place."""
    largest, *others = shifted(x, -np.inf, 2)
    for other in others:
        largest = np.maximum(largest, other)
    return largest


class Convolution:
    """3x3 with the border filled up, as one matrix product."""

    def __init__(self, take: Take, inputs: int, outputs: int, stride: int = 1) -> None:
        weight = take("weight", (outputs, inputs, 3, 3))
        self.matrix = np.ascontiguousarray(weight.transpose(2, 3, 1, 0).reshape(9 * inputs, outputs))
        self.bias, self.stride = take("bias", (outputs,)), stride

    def __call__(self, x: Array) -> Array:
        out: Array = np.concatenate(shifted(x, 0.0, self.stride), axis=-1) @ self.matrix + self.bias
        return out


class Stage:
    """`networks.images.Stage`."""

    def __init__(self, take: Take, inputs: int, channels: int, shape: ImageShape) -> None:
        self.pooled = shape.pooled
        self.conv = Convolution(within(take, "conv."), inputs, channels, 1 if shape.pooled else 2)
        self.blocks = [
            tuple(
                Convolution(within(take, f"blocks.{k}.{name}."), channels, channels)
                for name in ("first", "second")
            )
            for k in range(shape.blocks)
        ]

    def __call__(self, x: Array) -> Array:
        x = self.conv(x)
        if self.pooled:
            x = max_pool(x)
        for first, second in self.blocks:
            x = x + second(np.maximum(first(np.maximum(x, 0.0)), 0.0))
        return x


class ImageEncoder:
    """`networks.images.ImageEncoder`.

    Raises:
        ConfigError: the picture is too small or too large.
        AgentFileError: weights are missing or do not fit.
    """

    def __init__(self, take: Take, buffer: Buffer, width: int, name: str) -> None:
        shape = IMAGE_SHAPES[name]
        before = (buffer.shape[-1], *shape.channels)
        self.stages = [
            Stage(within(take, f"stages.{k}."), before[k], channels, shape)
            for k, channels in enumerate(shape.channels)
        ]
        self.out = take("out", (width, shape.features(buffer)))

    def __call__(self, images: NDArray[np.uint8]) -> Array:
        """[n, width] out of [n, H, W, C]."""
        x: Array = images.astype(np.float32) / np.float32(255)
        for stage in self.stages:
            x = stage(x)
        out: Array = np.maximum(x, 0.0).reshape(len(x), -1) @ self.out.T
        return out
