"""The whole network: encoder, memory cells, and heads for action, value and labels.

The actor head gives the logits of every discrete head, then the mean of every number before it is squashed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from gamemeta.errors import ConfigError
from gamemeta.networks.cells import make_cells
from gamemeta.networks.config import TABLE, NetworkConfig
from gamemeta.networks.encoder import Encoder
from gamemeta.networks.memory import MemoryCell, Stream, rms_norm
from gamemeta.networks.normaliser import Normaliser
from gamemeta.networks.numbers import FIRST_LOG_STD, LEAST_LOG_STD, MOST_LOG_STD, SquashedNormals
from gamemeta.spec import Spec


@dataclass
class PolicyOutput:
    """What the network says about [T, n] inputs."""

    logits: tuple[Tensor, ...]
    """One [T, n, actions] for each head."""
    numbers: SquashedNormals | None
    """Of the action's numbers; None where it has none."""
    value: Tensor
    """[T, n], expected discounted return of the rest of the trial."""
    labels: dict[str, Tensor]
    """Logits [T, n, classes] by name, for the auxiliary loss."""
    reward: Tensor | None
    """[T, n, actions of all heads], the reward expected next for each, for the auxiliary loss."""

    def at(self, own: Tensor) -> "PolicyOutput":
        """The same of some inputs alone: [M, ...], those where the mask [T, n] holds."""
        numbers = self.numbers
        return PolicyOutput(
            logits=tuple(logits[own] for logits in self.logits),
            numbers=None if numbers is None else SquashedNormals(numbers.mean[own], numbers.log_std[own]),
            value=self.value[own],
            labels={name: logits[own] for name, logits in self.labels.items()},
            reward=None if self.reward is None else self.reward[own],
        )


class MemoryPolicy(nn.Module):
    """A recurrent actor and critic.

    Args:
        spec: of the game.
        config: shape.
        labels: classes of each label that a head predicts in training.
        rewards: whether a head predicts rewards in training.
    Raises:
        ConfigError: a table or rewards predicted for each action, where the action has only numbers.
    """

    def __init__(
        self, spec: Spec, config: NetworkConfig, labels: Mapping[str, int], *, rewards: bool = False
    ) -> None:
        super().__init__()
        self.spec, self.config = spec, config
        width, actions, numbers = config.width, sum(spec.action.heads), spec.action.numbers
        if rewards and not actions:
            raise ConfigError(
                "ppo.reward_weight predicts a reward for each discrete action, and this game has only "
                "numbers. Leave it at 0."
            )
        self.normaliser = Normaliser(spec.obs)
        self.encoder = Encoder(spec.inputs(), width, image_encoder=config.image_encoder)
        self.cells = make_cells(config, spec)
        self.actor = nn.Linear(width, actions + numbers)
        if numbers:
            self.log_std = nn.Parameter(torch.full((numbers,), FIRST_LOG_STD))
        self.critic = nn.Linear(width, 1)
        self.label_heads = nn.ModuleDict({k: nn.Linear(width, n) for k, n in labels.items()})
        self.reward_head = nn.Linear(width, actions) if rewards else None
        if TABLE in config.cells:
            self.choice_actor = nn.Parameter(torch.randn(config.choice_width) * 0.01)
            if rewards:
                self.choice_reward = nn.Parameter(torch.zeros(config.choice_width))
        for head in (self.actor, self.critic):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
        for aside in (self.label_heads, self.reward_head):
            for parameter in aside.parameters() if aside is not None else ():
                nn.init.zeros_(parameter)

    def forward(
        self, inputs: dict[str, Tensor], state: list[Tensor], reset: Tensor
    ) -> tuple[PolicyOutput, list[Tensor]]:
        """Run over [T, n] inputs from the memory [n, S] of each cell.

        `reset` uint8 [T, n] clears the memory before step t. Returns the memory after step T.
        """
        inputs = self.normaliser(inputs)
        stream, last = Stream(self.encoder(inputs), None, inputs), []
        for module, memory in zip(self.cells, state, strict=True):
            cell = cast(MemoryCell, module)
            stream, newest = cell.advance(stream, memory, reset)
            last.append(newest)
        return self._decide(rms_norm(stream.x), stream.choices), last

    def _decide(self, x: Tensor, choices: Tensor | None) -> PolicyOutput:
        logits, numbers = self.actor(x), None
        if self.spec.action.numbers:
            logits, mean = logits.tensor_split((sum(self.spec.action.heads),), -1)
            numbers = SquashedNormals(mean, self.log_std.expand_as(mean))
        reward = None if self.reward_head is None else self.reward_head(x)
        if choices is not None:
            logits = logits + choices @ self.choice_actor
            if reward is not None:
                reward = reward + choices @ self.choice_reward
        return PolicyOutput(
            logits=logits.split(self.spec.action.heads, -1),
            numbers=numbers,
            value=self.critic(x)[..., 0],
            labels={name: head(x) for name, head in self.label_heads.items()},
            reward=reward,
        )

    @torch.no_grad()
    def limit(self) -> None:
        """Keep the spread of the action's numbers in a sane range; to be called after every change."""
        if self.spec.action.numbers:
            self.log_std.clamp_(LEAST_LOG_STD, MOST_LOG_STD)
