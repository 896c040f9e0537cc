"""A block of the minimal gated recurrent unit in plain torch."""

import torch
from torch import Tensor
from torch.nn.functional import linear, silu

from gamemeta.networks.functions.in_torch import rms_norm


def recurrence(keep: Tensor, add: Tensor) -> Tensor:
    """h_t = keep_t h_(t-1) + add_t over the first axis, from h = 0, in log2 T rounds.

    The scan of Hillis and Steele (1986). There is no division, and nothing grows as long as `keep` lies in
    [0, 1]; where it is 0, all that was before is gone.
    """
    reach = 1
    while reach < len(add):
        add = torch.cat([add[:reach], add[reach:] + keep[reach:] * add[:-reach]])
        keep = torch.cat([keep[:reach], keep[reach:] * keep[:-reach]])
        reach *= 2
    return add


def mingru_block(
    x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, state: Tensor, reset: Tensor
) -> tuple[Tensor, Tensor]:
    """As `function.MinGRUBlock`, all steps at once."""
    z, c, g = linear(rms_norm(x), weight, bias).chunk(3, -1)
    gate = z.sigmoid()
    keep = (1 - gate) * (reset == 0)[..., None]
    add = gate * c.tanh()
    h = recurrence(keep, torch.cat([add[:1] + keep[:1] * state, add[1:]]))
    return x + linear(h * silu(g), out), h[-1].detach()
