"""From named input buffers to one vector: a linear layer whose one-hot part is a table look-up."""

import torch
from torch import Tensor, nn

from gamemeta.networks.functions import Encode, apply, encode
from gamemeta.spec import Buffer

ONE_HOT_SCALE = 8**-0.5
"""Standard deviation of a table row at the start."""


class Encoder(nn.Module):
    """ReLU(sum over buffers of (symbols looked up, quantities times a matrix) + bias), or the sum itself.

    Args:
        inputs: the buffers, of `Spec.inputs()`.
        width: size of the vector.
        scale: standard deviation of a table's row at the start.
        rectify: whether to take the ReLU.
    """

    def __init__(
        self,
        inputs: tuple[Buffer, ...],
        width: int,
        *,
        scale: float = ONE_HOT_SCALE,
        rectify: bool = True,
    ) -> None:
        super().__init__()
        self.inputs, self.rectify = inputs, rectify
        self.bias = nn.Parameter(torch.zeros(width))
        self.tables = nn.ParameterDict(
            {b.name: nn.Parameter(torch.randn(b.rows, width) * scale) for b in inputs}
        )

    def forward(self, inputs: dict[str, Tensor]) -> Tensor:
        """[T, n, width] out of buffers [T, n, *shape]."""
        lead = inputs[self.inputs[0].name].shape[:2]
        values = [inputs[b.name].reshape(lead.numel(), b.size) for b in self.inputs]
        tables = [self.tables[b.name] for b in self.inputs]
        codes = [b.codes for b in self.inputs]
        if torch.is_grad_enabled():
            flat: Tensor = apply(Encode, codes, self.rectify, self.bias, *tables, *values)
        else:
            flat = encode(self.bias, tables, values, codes, rectify=self.rectify)
        return flat.view(*lead, -1)
