"""A block of the gated recurrent unit in plain torch."""

import torch
from torch import Tensor
from torch.nn.functional import linear

from gamemeta.networks.functions.in_torch import rms_norm


def gru_block(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    recurrent: Tensor,
    state_bias: Tensor,
    out: Tensor,
    state: Tensor,
    reset: Tensor,
) -> tuple[Tensor, Tensor]:
    """As `function.GRUBlock`, one step after the other."""
    p, keep = linear(rms_norm(x), weight, bias), (reset == 0)[..., None]
    h, after = state, []
    for t in range(len(x)):
        h = h * keep[t]
        (r, z, c), (state_r, state_z, state_c) = (
            p[t].chunk(3, -1),
            linear(h, recurrent, state_bias).chunk(3, -1),
        )
        new = torch.tanh(c + torch.sigmoid(r + state_r) * state_c)
        h = new + torch.sigmoid(z + state_z) * (h - new)
        after.append(h)
    return x + linear(torch.stack(after), out), h.detach()
