"""The meta-learner of RL^2 on proximal policy optimisation (Schulman et al. 2017)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import Parameter

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError, TrainingError
from gamemeta.learners.rl2.device import Twin
from gamemeta.learners.rl2.flat_adam import FlatAdam
from gamemeta.learners.rl2.loss_terms import Weights
from gamemeta.learners.rl2.memory_learner import MemoryLearner, tensors
from gamemeta.learners.rl2.objective import objective
from gamemeta.learners.rl2.return_scale import ReturnScale
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput
from gamemeta.rollout.batch import Batch


@dataclass(frozen=True, kw_only=True)
class PPOConfig:
    """Settings of the outer loop."""

    learning_rate: float = 3e-3
    """Adam's step size after the warm-up."""
    final_learning_rate: float = 0.05
    """Share of it that is left at the end; it falls linearly."""
    warmup: float = 0.02
    """Share of the steps over which the step size rises from 0."""
    epochs: int = 1
    """Passes over each rollout."""
    minibatches: int = 8
    """Parts that a rollout is cut into, by lanes; one Adam step each."""
    discount: float = 0.97
    """Discount factor of a step (gamma)."""
    lam: float = 0.95
    """Mixing weight of generalised advantage estimation (lambda)."""
    clip: float = 0.2
    """How far the probability ratio may move from 1 before its gradient stops."""
    entropy: float = 0.02
    """Weight of the entropy bonus at the start."""
    final_entropy: float = 0.1
    """Share of it that is left at the end."""
    value_weight: float = 0.5
    """Weight of the value loss."""
    label_weight: float = 0.3
    """Weight of the auxiliary loss on the solver's labels; 0 trains without them."""
    guide_weight: float = 0.0
    """Weight, at the start, of imitating the moves that the game's guiding label calls right; 0: never."""
    guide_until: float = 0.3
    """Share of the steps after which nothing of it is left; it falls linearly."""
    reward_weight: float = 0.0
    """Weight of the auxiliary loss on predicting the reward of each action; 0 trains without it."""
    scale_returns: bool = False
    """Whether values are told on the scale of the returns seen so far, not in units of reward."""
    scale_by_step: bool = True
    """Whether that scale is another one for each step of a trial, which suits trials of equal length that are
    hardly discounted; else there is one for all."""
    max_grad_norm: float = 0.5
    """Gradients longer than this are scaled down to it."""
    team_share: float = 0.0
    """Share of a seat's reward that is the mean over its team's, in games of several seats: 0 learns from
    rewards as the game pays them, 1 from those of the team alone."""

    def __post_init__(self) -> None:
        check_ranges(
            self,
            learning_rate=(0.0, 1.0),
            final_learning_rate=(0.0, 1.0),
            warmup=(0.0, 1.0),
            epochs=(1, 100),
            minibatches=(1, 4096),
            discount=(0.0, 1.0),
            lam=(0.0, 1.0),
            clip=(0.0, 10.0),
            entropy=(0.0, 10.0),
            final_entropy=(0.0, 1.0),
            value_weight=(0.0, 100.0),
            label_weight=(0.0, 100.0),
            guide_weight=(0.0, 100.0),
            guide_until=(1e-6, 1.0),
            reward_weight=(0.0, 100.0),
            max_grad_norm=(0.0, 1e6),
            team_share=(0.0, 1.0),
        )


class PPO:
    """Changes the weights of a memory learner so that its memory adapts better.

    Args:
        policy: the network, changed in place.
        config: settings.
        memory: when the memory learner forgets, as in `TrialConfig`.
        guide: the label whose classes are the actions of the first head, to be imitated at the start.
        device: where gradients are computed, in plain torch; None: here, by compiled kernels.
    Raises:
        ConfigError: a guide is to be imitated where there is no head.
    """

    def __init__(
        self,
        policy: MemoryPolicy,
        config: PPOConfig,
        *,
        memory: str = "trial",
        guide: str | None = None,
        device: torch.device | None = None,
    ) -> None:
        if config.guide_weight and guide and not policy.spec.action.heads:
            raise ConfigError(
                "ppo.guide_weight imitates discrete actions, and this game has only numbers. Leave it at 0."
            )
        self.policy, self.config, self.guide = policy, config, guide
        self.task_learner = MemoryLearner(policy, memory=memory)
        self._parameters = list(policy.parameters())
        self._adam = FlatAdam(self._parameters)
        self.twin = None if device is None else Twin(policy, device)
        self._entropy, self._guide = config.entropy, config.guide_weight
        self.return_scale = ReturnScale(by_step=config.scale_by_step) if config.scale_returns else None

    def loss_and_grads(self, batch: Batch) -> tuple[list[Tensor], dict[str, float]]:
        if self.twin is None:
            output, _ = self.task_learner.scan(
                tensors(batch.inputs), batch.state, torch.from_numpy(np.ascontiguousarray(batch.reset))
            )
            return self._gradients(self._parameters, output, batch)
        with self.twin.up_to_date():
            there = list(self.twin.policy.parameters())
            grads, terms = self._gradients(there, self.twin.scan(batch), batch)
            return self.twin.brought_back(grads), terms

    def _gradients(
        self, parameters: list[Parameter], output: PolicyOutput, batch: Batch
    ) -> tuple[list[Tensor], dict[str, float]]:
        """Of the loss that a batch has, with respect to these parameters, and its terms."""
        if batch.acting is not None:
            output, batch = output.at(torch.from_numpy(batch.acting)), batch.learned_from()
        c = self.config
        weights = Weights(
            value=c.value_weight,
            entropy=self._entropy,
            label=c.label_weight,
            guide=self._guide,
            reward=c.reward_weight,
        )
        loss, terms = objective(output, batch, weights, clip=c.clip, guide=self.guide)
        grads = torch.autograd.grad(loss, parameters, allow_unused=True)
        filled = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, grads, strict=True)]
        return filled, terms

    def apply(self, grads: list[Tensor], progress: float) -> dict[str, float]:
        c = self.config
        warm = min(1.0, (progress + 1e-3) / c.warmup) if c.warmup else 1.0
        rate = c.learning_rate * warm * (1 - (1 - c.final_learning_rate) * progress)
        self._entropy = c.entropy * (1 - (1 - c.final_entropy) * progress)
        self._guide = c.guide_weight * max(0.0, 1 - progress / c.guide_until)
        norm = self._adam.clip(grads, c.max_grad_norm)
        if not np.isfinite(norm):
            raise TrainingError(
                "the gradients are not finite. Look for rewards or observations of enormous size, "
                "or lower ppo.learning_rate; the last checkpoint is unharmed."
            )
        self._adam.step(rate)
        self.policy.limit()
        return {"grad_norm": norm, "learning_rate": rate}

    def state_dict(self) -> dict[str, NDArray[Any]]:
        state = {f"weights.{k}": v.numpy().copy() for k, v in self.policy.state_dict().items()}
        state |= {f"adam.{k}": v for k, v in self._adam.state_dict().items()}
        state["entropy"], state["guide"] = np.array([self._entropy]), np.array([self._guide])
        if self.return_scale is not None:
            state |= {f"returns.{k}": v for k, v in self.return_scale.state_dict().items()}
        return state

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` gave: weights, moments of Adam, and the scale of returns."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}

        self.policy.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in part("weights.").items()})
        self._adam.load_state_dict(part("adam."))
        self._entropy, self._guide = float(state["entropy"][0]), float(state["guide"][0])
        if self.return_scale is not None:
            names = self.return_scale.state_dict()
            self.return_scale.load_state_dict({name: state[f"returns.{name}"] for name in names})
