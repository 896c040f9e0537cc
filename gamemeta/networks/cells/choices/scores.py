"""What the policy makes of each choice that an observation describes (He et al. 2016, DRRN).

    k_m = silu(W_f f_m + W_x x' + b),  logit_m = w k_m

for features f_m of choice m and x' = rms_norm(x) behind the last cell, with weights shared over the choices.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from gamemeta.networks.cells.cell import linear, rms_norm
from gamemeta.spec import Choices


class ChoiceScores(nn.Module):
    """Logits of the first head, and the rewards expected for its choices.

    Args:
        choices: what describes them.
        width: D, of the features of the network.
        units: of each choice.
        rewards: whether rewards are predicted in training.
    """

    def __init__(self, choices: Choices, width: int, units: int, *, rewards: bool) -> None:
        super().__init__()
        self.name, self.count = choices.name, choices.shape[0]
        self.look = linear(units, choices.shape[1])
        self.context = linear(units, width)
        self.context_bias = nn.Parameter(torch.zeros(units))
        self.actor = nn.Parameter(torch.randn(units) * 0.01)
        if rewards:
            self.reward = nn.Parameter(torch.zeros(units))

    def forward(self, x: Tensor, inputs: dict[str, Tensor]) -> Tensor:
        """What is known of each choice, k [T, n, M, units], out of x [T, n, D]."""
        context = rms_norm(x) @ self.context.t() + self.context_bias
        return silu(inputs[self.name] @ self.look.t() + context[..., None, :])
