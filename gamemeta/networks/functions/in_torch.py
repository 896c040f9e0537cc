"""The network's parts in plain torch, for devices that compiled kernels do not reach.

One function for each part that has its backward pass written out, with the same arguments and answers;
here autograd finds the way back. `functions.apply` chooses between the two, and tests hold one against the
other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag, linear, max_pool2d, one_hot, silu

from gamemeta.agent.shape.config import TableShape

_EPSILON = 1e-5
_chosen = ContextVar("plain_torch", default=False)


def chosen() -> bool:
    """Whether this thread is within `plain_torch`."""
    return _chosen.get()


@contextmanager
def plain_torch() -> Iterator[None]:
    """Within this, networks are made of plain torch, wherever their tensors are."""
    token = _chosen.set(True)
    try:
        yield
    finally:
        _chosen.reset(token)


def encode(codes: list[int], rectify: bool, start: Tensor, *buffers: Tensor) -> Tensor:
    """As `functions.Encode`."""
    out = start
    for table, value, choices in zip(buffers[: len(codes)], buffers[len(codes) :], codes, strict=True):
        if choices:
            first = torch.arange(value.shape[1], device=value.device) * choices
            out = out + embedding_bag(value.long() + first, table, mode="sum")
        else:
            out = out + value @ table
    return out.relu() if rectify else out


def rms_norm(x: Tensor) -> Tensor:
    """As `functions.RMSNorm`, of the last axis of [..., D]."""
    return x * (x.square().mean(-1, keepdim=True) + _EPSILON).rsqrt()


def heads(x: Tensor, *parameters: Tensor) -> Tensor:
    """As `functions.Heads`."""
    count = len(parameters) // 2
    return linear(rms_norm(x), torch.cat(parameters[:count]), torch.cat(parameters[count:]))


def max_pool(x: Tensor) -> Tensor:
    """As `functions.MaxPool`."""
    return max_pool2d(x, kernel_size=3, stride=2, padding=1)


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
    """As `functions.MinGRUBlock`, all steps at once."""
    z, c, g = linear(rms_norm(x), weight, bias).chunk(3, -1)
    gate = z.sigmoid()
    keep = (1 - gate) * (reset == 0)[..., None]
    add = gate * c.tanh()
    h = recurrence(keep, torch.cat([add[:1] + keep[:1] * state, add[1:]]))
    return x + linear(h * silu(g), out), h[-1].detach()


def gru_block(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    recurrent: Tensor,
    own_bias: Tensor,
    out: Tensor,
    state: Tensor,
    reset: Tensor,
) -> tuple[Tensor, Tensor]:
    """As `gru.GRUBlock`, one step after the other."""
    p, keep = linear(rms_norm(x), weight, bias), (reset == 0)[..., None]
    h, after = state, []
    for t in range(len(x)):
        h = h * keep[t]
        (r, z, c), (own_r, own_z, own_c) = p[t].chunk(3, -1), linear(h, recurrent, own_bias).chunk(3, -1)
        new = torch.tanh(c + torch.sigmoid(r + own_r) * own_c)
        h = new + torch.sigmoid(z + own_z) * (h - new)
        after.append(h)
    return x + linear(torch.stack(after), out), h.detach()


def given_table(
    values: Tensor,
    here: Tensor,
    before: Tensor,
    previous: Tensor,
    shape: TableShape,
    reset: Tensor,
    state: Tensor,
) -> Tensor:
    """As `table.GivenTable`: an action's own row, for all steps at once; see `_read`."""
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
    """As `table.LearnedTable`, for all steps at once; see `_read`."""
    taken, written, trial = _writes(values, previous, shape, reset)
    own = (taken[..., None] * torch.cat([before[None], keys[:-1]])).sum(2).transpose(0, 1)
    asked = keys.transpose(0, 1).flatten(1, 2)
    match = (asked @ own.transpose(1, 2)).view(len(state), len(keys), shape.actions, -1)
    table = state[:, : shape.rows * shape.width].clone().view(-1, shape.width, shape.rows)
    newest = own.detach() * (trial == trial[-1]).t()[..., None]
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
