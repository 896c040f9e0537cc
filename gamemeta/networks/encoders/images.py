"""From pictures to what they add to the encoder's sum: residual convolutions, then a linear layer."""

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from gamemeta.agent.shape.image_shape import IMAGE_SHAPES
from gamemeta.networks.functions.functions import MaxPool, apply
from gamemeta.networks.precision import factor_type
from gamemeta.spec import Image

AT_ONCE = 1 << 22
"""Numbers of the first stage that are computed together in training: larger parts are slower."""
KEPT = 1 << 27
"""Numbers of the first stage that a thread keeps what gradients need of, 3 GB with all that follows; of more
pictures it is computed again."""

STAGE_GAIN = 2.0
"""Pixels lie in 0..1, most of them far below 1: with this, features of usual pictures begin near 1."""


def convolution(inputs: int, outputs: int, gain: float) -> nn.Conv2d:
    """3x3 with the border filled up, which keeps the scale of its input, times a gain."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1)
    nn.init.normal_(layer.weight, std=gain * (9 * inputs) ** -0.5)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    """x + second(relu(first(relu(x))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels, gain=2**0.5)
        self.second = convolution(channels, channels, gain=0.5)

    def forward(self, x: Tensor) -> Tensor:
        """[R, C, H, W], the same shape out."""
        out: Tensor = x + self.second(self.first(x.relu()).relu())
        return out


class Stage(nn.Module):
    """A convolution, max-pooling and residual blocks; see `ImageShape`."""

    def __init__(self, inputs: int, channels: int, blocks: int) -> None:
        super().__init__()
        self.conv = convolution(inputs, channels, gain=STAGE_GAIN)
        self.blocks = nn.ModuleList(Residual(channels) for _ in range(blocks))

    def forward(self, x: Tensor) -> Tensor:
        """[R, channels, H/2, W/2] out of [R, C, H, W]."""
        x = apply(MaxPool, self.conv(x))
        for block in self.blocks:
            x = block(x)
        return x


class ImageEncoder(nn.Module):
    """Pictures [R, H, W, C] uint8 to [R, width]: stages over pixels / 255, ReLU, and a matrix.

    Args:
        buffer: of the picture.
        width: size of the vector.
        name: one of `IMAGE_SHAPES`.
        gain: of the matrix at the start.
    Raises:
        ConfigError: the picture is too small or too large.
    """

    def __init__(self, buffer: Image, width: int, name: str, gain: float) -> None:
        super().__init__()
        shape = IMAGE_SHAPES[name]
        height, breadth, colours = buffer.shape
        features = shape.features(buffer)
        before = (colours, *shape.channels)
        self.stages = nn.ModuleList(
            Stage(inputs, channels, shape.blocks)
            for inputs, channels in zip(before, shape.channels, strict=False)
        )
        self.out = nn.Parameter(torch.randn(width, features) * gain * features**-0.5)
        self._at_once = max(1, AT_ONCE // (height * breadth * shape.channels[0]))
        self._kept = KEPT // AT_ONCE
        """Parts that are kept what gradients need of."""

    def forward(self, images: Tensor) -> Tensor:
        """The terms of the pictures in the encoder's sum."""
        if factor_type() == torch.bfloat16:
            with torch.autocast(images.device.type, torch.bfloat16):
                return self._seen(images).float()
        return self._seen(images)

    def _seen(self, images: Tensor) -> Tensor:
        features = self._features(images) if len(images) <= self._at_once else self._in_parts(images)
        out: Tensor = features @ self.out.t()
        return out

    def _in_parts(self, images: Tensor) -> Tensor:
        """[R, features], part after part."""
        parts = torch.split(images, self._at_once)
        if not torch.is_grad_enabled():
            return torch.cat([self._features(part) for part in parts])
        again = parts[self._kept :]
        return torch.cat(
            [self._features(part) for part in parts[: self._kept]]
            + [checkpoint(self._features, p, use_reentrant=False, preserve_rng_state=False) for p in again]
        )

    def _features(self, images: Tensor) -> Tensor:
        """[R, features], place after place."""
        x = images.permute(0, 3, 1, 2).float() / 255
        for stage in self.stages:
            x = stage(x)
        return x.relu().permute(0, 2, 3, 1).flatten(1)
