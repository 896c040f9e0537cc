"""The shapes of image encoders: residual convolutions in stages, each of which halves the picture."""

from dataclasses import dataclass

from gamemeta.agent.shape.config import IMPALA, SMALL
from gamemeta.errors import ConfigError
from gamemeta.spec import Image

LEAST_SIDE = 8
"""Pixels; three stages make one place of it."""
MOST_FEATURES = 1 << 16
"""Most numbers that are made out of one picture."""


@dataclass(frozen=True)
class ImageShape:
    """A stage: a convolution 3x3, max-pooling 3x3 at every second place, and residual blocks.

    Args:
        channels: of each stage.
        blocks: residual blocks x + conv(relu(conv(relu(x)))) of each stage.
    """

    channels: tuple[int, ...]
    blocks: int

    def features(self, buffer: Image) -> int:
        """Numbers that are made out of one picture: places left, times channels of the last stage.

        Raises:
            ConfigError: the picture is too small or too large.
        """
        height, width, _ = buffer.shape
        if min(height, width) < LEAST_SIDE:
            raise ConfigError(
                f"network.image_encoder: the image {buffer.name!r} is {height}x{width} pixels, too small. "
                f"Give at least {LEAST_SIDE}x{LEAST_SIDE}: repeat its pixels, or show so few as symbols or "
                "quantities."
            )
        for _ in self.channels:
            height, width = halved(height), halved(width)
        features = height * width * self.channels[-1]
        if features > MOST_FEATURES:
            raise ConfigError(
                f"network.image_encoder: the image {buffer.name!r} of {'x'.join(map(str, buffer.shape))} "
                f"makes {features:,} features, and {MOST_FEATURES:,} are the most. Scale it down, say to "
                "64x64."
            )
        return features


def halved(side: int) -> int:
    """Half of a side, rounded up."""
    return (side + 1) // 2


IMAGE_SHAPES = {
    SMALL: ImageShape(channels=(8, 16), blocks=1),
    IMPALA: ImageShape(channels=(16, 32, 32), blocks=2),
}
"""By name in `NetworkConfig.image_encoder`. `impala` is the large architecture of Espeholt et al. (2018),
figure 3, with a layer of the network's own width in place of its 256 units."""
