"""Heads that say how likely each value of each hidden fact is, by what a network knows."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gamemeta.facts import UNKNOWN, Facts


class BeliefHeads(nn.Module):
    """One hidden layer for all facts, then logits of each.

    The places of a map have a factor for each row and one for each column: what is learned about a place in
    one level holds for its row and its column in others. `gamemeta.agent.reference.beliefs` is the same in
    NumPy. All logits are 0 at first.

    Args:
        facts: by name.
        known: F, numbers that the heads see: features of the network, or a posterior.
        width: H, units of the hidden layer.
    """

    def __init__(self, facts: Facts, known: int, width: int) -> None:
        super().__init__()
        draws = torch.Generator().manual_seed(0)  # its own: other weights stay as they are without beliefs
        self.facts = dict(facts)
        self.hidden = nn.Parameter(torch.randn(width, known, generator=draws) * known**-0.5)
        self.bias = nn.Parameter(torch.zeros(width))
        self.out, self.rows, self.columns = (nn.ParameterDict() for _ in range(3))
        for k, fact in enumerate(self.facts.values()):
            if fact.places is None:
                self.out[str(k)] = nn.Parameter(torch.zeros(fact.classes, width))
            else:
                rows, columns = fact.places
                self.rows[str(k)] = nn.Parameter(torch.zeros(rows, width))
                noise = torch.randn(columns, width, generator=draws)
                self.columns[str(k)] = nn.Parameter(1 + noise)

    def forward(self, known: Tensor) -> dict[str, Tensor]:
        """Logits [..., classes] of each fact by name, out of what is known [..., F]."""
        hidden = torch.relu(known @ self.hidden.t() + self.bias)
        return {name: hidden @ self._matrix(str(k)).t() for k, name in enumerate(self.facts)}

    def _matrix(self, k: str) -> Tensor:
        """[classes, H]."""
        if k in self.out:
            out: Tensor = self.out[k]
            return out
        matrix: Tensor = self.rows[k][:, None] * self.columns[k]
        return matrix.flatten(0, 1)

    def loss(self, known: Tensor, truth: dict[str, Tensor]) -> Tensor:
        """Minus the log of what is believed of the truth [...], summed over rows and facts."""
        total = known.new_zeros(())
        for name, logits in self(known).items():
            classes, wanted = logits.flatten(0, -2), truth[name].flatten().to(known.device)
            total = total + cross_entropy(classes, wanted, ignore_index=UNKNOWN, reduction="sum")
        return total
