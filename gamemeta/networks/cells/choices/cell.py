"""The cell in front of a network whose observation describes the choices of the first head.

For features f_m [F] of the choices m that are there, and those g of the choice that was taken in the step
before:

    look    e_m = silu(W_f f_m + b), 0 for a choice that is not there;  e = silu(W_f g + b), 0 at the start
    pass on x += W_o [mean over m of e_m, most over m of e_m] + W_g e

The state is f of the step before. All weights are shared over the choices, so their order means nothing.
What the policy makes of each choice stands in `gamemeta.networks.cells.choices.scores`.
"""

from dataclasses import replace
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from gamemeta.action_mask import ACTION_MASK
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.choices_shape import PREVIOUS
from gamemeta.networks.cells.cell import MemoryCell, Stream, linear
from gamemeta.spec import Spec


class Choices(MemoryCell):
    """The cell.

    Args:
        spec: of the game, with choices.
        width: D, of the features of the network.
        units: of each choice.
    """

    def __init__(self, spec: Spec, width: int, units: int) -> None:
        super().__init__()
        assert spec.choices is not None
        self.name, (self.count, self.features) = spec.choices.name, spec.choices.shape
        self.state_size = spec.choices.size + 1
        self.look = linear(units, self.features)
        self.look_bias = nn.Parameter(torch.zeros(units))
        self.out = linear(width, 2 * units, gain=0.5)
        self.taken = linear(width, units, gain=0.5)

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        return cls(place.spec, place.config.width, place.config.choice_width)

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps: what there is to choose from, and what was chosen, into the stream."""
        f, n = stream.inputs[self.name], state.shape[0]
        seen = silu(f @ self.look.t() + self.look_bias) * self._there(stream.inputs)[..., None]
        both = torch.cat([seen.mean(-2), seen.amax(-2)], -1)
        x = stream.x + both @ self.out.t() + self._taken(stream.inputs, state, reset) @ self.taken.t()
        last = torch.cat([f[-1].reshape(n, -1), torch.ones_like(state[:, :1])], 1)
        return replace(stream, x=x), last.detach()

    def _there(self, inputs: dict[str, Tensor]) -> Tensor:
        """float32 [T, n, M], 1 for a choice that is there."""
        if ACTION_MASK not in inputs:
            return torch.ones_like(inputs[self.name][..., 0])
        return (inputs[ACTION_MASK][..., : self.count] != 0).float()

    def _taken(self, inputs: dict[str, Tensor], state: Tensor, reset: Tensor) -> Tensor:
        """What the choice of the step before looks like, [T, n, units]."""
        f, code = inputs[self.name], inputs[PREVIOUS][..., 0].long()
        before = torch.cat([state[:, :-1].view_as(f[0])[None], f[:-1]])
        remembered = torch.cat([state[:, -1][None], torch.ones_like(f[1:, :, 0, 0])])
        known = remembered * ((reset == 0) & (code > 0))
        at = (code - 1).clamp(min=0)[..., None, None].expand(*code.shape, 1, self.features)
        return silu(before.gather(2, at)[..., 0, :] @ self.look.t() + self.look_bias) * known[..., None]
