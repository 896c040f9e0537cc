"""The whole network: encoder, memory cells, and heads for action, value and labels."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.networks.encoder import Encoder
from gamemeta.networks.memory import CELLS, make_cell, rms_norm
from gamemeta.spec import Spec


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Shape of the network."""

    cell: str = "mingru"
    """Memory cell: `mingru` (parallel in time, the faster) or `gru`."""
    width: int = 128
    """Units of every layer."""
    layers: int = 2
    """Memory cells, one after the other."""

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise ConfigError(f"cell = {self.cell!r}: choose one of {', '.join(CELLS)}.")
        check_ranges(self, width=(8, 4096), layers=(1, 16))


@dataclass
class PolicyOutput:
    """What the network says about [T, n] inputs."""

    logits: tuple[Tensor, ...]
    """One [T, n, actions] for each head."""
    value: Tensor
    """[T, n], expected discounted return of the rest of the trial."""
    labels: dict[str, Tensor]
    """Logits [T, n, classes] by name, for the auxiliary loss."""


class MemoryPolicy(nn.Module):
    """A recurrent actor and critic.

    Args:
        spec: of the game.
        config: shape.
        labels: classes of each label that a head predicts in training.
    """

    def __init__(self, spec: Spec, config: NetworkConfig, labels: Mapping[str, int]) -> None:
        super().__init__()
        self.spec, self.config = spec, config
        width = config.width
        self.encoder = Encoder(spec.inputs(), width)
        self.cells = nn.ModuleList(make_cell(config.cell, width) for _ in range(config.layers))
        self.actor = nn.Linear(width, sum(spec.action.heads))
        self.critic = nn.Linear(width, 1)
        self.label_heads = nn.ModuleDict({k: nn.Linear(width, n) for k, n in labels.items()})
        for head in (self.actor, self.critic):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
        for label_head in self.label_heads.values():
            for parameter in label_head.parameters():
                nn.init.zeros_(parameter)

    def forward(
        self, inputs: dict[str, Tensor], state: list[Tensor], reset: Tensor
    ) -> tuple[PolicyOutput, list[Tensor]]:
        """Run over [T, n] inputs from the memory [n, width] of each cell.

        `reset` uint8 [T, n] clears the memory before step t. Returns the memory after step T.
        """
        x = self.encoder(inputs)
        last = []
        for cell, memory in zip(self.cells, state, strict=True):
            x, newest = cell(x, memory, reset)
            last.append(newest)
        x = rms_norm(x)
        output = PolicyOutput(
            logits=self.actor(x).split(self.spec.action.heads, -1),
            value=self.critic(x)[..., 0],
            labels={name: head(x) for name, head in self.label_heads.items()},
        )
        return output, last
