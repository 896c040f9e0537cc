"""The whole network: encoder, memory cells, and heads for action, value and labels.

The actor head gives the logits of every discrete head, then the mean of every number before it is squashed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor, nn

from gamemeta.action_mask import ACTION_MASK, NEVER
from gamemeta.agent.marks.by_fact import marks_of
from gamemeta.agent.shape.choices_shape import encoded, without_first_head
from gamemeta.agent.shape.config import NORMALISED, TABLE, NetworkConfig
from gamemeta.agent.shape.spread import LEAST_LOG_STD, MOST_LOG_STD
from gamemeta.errors import ConfigError
from gamemeta.facts import Facts
from gamemeta.networks.beliefs import BeliefHeads
from gamemeta.networks.cells.cell import MemoryCell, Stream, rms_norm
from gamemeta.networks.cells.choices.scores import ChoiceScores
from gamemeta.networks.cells.registry import make_cells
from gamemeta.networks.encoders.encoder import Encoder
from gamemeta.networks.functions.functions import Heads, apply
from gamemeta.networks.layout import Layout
from gamemeta.networks.normaliser import Normaliser
from gamemeta.networks.squashed_normals import FIRST_LOG_STD, SquashedNormals
from gamemeta.spec import Spec


@dataclass(frozen=True)
class PolicyOutput:
    """Head outputs of the network for [T, n] inputs."""

    head_outputs: Tensor
    """[T, n, columns], by all heads; of choices that are not legal, `gamemeta.action_mask.NEVER`."""
    layout: Layout
    """Whose columns are whose."""
    log_std: Tensor | None
    """[numbers], of the action's numbers; None where it has none."""
    known: Tensor | None = None
    """[T, n, F], what beliefs are read from; None in a network without any."""

    @property
    def logits(self) -> tuple[Tensor, ...]:
        """One [T, n, actions] for each head."""
        return tuple(self.head_outputs[..., columns] for columns in self.layout.of_heads)

    @property
    def continuous(self) -> SquashedNormals | None:
        """Distribution of the action's continuous numbers; None where it has none."""
        if self.log_std is None:
            return None
        mean = self.head_outputs[..., self.layout.of_continuous]
        return SquashedNormals(mean, self.log_std.expand_as(mean))

    @property
    def value(self) -> Tensor:
        """[T, n], expected discounted return of the rest of the trial."""
        return self.head_outputs[..., self.layout.value]

    @property
    def labels(self) -> dict[str, Tensor]:
        """Logits [T, n, classes] by name, for the auxiliary loss."""
        return {name: self.head_outputs[..., columns] for name, columns in self.layout.of_labels.items()}

    @property
    def reward(self) -> Tensor | None:
        """[T, n, actions of all heads], the reward expected next for each, for the auxiliary loss."""
        return self.head_outputs[..., self.layout.of_rewards] if self.layout.rewards else None

    def at(self, where: Tensor) -> "PolicyOutput":
        """The same of some inputs alone: [M, ...], those where the mask [T, n] holds."""
        where = where.to(self.head_outputs.device)
        known = None if self.known is None else self.known[where]
        return replace(self, head_outputs=self.head_outputs[where], known=known)


class MemoryPolicy(nn.Module):
    """A recurrent actor and critic.

    Args:
        spec: of the game.
        config: shape.
        labels: classes of each label that a head predicts in training.
        rewards: whether a head predicts rewards in training.
        facts: hidden facts that heads have beliefs about; see `gamemeta.networks.beliefs`.
    Raises:
        ConfigError: a table or rewards predicted for each action, where the action has only numbers.
    """

    def __init__(
        self,
        spec: Spec,
        config: NetworkConfig,
        labels: Mapping[str, int],
        *,
        rewards: bool = False,
        facts: Facts | None = None,
    ) -> None:
        super().__init__()
        self.spec, self.config = spec, config
        self.layout = Layout(spec.action.heads, spec.action.continuous, dict(labels), rewards)
        width, actions, continuous = config.width, sum(spec.action.heads), spec.action.continuous
        if rewards and not actions:
            raise ConfigError(
                "reward_weight predicts a reward for each discrete action, and this game has only numbers. "
                "Leave it at 0."
            )
        self.normaliser = Normaliser(spec.obs, reward=config.reward_input == NORMALISED)
        self.encoder = Encoder(encoded(spec), width, image_encoder=config.image_encoder)
        self.cells = make_cells(config, spec)
        self.actor = nn.Linear(width, actions + continuous)
        if continuous:
            self.log_std = nn.Parameter(torch.full((continuous,), FIRST_LOG_STD))
        self.critic = nn.Linear(width, 1)
        self.label_heads = nn.ModuleDict({k: nn.Linear(width, n) for k, n in labels.items()})
        self.reward_head = nn.Linear(width, actions) if rewards else None
        if TABLE in config.cells:
            self.choice_actor = nn.Parameter(torch.randn(config.choice_width) * 0.01)
            if rewards:
                self.choice_reward = nn.Parameter(torch.zeros(config.choice_width))
        self.choice_scores: ChoiceScores | None = None
        if spec.choices is not None:
            self.choice_scores = ChoiceScores(spec.choices, width, config.choice_width, rewards=rewards)
        for head in (self.actor, self.critic):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
        for aside in (self.label_heads, self.reward_head):
            for parameter in aside.parameters() if aside is not None else ():
                nn.init.zeros_(parameter)
        marks = marks_of(facts or {}, spec)
        self.belief_heads = BeliefHeads(facts, config.known, width, marks) if facts else None

    def forward(
        self, inputs: dict[str, Tensor], state: list[Tensor], reset: Tensor
    ) -> tuple[PolicyOutput, list[Tensor]]:
        """Run over [T, n] inputs from the memory [n, S] of each cell.

        `reset` uint8 [T, n] clears the memory before step t. Returns the memory after step T.
        """
        inputs = self.normaliser(inputs)
        stream, last = Stream(self.encoder(without_first_head(self.spec, inputs)), None, inputs), []
        for module, memory in zip(self.cells, state, strict=True):
            cell = cast(MemoryCell, module)
            stream, newest = cell.advance(stream, memory, reset)
            last.append(newest)
        output = self._decide(stream, inputs.get(ACTION_MASK))
        return replace(output, known=self._known(stream)), last

    def _known(self, stream: Stream) -> Tensor | None:
        if stream.posterior is not None or self.belief_heads is None:
            return stream.posterior
        return rms_norm(stream.x)

    def _decide(self, stream: Stream, mask: Tensor | None) -> PolicyOutput:
        heads = [self.actor, self.critic, *self.label_heads.values()]
        if self.reward_head is not None:
            heads.append(self.reward_head)
        head_outputs: Tensor = apply(
            Heads, stream.x, *(head.weight for head in heads), *(head.bias for head in heads)
        )
        if stream.choices is not None:
            head_outputs = self._with_choices(head_outputs, stream.choices)
        if self.choice_scores is not None:
            head_outputs = self._scored(head_outputs, self.choice_scores, stream)
        if mask is not None:
            head_outputs = head_outputs.masked_fill(self._illegal(mask, head_outputs.shape[-1]), float(NEVER))
        return PolicyOutput(head_outputs, self.layout, getattr(self, "log_std", None))

    def _illegal(self, mask: Tensor, columns: int) -> Tensor:
        """bool [T, n, columns], which of what all heads say are logits of choices that are not legal."""
        illegal = torch.zeros((*mask.shape[:-1], columns), dtype=torch.bool, device=mask.device)
        for head in self.spec.action.columns:
            off = mask[..., head] == 0
            illegal[..., head] = off & ~off.all(-1, keepdim=True)
        return illegal

    def _with_choices(self, head_outputs: Tensor, choices: Tensor) -> Tensor:
        """What is known of each action [T, n, A, C] added to what the heads say of it."""
        actions = self.layout.of_continuous.start
        parts = [head_outputs[..., :actions] + choices @ self.choice_actor, head_outputs[..., actions:]]
        if self.reward_head is not None:
            rewards = self.layout.of_rewards.start
            parts[1:] = (
                head_outputs[..., actions:rewards],
                head_outputs[..., rewards:] + choices @ self.choice_reward,
            )
        return torch.cat(parts, -1)

    def _scored(self, head_outputs: Tensor, scores: ChoiceScores, stream: Stream) -> Tensor:
        """The same with what is known of choices by their features as all that is said of the first head."""
        known, first = scores(stream.x, stream.inputs), scores.count
        parts = [known @ scores.actor, head_outputs[..., first:]]
        if self.reward_head is not None:
            rewards = self.layout.of_rewards.start
            parts[1:] = (
                head_outputs[..., first:rewards],
                known @ scores.reward,
                head_outputs[..., rewards + first :],
            )
        return torch.cat(parts, -1)

    @torch.no_grad()
    def limit(self) -> None:
        """Keep the spread of the action's numbers in a sane range; to be called after every change."""
        if self.spec.action.continuous:
            self.log_std.clamp_(LEAST_LOG_STD, MOST_LOG_STD)
