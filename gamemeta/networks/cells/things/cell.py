"""A memory of things: what happened is written to the kinds in view, and read wherever they are in view.

One cell, for features x [T, n, D] and the kinds k_c of things at the places c of one observation:

    write   v = W_v x' + u r + w m + b_v,  g = logistic(W_g x' + a abs(r) + d m + b_g)
            S[k_c of the step before] += g_c [v, 1], for every place c
    read    y_c, n_c = S[k_c],  f_c = [y_c / (1 + n_c), 1 / (1 + n_c)]
    think   e_c = silu(W_f f_c + W_x x' + p_c)
    pass on x += W_o [e_c, for every place c]

with x' = rms_norm(x), r the last reward, as the network gets it, and m 1 where a kind is in view that was
not in the step before, else 0: where something turns into something else, it is 1 though nobody moved. The
weights g say which things had to do with what happened: at the start all in view when a reward came, and
hardly any else. What was learned of a thing at one place is known wherever its kind comes into view: no
network has to learn to match things, one kind after another. A table to which rows are only added is a
fast-weight memory (Schmidhuber 1992; Schlag et al. 2021) without decay.
"""

from dataclasses import replace
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.things_shape import ThingsShape
from gamemeta.networks.cells.cell import MemoryCell, Stream, linear, rms_norm
from gamemeta.networks.cells.things import in_torch as plain
from gamemeta.networks.cells.things import kernels
from gamemeta.networks.functions.functions import Function, apply, array
from gamemeta.spec import Spec

FIRST_GATE, FIRST_ALERT = -4.0, 6.0
"""Logit of a gate at the start, and how much a reward of one unit adds to it."""


class Recall(Function):
    """`kernels.recall` for training. `state` becomes the one after; no gradient flows through it."""

    in_torch = staticmethod(plain.recall)

    @staticmethod
    def forward(
        ctx: Any,
        values: Tensor,
        gates: Tensor,
        here: Tensor,
        before: Tensor,
        shape: ThingsShape,
        reset: Tensor,
        state: Tensor,
    ) -> Tensor:
        y = torch.empty(*gates.shape, shape.width)
        arguments = array(here), array(before), array(values), array(gates), array(reset)
        kernels.recall(*arguments, state.numpy(), y.numpy())
        ctx.kept = *arguments, shape.kinds
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        here, before, values, gates, resets, kinds = ctx.kept
        of_values, of_gates = torch.zeros(values.shape), torch.zeros(gates.shape)
        grad = array(grads[0]), of_values.numpy(), of_gates.numpy()
        kernels.recall_backward(here, before, values, gates, resets, kinds, *grad)
        return of_values, of_gates, *(None,) * 5


class Newly(Function):
    """`kernels.newly` of kinds [T, n, V] for training; no gradient flows through it."""

    in_torch = staticmethod(plain.newly)

    @staticmethod
    def forward(ctx: Any, here: Tensor, before: Tensor, reset: Tensor) -> Tensor:
        news = torch.empty(*here.shape[:2], 1)
        kernels.newly(array(here), array(before), array(reset), news.numpy())
        ctx.mark_non_differentiable(news)
        return news

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[None, None, None]:
        return None, None, None


class Know(Function):
    """What is known of every place, [R, V, U]: `kernels.know` for training.

    Of what was read [R, V, W], context [R, U], places [V, U] and the weights [U, W] of what was read.
    """

    in_torch = staticmethod(plain.know)

    @staticmethod
    def forward(ctx: Any, y: Tensor, context: Tensor, place: Tensor, read: Tensor) -> Tensor:
        rows, places, _ = y.shape
        p, known = torch.empty(rows, places, len(read)), torch.empty(rows, places, len(read))
        read_from = array(read.t())
        kernels.know(array(y), array(context), array(place), read_from, p.numpy(), known.numpy())
        ctx.kept = array(y), read_from, p.numpy()
        return known

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, ...]:
        y, read_from, p = ctx.kept
        rows, places, units = p.shape
        of_y, of_context = torch.empty(y.shape), torch.zeros(rows, units)
        of_place, of_read = torch.zeros(places, units), torch.zeros(read_from.shape)
        out = of_y.numpy(), of_context.numpy(), of_place.numpy(), of_read.numpy()
        kernels.know_backward(y, read_from, p, array(grads[0]), *out)
        return of_y, of_context, of_place, of_read.t()


class Things(MemoryCell):
    """The cell.

    Args:
        config: shape of the network.
        spec: of the game.
    """

    def __init__(self, config: NetworkConfig, spec: Spec) -> None:
        super().__init__()
        self.shape = shape = ThingsShape.of(config, spec)
        self.state_size = shape.state_size
        width, values, units = config.width, config.values, config.values
        self.write = linear(values + shape.places, width)
        bias = torch.zeros(values + shape.places)
        bias[values:] = FIRST_GATE
        self.write_bias = nn.Parameter(bias)
        self.write_reward = nn.Parameter(torch.randn(values + shape.places))
        self.write_reward.data[values:] = FIRST_ALERT
        self.write_new = nn.Parameter(torch.randn(values + shape.places))
        self.write_new.data[values:] = 0.0
        self.read = linear(units, shape.width)
        self.context = linear(units, width)
        self.place = nn.Parameter(torch.randn(shape.places, units) * 0.1)
        self.out = linear(width, shape.places * units, gain=0.5)

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        return cls(place.config, place.spec)

    def check(self, state: NDArray[np.float32]) -> None:
        self.shape.check(state)

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps: write to the things that were in view, and put what is known of those in view into the
        stream."""
        normal, shape = rms_norm(stream.x), self.shape
        reward, written = stream.inputs["previous_reward"], shape.width - 1
        p = normal @ self.write.t() + self.write_bias
        last = state.detach().clone(memory_format=torch.contiguous_format)
        here, before = self._here(stream.inputs), last[:, -shape.places :].int()
        p = p + apply(Newly, here, before, reset) * self.write_new
        values = p[..., :written] + reward * self.write_reward[:written]
        gates = (p[..., written:] + reward.abs() * self.write_reward[written:]).sigmoid()
        y: Tensor = apply(Recall, values, gates, here, before, shape, reset, last)
        last[:, -shape.places :] = here[-1]
        context = normal @ self.context.t()
        known: Tensor = apply(Know, y.flatten(0, 1), context.flatten(0, 1), self.place, self.read)
        return replace(stream, x=stream.x + known.view(*normal.shape[:2], -1) @ self.out.t()), last

    def _here(self, inputs: dict[str, Tensor]) -> Tensor:
        """int32 [T, n, V]: kind + 1 of each thing, as `ThingsShape.here` counts."""
        shape = self.shape
        buffers = [inputs[buffer.name] for buffer in shape.shown]
        digit = shape.codes ** torch.arange(shape.parts - 1, -1, -1, device=buffers[0].device)
        things = torch.cat([one.reshape(*one.shape[:2], -1, shape.parts) for one in buffers], 2)
        return ((things * digit).sum(-1) + 1).int()
