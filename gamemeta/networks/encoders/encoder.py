"""From named input buffers to one vector: a linear layer whose one-hot part is a table look-up."""

import torch
from torch import Tensor, nn

from gamemeta.agent.shape.config import SMALL
from gamemeta.agent.shape.weights import weight_name
from gamemeta.networks.encoders.images import ImageEncoder
from gamemeta.networks.encoders.terms import Encode, encode, term_of
from gamemeta.networks.functions.functions import apply
from gamemeta.spec import Buffer, Image

ONE_HOT_SCALE = 8**-0.5
"""Standard deviation of a table row at the start."""
IMAGE_ELEMENTS = 8
"""An image weighs as much at the start as so many symbols."""


def elements(buffers: tuple[Buffer, ...]) -> int:
    """The weight of buffers together at the start, in symbols."""
    return sum(IMAGE_ELEMENTS if isinstance(b, Image) else b.size for b in buffers)


class Tables(nn.Module):
    """One table for each buffer, in the order of names. They are put in place by hand: torch refuses names
    that mean something to it, such as `type`."""

    def __init__(self, tables: dict[str, Tensor]) -> None:
        super().__init__()
        tables = {weight_name(name): table for name, table in sorted(tables.items())}
        self._parameters.update({name: nn.Parameter(table) for name, table in tables.items()})

    def __getitem__(self, name: str) -> nn.Parameter:
        table = self._parameters[weight_name(name)]
        assert table is not None
        return table


class Encoder(nn.Module):
    """ReLU(sum over buffers of (symbols looked up, quantities times a matrix, images seen) + bias), or the
    sum itself.

    Args:
        inputs: the buffers, of `Spec.inputs()`.
        width: size of the vector.
        scale: standard deviation of a table's row at the start.
        rectify: whether to take the ReLU.
        image_encoder: how images are seen, as in `NetworkConfig`.
    Raises:
        ConfigError: an image is too small or too large.
    """

    def __init__(
        self,
        inputs: tuple[Buffer, ...],
        width: int,
        *,
        scale: float = ONE_HOT_SCALE,
        rectify: bool = True,
        image_encoder: str = SMALL,
    ) -> None:
        super().__init__()
        self.rectify = rectify
        self.with_table = tuple(b for b in inputs if b.rows)
        self.pictures = tuple(b for b in inputs if isinstance(b, Image))
        self._terms = [term_of(b) for b in self.with_table]
        self.bias = nn.Parameter(torch.zeros(width))
        self.tables = Tables({b.name: torch.randn(b.rows, width) * scale for b in self.with_table})
        gain = scale * IMAGE_ELEMENTS**0.5
        self.images = nn.ModuleList(ImageEncoder(b, width, image_encoder, gain) for b in self.pictures)

    def forward(self, inputs: dict[str, Tensor]) -> Tensor:
        """[T, n, width] out of buffers [T, n, *shape]."""
        lead = next(iter(inputs.values())).shape[:2]
        start: Tensor = self.bias
        for b, image in zip(self.pictures, self.images, strict=True):
            start = start + image(inputs[b.name].flatten(0, 1))
        values = [inputs[b.name].reshape(lead.numel(), b.size) for b in self.with_table]
        tables = [self.tables[b.name] for b in self.with_table]
        if torch.is_grad_enabled():
            flat: Tensor = apply(Encode, self._terms, self.rectify, start, *tables, *values)
        else:
            flat = encode(start, [*tables], values, self._terms, rectify=self.rectify)
        return flat.view(*lead, -1)
