"""Tables in plain torch."""

import torch
from torch import Tensor
from torch.nn.functional import linear, one_hot, silu

from gamemeta.agent.shape.table_shape import TableShape


def addressed_table(
    values: Tensor,
    here: Tensor,
    before: Tensor,
    previous: Tensor,
    shape: TableShape,
    reset: Tensor,
    state: Tensor,
) -> Tensor:
    """As `cell.AddressedTable`: the row of an action, for all steps at once; see `_read`."""
    taken, written, trial = _writes(values, previous, shape, reset)
    last = torch.cat([before[None], here[:-1]])
    same_place = here.t()[:, :, None] == last.t()[:, None]
    match = same_place[:, :, None] * taken.permute(1, 2, 0)[:, None]
    table = state[:, : shape.rows * shape.width].clone().view(-1, shape.rows, shape.width)
    begun = table.gather(1, _rows(here, shape).expand(-1, -1, shape.width))
    newest = (taken * (trial == trial[-1])[..., None])[..., None] * written.detach()[:, :, None]
    after = table * (trial[-1] == 0)[:, None, None]
    after.scatter_add_(
        1, _rows(last, shape).expand(-1, -1, shape.width), newest.transpose(0, 1).flatten(1, 2)
    )
    state[:, : shape.rows * shape.width] = after.flatten(1)
    return _read(match, written, begun, trial)


def learned_table(
    keys: Tensor,
    values: Tensor,
    before: Tensor,
    previous: Tensor,
    shape: TableShape,
    reset: Tensor,
    state: Tensor,
) -> Tensor:
    """As `cell.LearnedTable`, for all steps at once; see `_read`."""
    taken, written, trial = _writes(values, previous, shape, reset)
    written_keys = (taken[..., None] * torch.cat([before[None], keys[:-1]])).sum(2).transpose(0, 1)
    asked = keys.transpose(0, 1).flatten(1, 2)
    match = (asked @ written_keys.transpose(1, 2)).view(len(state), len(keys), shape.actions, -1)
    table = state[:, : shape.rows * shape.width].clone().view(-1, shape.width, shape.rows)
    newest = written_keys.detach() * (trial == trial[-1]).t()[..., None]
    after = table * (trial[-1] == 0)[:, None, None] + written.detach().permute(1, 2, 0) @ newest
    y = _read(match, written, asked @ table.transpose(1, 2), trial)
    state[:, : shape.rows * shape.width] = after.flatten(1)
    return y


def _writes(
    values: Tensor, previous: Tensor, shape: TableShape, reset: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """What is written at each step: under which actions, 0 or 1 [T, n, A], and what [T, n, W]; and how many
    resets there were so far, [T, n]."""
    first = torch.from_numpy(shape.first).to(previous.device)
    action = (first + previous.long() - 1).clamp(min=0)
    known = (previous > 0) & (reset == 0)[..., None]
    taken = (one_hot(action, shape.actions) * known[..., None]).sum(2).float()
    return taken, torch.cat([values, torch.ones_like(values[..., :1])], -1), reset.cumsum(0)


def _rows(place: Tensor, shape: TableShape) -> Tensor:
    """The rows [n, T * A, 1] of all actions at places [T, n]."""
    actions = torch.arange(shape.actions, device=place.device)
    return (place.long()[..., None] * shape.actions + actions).transpose(0, 1).flatten(1)[..., None]


def _read(match: Tensor, written: Tensor, begun: Tensor, trial: Tensor) -> Tensor:
    """What a table says [T, n, A, W]: all that was written since the last reset, as far as addresses match.

    A table to which rows are only added is linear attention over what was written (Schlag et al. 2021).

    Args:
        match: [n, T, A, T], address asked at a step against the one written at another.
        written: [T, n, W].
        begun: [n, T * A, W], what the table from before says.
        trial: [T, n], resets so far.
    """
    lanes, steps, actions, _ = match.shape
    order = torch.arange(steps, device=match.device)
    reaches = (trial.t()[:, :, None] == trial.t()[:, None]) & (order[:, None] >= order)
    since = (match * reaches[:, :, None]).flatten(1, 2) @ written.transpose(0, 1)
    before = (trial == 0).t()[..., None, None]
    y = since.view(lanes, steps, actions, -1) + before * begun.view(lanes, steps, actions, -1)
    return y.transpose(0, 1)


def consider(
    y: Tensor,
    context: Tensor,
    choices: Tensor | None,
    read: Tensor,
    carry: Tensor | None,
    mix: Tensor,
    pick: Tensor,
) -> tuple[Tensor, Tensor]:
    """As `choices.Consider`."""
    share = 1 / (1 + y[..., -1:])
    p = linear(torch.cat([y[..., :-1] * share, share], -1), read) + context[:, None]
    if choices is not None and carry is not None:
        p = p + linear(choices, carry)
    known = silu(p)
    known = known + silu(linear(known, mix))
    weight = (known @ pick).softmax(-1)
    best = (weight[..., None] * known).sum(1)
    return known, torch.cat([best, known.mean(1)], -1)
