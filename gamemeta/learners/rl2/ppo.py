"""The meta-learner of RL^2 on proximal policy optimisation (Schulman et al. 2017)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import Parameter

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError, TrainingError
from gamemeta.learners.device import CPU
from gamemeta.learners.flat_adam import FlatAdam
from gamemeta.learners.gathered import together
from gamemeta.learners.imitation.loss import advice_loss, equal_actions, imitation_loss
from gamemeta.learners.meta_learner import Group, MetaLearner
from gamemeta.learners.return_scale import ReturnScale
from gamemeta.learners.rl2.belief_loss import belief_loss
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.device_replica import DeviceReplica
from gamemeta.learners.rl2.estimates import (
    Estimates,
    estimate,
    explained_variance,
    normalise,
    to_targets,
)
from gamemeta.learners.rl2.loss_terms import Weights
from gamemeta.learners.rl2.memory_learner import MemoryLearner, tensors
from gamemeta.learners.rl2.objective import objective
from gamemeta.learners.rl2.restore import begin_from
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput
from gamemeta.networks.restore import weights_of
from gamemeta.rollout.batch import Batch
from gamemeta.rollout.rollout import Rollout
from gamemeta.tensor_file import alike
from gamemeta.trials.task_learner import Inputs


class PPO(MetaLearner):
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
                f"{config.section}.guide_weight imitates discrete actions, and this game has only numbers. "
                "Leave it at 0."
            )
        self.policy, self.config, self.guide = policy, config, guide
        self.task_learner: MemoryLearner = MemoryLearner(policy, memory=memory)
        self.explorer = self.task_learner
        self.labels = bool(policy.layout.labels)
        self.facts = {} if policy.belief_heads is None else policy.belief_heads.facts
        acting, aside = self._parameters(policy)
        self._adam = FlatAdam(acting)
        self._aside = FlatAdam(aside) if aside else None
        self.replica = None if device is None else DeviceReplica(policy, device)
        self._entropy, self._guide = config.entropy, config.guide_weight
        self.return_scale = ReturnScale(by_step=config.scale_by_step) if config.scale_returns else None
        self._estimates: list[Estimates] = []

    def _parameters(self, policy: MemoryPolicy) -> tuple[list[Parameter], list[Parameter]]:
        """The weights of the network that rewards change; and those learned aside, by gradients of their own
        length and an Adam of their own, so that they change nothing for the others."""
        parts: tuple[list[Parameter], list[Parameter]] = [], []
        for name, parameter in policy.named_parameters():
            parts[self.is_aside(name)].append(parameter)
        return parts

    @property
    def follows(self) -> bool:
        return self._guide > 0

    def is_aside(self, name: str) -> bool:
        """Whether the weight of this name is learned aside: heads of beliefs are."""
        return name.startswith("belief_heads.")

    @property
    def device(self) -> str:
        return CPU if self.replica is None else self.replica.device

    def prepare(self, rollouts: list[Rollout], group: Group) -> dict[str, float]:
        """Estimate advantages and returns; `explained_variance` says how good the values were."""
        estimates = [estimate(rollout, self.config, self.return_scale) for rollout in rollouts]
        for rollout, one in zip(rollouts, estimates, strict=True):
            rollout.surprise = one.advantage
        explained = explained_variance(rollouts, estimates, group)
        normalise(rollouts, estimates, group)
        if self.return_scale is not None:
            to_targets(rollouts, estimates, self.return_scale, group)
        self._estimates = estimates
        return {"explained_variance": explained}

    def minibatches(self, rollouts: list[Rollout], group: Group) -> Iterator[list[Batch]]:
        """Of every rollout, all steps of some of its lanes; all lanes once an epoch."""
        count = self.config.minibatches
        for k in range(self.config.epochs * count):
            parts = []
            for rollout, one in zip(rollouts, self._estimates, strict=True):
                first, size = k % count, rollout.lanes.count // count
                lanes = slice(first * size, (first + 1) * size)
                parts.append(rollout.batch(lanes, advantage=one.advantage, returns=one.returns))
            if rollouts[0].learned is None:  # every step of every lane, and shards have equally many
                rows = parts[0].rows * group.count
            else:
                rows = max(1, sum(group.gather([part.rows for part in parts])))
            seen = self.policy.normaliser.rewards
            yield [replace(part, rows=rows, reward=seen(part.reward)) for part in parts]

    def loss_and_grads(self, batch: Batch) -> tuple[list[Tensor], dict[str, float]]:
        if self.replica is None:
            with torch.set_grad_enabled(not self.config.beliefs_only):
                output = self._scanned(batch)
            return self._gradients(self.policy, output, batch)
        with self.replica.up_to_date():
            grads, terms = self._gradients(self.replica.policy, self.replica.scan(batch), batch)
            return self.replica.to_cpu(grads), terms

    def _scanned(self, batch: Batch) -> PolicyOutput:
        reset = torch.from_numpy(np.ascontiguousarray(batch.reset))
        return self.task_learner.scan(tensors(batch.inputs), batch.state, reset)[0]

    def _gradients(
        self, policy: MemoryPolicy, output: PolicyOutput, batch: Batch
    ) -> tuple[list[Tensor], dict[str, float]]:
        """Of the loss that a batch has, with respect to all weights, those aside last, and its terms."""
        beside, more = self.loss_aside(policy, output, batch)
        if batch.acting is not None:
            output, batch = output.at(torch.from_numpy(batch.acting)), batch.learned_from()
        c = self.config
        weights = Weights(
            policy=c.policy_weight,
            value=c.value_weight,
            entropy=self._entropy,
            label=c.label_weight,
            guide=self._guide,
            reward=c.reward_weight,
        )
        loss, terms = objective(output, batch, weights, clip=c.clip, guide=self.guide)
        if batch.advice is not None:
            missed = advice_loss(output, batch.advice).sum() / batch.rows
            loss, more = loss + self._guide * missed, {**more, "teacher_loss": float(missed.detach())}
        acting, aside = self._parameters(policy)
        parameters = [*acting, *aside]
        grads = torch.autograd.grad(loss + beside, parameters, allow_unused=True)
        filled = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, grads, strict=True)]
        return filled, terms | more

    def loss_aside(
        self, policy: MemoryPolicy, output: PolicyOutput, batch: Batch
    ) -> tuple[Tensor | float, dict[str, float]]:
        """The loss of what is learned aside, and its terms: how far beliefs are from the hidden facts."""
        if policy.belief_heads is None or output.known is None:
            return 0.0, {}
        known = output.known if self.config.belief_shapes else output.known.detach()
        loss = belief_loss(policy.belief_heads, known, batch)
        return self.config.belief_weight * loss, {"belief_loss": float(loss.detach())}

    def apply(self, grads: list[Tensor], progress: float) -> dict[str, float]:
        c = self.config
        warm = min(1.0, (progress + 1e-3) / c.warmup) if c.warmup else 1.0
        rate = c.learning_rate * warm * (1 - (1 - c.final_learning_rate) * progress)
        self._entropy = c.entropy * (1 - (1 - c.final_entropy) * progress)
        self._guide = c.guide_weight * max(0.0, 1 - progress / c.guide_until)
        return {"grad_norm": self._change(grads, rate), "learning_rate": rate}

    def _change(self, grads: list[Tensor], rate: float) -> float:
        """Change all weights by gradients; how long those of the policy were."""
        acting, longest = self._adam.count, self.config.max_grad_norm
        norm = self._adam.clip(grads[:acting], longest)
        beside = 0.0 if self._aside is None else self._aside.clip(grads[acting:], longest)
        if not np.isfinite(norm + beside):
            raise TrainingError(
                "the gradients are not finite. Look for rewards or observations of enormous size, "
                f"or lower {self.config.section}.learning_rate; the last checkpoint is unharmed."
            )
        if not self.config.beliefs_only:
            self._adam.step(rate)
        if self._aside is not None:
            self._aside.step(rate)
        self.policy.limit()
        return norm

    def observe(self, rollouts: list[Rollout], group: Group) -> None:
        """Bring the statistics of normalised observations and rewards up to date, after the gradients:
        what was played is learned from as it was seen. All lanes together, so that shards do not matter."""
        if self.config.beliefs_only:
            return
        normaliser = self.policy.normaliser
        seen = {
            name: together(rollouts, [r.inputs[name] for r in rollouts], group) for name in normaliser.names
        }
        for name, values in seen.items():
            if not np.isfinite(values).all():
                raise TrainingError(
                    f"the observation {name!r} holds NaN or infinity. Look where the game computes it; the "
                    "last checkpoint is unharmed."
                )
        normaliser.update(seen, together(rollouts, [r.reward for r in rollouts], group))

    def imitation(self, batch: Batch, *, learn: bool) -> tuple[list[Tensor], float, int]:
        """As `gamemeta.learners.imitation.cloning.Imitator` has it; on the processor, whatever the device."""
        assert batch.acting is not None
        played = batch.learned_from()
        assert played.raw is not None
        with torch.set_grad_enabled(learn):
            output = self._scanned(batch).at(torch.from_numpy(batch.acting))
            losses = imitation_loss(output, played.action, played.raw)
        equal = int(equal_actions(output, played.action).sum())
        if not learn:
            return [], float(losses.sum()), equal
        acting, aside = self._parameters(self.policy)
        parameters = [*acting, *aside]
        grads = torch.autograd.grad(losses.mean(), parameters, allow_unused=True)
        filled = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, grads, strict=True)]
        return filled, float(losses.detach().sum()), equal

    def imitate(self, grads: list[Tensor], rate: float) -> None:
        self._change(grads, rate)

    def see(self, inputs: Inputs, reward: NDArray[np.float32]) -> None:
        self.policy.normaliser.update(inputs, reward)

    def begin_anew(self) -> None:
        self._adam.load_state_dict({})
        if self._aside is not None:
            self._aside.load_state_dict({})

    def weights(self) -> dict[str, NDArray[Any]]:
        return dict(weights_of(self.policy))

    def begin_from(self, file: AgentFile) -> None:
        begin_from(self.policy, file)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        state = {f"weights.{k}": v.numpy().copy() for k, v in self.policy.state_dict().items()}
        state |= {f"adam.{k}": v for k, v in self._adam.state_dict().items()}
        if self._aside is not None:
            state |= {f"aside.{k}": v for k, v in self._aside.state_dict().items()}
        state["entropy"], state["guide"] = np.array([self._entropy]), np.array([self._guide])
        if self.return_scale is not None:
            state |= {f"returns.{k}": v for k, v in self.return_scale.state_dict().items()}
        return state

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` returned: weights, moments of Adam, and the scale of returns."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}

        self.task_learner.load_state_dict(part("weights."))
        self._adam.load_state_dict(part("adam."))
        if self._aside is not None:
            self._aside.load_state_dict(part("aside."))
        self._entropy, self._guide = (
            float(alike(state, name, np.zeros(1))[0]) for name in ("entropy", "guide")
        )
        if self.return_scale is not None:
            names = self.return_scale.state_dict()
            self.return_scale.load_state_dict({name: state[f"returns.{name}"] for name in names})
