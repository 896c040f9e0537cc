"""Heads that say how likely each value of each hidden fact is, by what a network knows."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, cross_entropy, pad

from gamemeta.agent.marks.marks import Marks
from gamemeta.agent.marks.places import PlaceMarks
from gamemeta.agent.marks.things import ThingMarks
from gamemeta.agent.shape.belief_shape import UNITS
from gamemeta.facts import UNKNOWN, Facts

NO_MARKS: Mapping[str, Marks] = {}


class MapHead(nn.Module):
    """Logits of the places of a map out of what is marked at them and around them.

    Two 3 x 3 convolutions see the marks of the places within two steps; the marks of a place itself have
    weights of their own. All weights are shared over the map. All logits are 0 at first.

    Args:
        marks: of the fact.
        draws: what weights are drawn from.
    """

    def __init__(self, marks: PlaceMarks, draws: torch.Generator) -> None:
        super().__init__()
        self.mode = "circular" if marks.shown.wraps else "constant"
        planes = marks.planes

        def drawn(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(shape, generator=draws) * (2 / (9 * shape[1])) ** 0.5)

        self.near, self.far = drawn(UNITS, planes, 3, 3), drawn(UNITS, UNITS, 3, 3)
        self.near_bias, self.far_bias = (nn.Parameter(torch.zeros(UNITS)) for _ in range(2))
        self.out, self.here = nn.Parameter(torch.zeros(UNITS)), nn.Parameter(torch.zeros(planes))

    def forward(self, drawn: Tensor) -> Tensor:
        """Logits [..., places] out of marks [..., planes, rows, columns]."""
        x = drawn.flatten(0, -4)
        near = conv2d(pad(x, (1, 1, 1, 1), self.mode), self.near, self.near_bias).relu()
        far = conv2d(pad(near, (1, 1, 1, 1), self.mode), self.far, self.far_bias).relu()
        logits = torch.einsum("nuhw,u->nhw", far, self.out) + torch.einsum("nphw,p->nhw", x, self.here)
        return logits.reshape(*drawn.shape[:-3], -1)


class BeliefHeads(nn.Module):
    """One hidden layer for all facts, then logits of each.

    The places of a map have a factor for each row and one for each column: what is learned about a place in
    one level holds for its row and its column in others. Where places have marks, logits out of these are
    added; the marks of things are seen by the hidden layer. All logits are 0 at first.
    `gamemeta.agent.reference.beliefs` is the same in NumPy.

    Args:
        facts: by name.
        known: F, numbers that the heads see: features of the network, or a posterior.
        width: H, units of the hidden layer.
        marks: that are read besides.
    """

    def __init__(self, facts: Facts, known: int, width: int, marks: Mapping[str, Marks] = NO_MARKS) -> None:
        super().__init__()
        draws = torch.Generator().manual_seed(0)  # its own: other weights stay as they are without beliefs
        self.facts, self.marks = dict(facts), dict(marks)
        self._things = [name for name, one in self.marks.items() if isinstance(one, ThingMarks)]
        seen = known + sum(self.marks[name].shape[0] for name in self._things)
        self.hidden = nn.Parameter(torch.randn(width, seen, generator=draws) * seen**-0.5)
        self.bias = nn.Parameter(torch.zeros(width))
        self.out, self.rows, self.columns = (nn.ParameterDict() for _ in range(3))
        self.maps = nn.ModuleDict()
        for k, (name, fact) in enumerate(self.facts.items()):
            if fact.places is None:
                self.out[str(k)] = nn.Parameter(torch.zeros(fact.classes, width))
            else:
                rows, columns = fact.places
                self.rows[str(k)] = nn.Parameter(torch.zeros(rows, width))
                noise = torch.randn(columns, width, generator=draws)
                self.columns[str(k)] = nn.Parameter(1 + noise)
            of_places = self.marks.get(name)
            if isinstance(of_places, PlaceMarks):
                self.maps[str(k)] = MapHead(of_places, draws)

    def forward(self, known: Tensor, drawn: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Logits [..., classes] of each fact by name, out of what is known [..., F] and drawn marks."""
        seen = torch.cat([known, *(drawn[name] for name in self._things)], -1)
        hidden = torch.relu(seen @ self.hidden.t() + self.bias)
        logits = {name: hidden @ self._matrix(str(k)).t() for k, name in enumerate(self.facts)}
        for k, name in enumerate(self.facts):
            if str(k) in self.maps:
                logits[name] = logits[name] + self.maps[str(k)](drawn[name])
        return logits

    def _matrix(self, k: str) -> Tensor:
        """[classes, H]."""
        if k in self.out:
            out: Tensor = self.out[k]
            return out
        matrix: Tensor = self.rows[k][:, None] * self.columns[k]
        return matrix.flatten(0, 1)

    def loss(self, known: Tensor, drawn: Mapping[str, Tensor], truth: Mapping[str, Tensor]) -> Tensor:
        """Minus the log of what is believed of the truth [...], summed over rows and facts."""
        total = known.new_zeros(())
        for name, logits in self(known, drawn).items():
            classes, wanted = logits.flatten(0, -2), truth[name].flatten().to(known.device)
            total = total + cross_entropy(classes, wanted, ignore_index=UNKNOWN, reduction="sum")
        return total
