"""The outer loop of MAML (Finn et al. 2017) by PPO's clipped ratio (ProMP, Rothfuss et al. 2019).

A rollout is whole trials. Episode k was played with the weights after k - 1 steps on the episodes before. The
outer loop plays the same steps again in torch, from the newest weights, and changes what trials start from so
that actions with an advantage become likelier under the weights that each episode was played with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.agent.file import AgentFile
from gamemeta.agent.gradient.baseline import returns_of
from gamemeta.agent.gradient.shape import CRITIC, DEVIATION, LOG_STD, MEAN, POLICY, GradientShape
from gamemeta.agent.shape.spread import LEAST_LOG_STD, MOST_LOG_STD
from gamemeta.errors import AgentFileError, TrainingError
from gamemeta.learners.flat_adam import FlatAdam
from gamemeta.learners.gathered import together
from gamemeta.learners.maml.config import FIRST, MAMLConfig
from gamemeta.learners.maml.functional import Choices, Steps, choices, perceptron, stepped
from gamemeta.learners.maml.played import Played, played_in
from gamemeta.learners.maml.task_learner import GradientLearner
from gamemeta.learners.maml.weights import MAMLWeights
from gamemeta.learners.meta_learner import TRIALS, Group, MetaLearner
from gamemeta.learners.return_scale import ReturnScale
from gamemeta.rollout.rollout import Rollout


@dataclass
class Trials:
    """Whole trials of some lanes, as `MAML.loss_and_grads` takes them."""

    episodes: list[Played]
    steps: int
    """Steps of the whole minibatch, of which this may be a part: what sums are divided by."""


class MAML(MetaLearner):
    """Changes the weights that trials start from, and step sizes, so that a step helps more.

    Args:
        shape: of the network.
        config: settings.
        memory: as in `TrialConfig`; without `trial` no step is ever taken.
    """

    window = TRIALS

    def __init__(self, shape: GradientShape, config: MAMLConfig, *, memory: str = "trial") -> None:
        self.shape, self.config = shape, config
        self.weights_now = MAMLWeights(shape, config)
        self._parameters = list(self.weights_now.parameters.values())
        self._adam = FlatAdam(self._parameters)
        self.task_learner = GradientLearner(self.weights_now, memory=memory)
        self.explorer = self.task_learner
        self.return_scale = ReturnScale(by_step=False)
        self._played: list[list[Played]] = []

    def prepare(self, rollouts: list[Rollout], group: Group) -> dict[str, float]:
        """Advantages of the steps of all episodes; the log has the mean return of the first and last ones."""
        self._played = group.map(self._estimated, rollouts)
        count = max(group.gather([len(episodes) for episodes in self._played]))
        for k in range(count):
            self._normalise([episodes[k] for episodes in self._played if k < len(episodes)], group)
        paid = [[(e.reward * e.mask).sum(axis=1) for e in episodes] for episodes in self._played]
        first = np.concatenate(group.gather([returns[0] for returns in paid]))
        last = np.concatenate(group.gather([returns[-1] for returns in paid]))
        return {"return_first": float(first.mean()), "return_last": float(last.mean())}

    def _estimated(self, rollout: Rollout) -> list[Played]:
        """The episodes of a rollout with their advantages and the critic's targets."""
        core, rollout.surprise[:] = self.task_learner.core, 0.0
        played, lanes = played_in(rollout), np.arange(rollout.lanes.count)[:, None]
        for one in played:
            inputs = core.normalise(one.inputs)
            seen = core.shape.seen(inputs)
            one.advantage = core.advantages(inputs, seen, one.reward, one.mask)
            if core.scale.known:
                returns = returns_of(one.reward, one.mask, core.scale.discount)
                one.target = (core.scale.targets(returns) * one.mask).astype(np.float32)
            at = one.mask > 0
            surprise = one.advantage * self.weights_now.scales[DEVIATION]
            rollout.surprise[one.step[at], np.broadcast_to(lanes, at.shape)[at]] = surprise[at]
        return played

    def _normalise(self, episodes: list[Played], group: Group) -> None:
        """Weights of the outer loop: advantages with mean 0 and deviation 1 over the lanes of all shards."""
        values = np.concatenate(group.gather([e.advantage[e.mask > 0] for e in episodes]))
        mean, deviation = (values.mean(), values.std()) if len(values) else (0.0, 0.0)
        for one in episodes:
            normal = (one.advantage - mean) / (deviation if deviation > 0 else 1.0)
            one.weight = (normal * one.mask).astype(np.float32)

    def minibatches(self, rollouts: list[Rollout], group: Group) -> Iterator[list[Trials]]:
        """Of every rollout, the whole trials of some of its lanes; all lanes once an epoch."""
        count = self.config.minibatches
        for k in range(self.config.epochs * count):
            parts = []
            for rollout, played in zip(rollouts, self._played, strict=True):
                first, size = k % count, rollout.lanes.count // count
                some = slice(first * size, (first + 1) * size)
                parts.append([episode.lanes(some) for episode in played])
            steps = [int(sum(episode.mask.sum() for episode in part)) for part in parts]
            whole = max(1, sum(group.gather(steps)))
            yield [Trials(part, whole) for part in parts]

    def loss_and_grads(self, batch: Trials) -> tuple[list[Tensor], dict[str, float]]:
        parameters, n = self.weights_now.parameters, len(batch.episodes[0].mask)
        start = {name: parameters[POLICY + name].expand(n, *one) for name, one in self.shape.policy().items()}
        rates = {name: self.weights_now.rate(name) for name in start}
        weights, loss, terms = dict(start), torch.zeros(()), dict.fromkeys(TERMS, 0.0)
        for k, played in enumerate(batch.episodes):
            steps = Steps.of(self.shape, played, self.task_learner.core.normalise(played.inputs))
            share = self.config.first_episode if k == 0 and self.task_learner.adapts else 1.0
            now = choices(self.shape, weights, steps)
            part = self._loss(now, steps, share / batch.steps, terms)
            loss = loss + part + self._critic_loss(steps, 1 / batch.steps, terms)
            if self.task_learner.adapts and k + 1 < len(batch.episodes):
                first_order = self.config.order == FIRST
                weights = stepped(weights, rates, self.shape, steps, first_order=first_order)
        grads = torch.autograd.grad(loss, self._parameters, allow_unused=True)
        filled = [
            torch.zeros_like(p) if g is None else g for p, g in zip(self._parameters, grads, strict=True)
        ]
        return filled, terms

    def _loss(self, now: Choices, steps: Steps, share: float, terms: dict[str, float]) -> Tensor:
        """PPO's loss of one episode of each agent, times a share; its terms are added to `terms`."""
        change = now.log_prob - steps.log_prob
        ratio, clip = change.exp(), self.config.clip
        gain = torch.minimum(ratio * steps.weight, ratio.clamp(1 - clip, 1 + clip) * steps.weight)
        entropy = (now.entropy * steps.mask).sum()
        policy = -(gain * steps.mask).sum()
        terms["policy_loss"] += share * float(policy.detach())
        terms["entropy"] += share * float(entropy.detach())
        with torch.no_grad():
            terms["kl"] += share * float(((ratio - 1 - change) * steps.mask).sum())
            terms["clip_share"] += share * float((((ratio - 1).abs() > clip) * steps.mask).sum())
        return share * (policy - self.config.entropy * entropy)

    def _critic_loss(self, steps: Steps, share: float, terms: dict[str, float]) -> Tensor:
        parameters = self.weights_now.parameters
        critic = {name: parameters[CRITIC + name][None] for name in self.shape.critic()}
        error = (perceptron(critic, steps.seen)[..., 0] - steps.target) * steps.mask
        loss = 0.5 * share * error.square().sum()
        terms["value_loss"] += float(loss.detach())
        return self.config.value_weight * loss

    def apply(self, grads: list[Tensor], progress: float) -> dict[str, float]:
        rate = self.config.learning_rate * (1 - (1 - self.config.final_learning_rate) * progress)
        norm = self._adam.clip(grads, self.config.max_grad_norm)
        if not np.isfinite(norm):
            raise TrainingError(
                "the gradients are not finite. Lower maml.inner_rate or maml.learning_rate, or look for "
                "rewards or observations of enormous size; the last checkpoint is unharmed."
            )
        self._adam.step(rate)
        spread = self.weights_now.parameters.get(POLICY + LOG_STD)
        if spread is not None:
            spread.data.clamp_(LEAST_LOG_STD, MOST_LOG_STD)
        return {"grad_norm": norm, "learning_rate": rate}

    def observe(self, rollouts: list[Rollout], group: Group) -> None:
        """Bring the scales of returns and observations up to date, after the gradients: what was played is
        learned from as it was seen. All lanes together, so that shards do not matter."""
        returns = [
            returns_of(one.reward, one.mask, self.config.discount)[one.mask > 0].astype(np.float32)
            for played in self._played
            for one in played
        ]
        every = np.concatenate(group.gather([np.concatenate(returns)]))
        self.return_scale.update(every, np.zeros(len(every), np.int64))
        self._take_scale()
        normaliser = self.weights_now.normaliser
        seen = {
            name: together(rollouts, [r.inputs[name] for r in rollouts], group) for name in normaliser.names
        }
        for name, values in seen.items():
            if not np.isfinite(values).all():
                raise TrainingError(
                    f"the observation {name!r} holds NaN or infinity. Look where the game computes it; the "
                    "last checkpoint is unharmed."
                )
        normaliser.update(seen)

    def _take_scale(self) -> None:
        scales = self.weights_now.scales
        scales[MEAN][:], scales[DEVIATION][:] = self.return_scale.mean, self.return_scale.deviation

    def weights(self) -> dict[str, NDArray[Any]]:
        return {name: array.astype(np.float32) for name, array in self.weights_now.state_dict().items()}

    def begin_from(self, file: AgentFile) -> None:
        ours = self.weights_now.state_dict()
        if file.task_learner != self.task_learner.kind or set(file.weights) != set(ours):
            raise AgentFileError(
                "the agent to begin with has other weights than this training. Give an agent of the learner "
                "`maml` with the same network and maml.inner_rates."
            )
        try:
            self.weights_now.load_state_dict({k: v.astype(ours[k].dtype) for k, v in file.weights.items()})
        except ValueError as error:
            raise AgentFileError(
                f"the agent to begin with does not fit this training: {error}. Give network.width, "
                "network.layers and maml.inner_rates as it has them."
            ) from error

    def state_dict(self) -> dict[str, NDArray[Any]]:
        state = {f"weights.{k}": v for k, v in self.weights_now.state_dict().items()}
        state |= {f"adam.{k}": v for k, v in self._adam.state_dict().items()}
        return state | {f"returns.{k}": v for k, v in self.return_scale.state_dict().items()}

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` returned: weights, moments of Adam, and the scale of returns."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}

        self.weights_now.load_state_dict(part("weights."))
        self._adam.load_state_dict(part("adam."))
        self.return_scale.load_state_dict(part("returns."))


TERMS = ("policy_loss", "value_loss", "entropy", "kl", "clip_share")
"""Names of the loss terms."""
