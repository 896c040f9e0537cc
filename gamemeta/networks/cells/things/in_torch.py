"""The memory of things in plain torch."""

import torch
from torch import Tensor
from torch.nn.functional import silu

from gamemeta.agent.shape.things_shape import ThingsShape


def recall(
    values: Tensor,
    gates: Tensor,
    here: Tensor,
    before: Tensor,
    shape: ThingsShape,
    reset: Tensor,
    state: Tensor,
) -> Tensor:
    """As `cell.Recall`, step after step. `state` becomes the one after; no gradient flows through it."""
    agents = len(state)
    table = state[:, : shape.kinds * shape.width].clone().view(agents, shape.kinds, shape.width)
    written = torch.cat([values, torch.ones_like(values[..., :1])], -1)
    read, last = [], before.long()
    for t in range(len(values)):
        kept = (reset[t] == 0)[:, None, None]
        parts = gates[t][..., None] * written[t][:, None] * (last > 0)[..., None] * kept
        rows = (last - 1).clamp(min=0)[..., None].expand(-1, -1, shape.width)
        table = (table * kept).scatter_add(1, rows, parts)
        last = here[t].long()
        read.append(table.gather(1, (last - 1)[..., None].expand(-1, -1, shape.width)))
    state[:, : shape.kinds * shape.width] = table.detach().flatten(1)
    return torch.stack(read)


def newly(here: Tensor, before: Tensor, reset: Tensor) -> Tensor:
    """As `cell.Newly`."""
    last = torch.cat([before[None], here[:-1]])
    new = (here[..., None] != last[..., None, :]).all(-1).any(-1, keepdim=True)
    return (new & (last[..., :1] > 0) & (reset == 0)[..., None]).float()


def know(y: Tensor, context: Tensor, place: Tensor, read: Tensor) -> Tensor:
    """As `cell.Know`."""
    share = 1 / (1 + y[..., -1:])
    return silu(torch.cat([y[..., :-1] * share, share], -1) @ read.t() + context[:, None] + place)
