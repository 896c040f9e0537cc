"""A memory that is a table: what each action led to is written down, and read for every action at once.

One cell, for features x [T, n, D] and what is known of each action, choices [T, n, A, C]:

    write   S += address(step before, action taken) x [v, 1]        v = W_v x'
    read    y_a, n_a = S at address(this step, a), for every action a
            f_a = [y_a / (1 + n_a), 1 / (1 + n_a)]                  a posterior mean with one prior count
    think   e_a = silu(W_f f_a + W_x x' + W_c choices_a), e_a += silu(W_m e_a)
    pass on choices_a += e_a,  x += W_o [sum over a of softmax(w e)_a e_a, mean over a of e_a]

with x' = rms_norm(x) and all weights shared over actions. It is a fast-weight memory (Schmidhuber 1992;
Schlag et al. 2021) without decay. Given addresses are symbols of the observation, joined with the action.
Learned ones blend the rows: key_a = e^(z + u_a) at unit length, with logits z linear in the observation, so
that the same place and action meet again in the same rows, and similar ones in similar rows.
"""

from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.table_shape import TableShape
from gamemeta.networks.cells.cell import MemoryCell, Stream, linear, rms_norm
from gamemeta.networks.cells.table import in_torch as plain
from gamemeta.networks.cells.table import kernels
from gamemeta.networks.cells.table.choices import Consider
from gamemeta.networks.encoders.encoder import Encoder, elements
from gamemeta.networks.functions.functions import Function, apply, array
from gamemeta.spec import Spec

KEY_SCALE = 2.0
"""Standard deviation of the logits of learned keys at the start."""


class AddressedTable(Function):
    """`kernels.by_address` for training. `state` becomes the one after; no gradient flows through it."""

    in_torch = staticmethod(plain.addressed_table)

    @staticmethod
    def forward(
        ctx: Any,
        values: Tensor,
        here: Tensor,
        before: Tensor,
        previous: Tensor,
        shape: TableShape,
        reset: Tensor,
        state: Tensor,
    ) -> Tensor:
        y = torch.empty(*values.shape[:2], shape.actions, shape.width)
        past = array(here), array(before), array(previous)
        resets = array(reset)
        kernels.by_address(*past, shape.first, array(values), resets, state.numpy(), y.numpy())
        ctx.kept = *past, shape, resets, values.shape
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        here, before, previous, shape, resets, size = ctx.kept
        grad = torch.zeros(size)
        kernels.by_address_backward(
            here, before, previous, shape.first, resets, shape.rows, array(grads[0]), grad.numpy()
        )
        return grad, *(None,) * 6


class LearnedTable(Function):
    """`kernels.learned` for training. `state` becomes the one after; no gradient flows through it."""

    in_torch = staticmethod(plain.learned_table)

    @staticmethod
    def forward(
        ctx: Any,
        keys: Tensor,
        values: Tensor,
        before: Tensor,
        previous: Tensor,
        shape: TableShape,
        reset: Tensor,
        state: Tensor,
    ) -> Tensor:
        y = torch.empty(*values.shape[:2], shape.actions, shape.width)
        past = array(before), array(previous), shape.first
        arguments = array(keys), *past, array(values), array(reset)
        ctx.kept = (*arguments, state.numpy().copy())
        kernels.learned(*arguments, state.numpy(), y.numpy())
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        keys, before, previous, first, values, resets, state = ctx.kept
        grad_keys, grad_values = torch.zeros(keys.shape), torch.zeros(values.shape)
        kernels.learned_backward(
            keys,
            before,
            previous,
            first,
            values,
            resets,
            state.copy(),
            array(grads[0]),
            grad_keys.numpy(),
            grad_values.numpy(),
        )
        return grad_keys, grad_values, *(None,) * 5


class Table(MemoryCell):
    """The cell.

    Args:
        config: shape of the network.
        spec: of the game.
        later: whether another table comes before, so that there are choices to go on from.
    """

    def __init__(self, config: NetworkConfig, spec: Spec, *, later: bool) -> None:
        super().__init__()
        self.shape = TableShape.of(config, spec)
        self.state_size = self.shape.state_size
        width, units = config.width, config.choice_width
        self.value = linear(config.values, width)
        self.value_bias = nn.Parameter(torch.zeros(config.values))
        self.read = linear(units, self.shape.width)
        self.context = linear(units, width)
        self.context_bias = nn.Parameter(torch.zeros(units))
        if later:
            self.carry = linear(units, units)
        self.mix = linear(units, units)
        self.pick = nn.Parameter(torch.randn(units) * units**-0.5)
        self.out = linear(width, 2 * units, gain=0.5)
        if self.shape.learned:
            scale = KEY_SCALE * elements(spec.obs) ** -0.5
            seen_by = config.image_encoder
            self.keys = Encoder(spec.obs, config.slots, scale=scale, rectify=False, image_encoder=seen_by)
            self.action_keys = nn.Parameter(torch.randn(self.shape.actions, config.slots) * KEY_SCALE)

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        return cls(place.config, place.spec, later=place.later)

    def check(self, state: NDArray[np.float32]) -> None:
        self.shape.check(state)

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps: write down what each action led to, and put what is known of all into the stream."""
        normal = rms_norm(stream.x)
        values = normal @ self.value.t() + self.value_bias
        last = state.detach().clone(memory_format=torch.contiguous_format)
        recall = self._blended if self.shape.learned else self._by_address
        y = recall(values, stream.inputs, reset, last)
        known, summary = self._consider(normal, y, stream.choices)
        choices = known if stream.choices is None else stream.choices + known
        return Stream(x=stream.x + summary @ self.out.t(), choices=choices, inputs=stream.inputs), last

    def _consider(self, normal: Tensor, y: Tensor, choices: Tensor | None) -> tuple[Tensor, Tensor]:
        """What is newly known of each action [T, n, A, C], and of all of them [T, n, 2 C]."""
        lead = normal.shape[:2]
        context = normal @ self.context.t() + self.context_bias
        before, carry = None, None
        if choices is not None and hasattr(self, "carry"):
            before, carry = choices.flatten(0, 1), self.carry
        known, both = apply(
            Consider, y.flatten(0, 1), context.flatten(0, 1), before, self.read, carry, self.mix, self.pick
        )
        return known.view(*lead, *known.shape[1:]), both.view(*lead, -1)

    def _by_address(self, values: Tensor, inputs: dict[str, Tensor], reset: Tensor, state: Tensor) -> Tensor:
        previous, here, before = inputs["previous_action"], self._here(inputs), state[:, -1].int()
        y: Tensor = apply(AddressedTable, values, here, before, previous, self.shape, reset, state)
        state[:, -1] = here[-1]
        return y

    def _here(self, inputs: dict[str, Tensor]) -> Tensor:
        """int32 [T, n]: the symbols of the key buffer as one number, as `TableShape.here` counts."""
        previous, key = inputs["previous_action"], self.shape.key
        if key is None:
            return torch.zeros_like(previous[..., 0], dtype=torch.int32)
        digit = key.codes ** torch.arange(key.size - 1, -1, -1, device=previous.device)
        return (inputs[key.name].flatten(2) * digit).sum(-1).int()

    def _blended(self, values: Tensor, inputs: dict[str, Tensor], reset: Tensor, state: Tensor) -> Tensor:
        logits, previous = self.keys(inputs), inputs["previous_action"]
        rows = self.shape.rows
        before = self._addresses(state[:, -rows:].detach()).detach()
        keys = self._addresses(logits)
        y: Tensor = apply(LearnedTable, keys, values, before, previous, self.shape, reset, state)
        state[:, -rows:] = logits[-1].detach()
        return y

    def _addresses(self, logits: Tensor) -> Tensor:
        """Keys [..., A, M] of unit length out of the logits [..., M] of what is observed."""
        together = logits[..., None, :] + self.action_keys
        weight = (together - together.detach().amax(-1, keepdim=True)).exp()
        return weight * weight.square().sum(-1, keepdim=True).rsqrt()
