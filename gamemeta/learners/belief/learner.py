"""The meta-learner of beliefs (VariBAD, Zintgraf et al. 2020).

Memory cells and a posterior over a latent infer what the level is like: each posterior is trained to predict
the rewards of the whole trial, as far as a rollout holds it, and the hidden facts that the game names. The
policy sees the observation and the posterior, and is trained by PPO; what it learns stops at the posterior.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import Parameter

from gamemeta.learners.belief.config import BeliefConfig
from gamemeta.learners.belief.decoder import RewardDecoder, divergence, sampled, shifted
from gamemeta.learners.meta_learner import Group
from gamemeta.learners.rl2.belief_loss import EVERY, belief_loss
from gamemeta.learners.rl2.memory_learner import tensors
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.cells.posterior.cell import Posterior
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput
from gamemeta.rollout.batch import Batch
from gamemeta.rollout.rollout import Rollout
from gamemeta.tensor_file import alike
from gamemeta.trials.streams import Stream, trial_seeds

OF_POLICY = ("actor.", "critic.", "label_heads.", "reward_head.", "log_std")
"""What the names of weights begin with that rewards change, besides the policy's part of the posterior."""


@dataclass
class SeededBatch(Batch):
    """A batch, and what the draws of its loss come from."""

    seed: int = 0


class BeliefLearner(PPO):
    """PPO on a policy that sees the world through a posterior, and the inference of that posterior.

    Args:
        policy: the network, with a posterior.
        config: settings.
        seed: of the run.
        more: `memory` and `guide` of `PPO`.
    """

    config: BeliefConfig

    def __init__(self, policy: MemoryPolicy, config: BeliefConfig, *, seed: int, **more: Any) -> None:
        shape = policy.config
        last = len(policy.cells) - 1
        self.of_policy = (*OF_POLICY, f"cells.{last}.sight.", f"cells.{last}.act.")
        self.decoder = RewardDecoder(policy.spec, shape.latent, shape.width, shape.image_encoder)
        cast(Posterior, policy.cells[last]).shaped_by_policy = config.policy_shapes
        self._seed, self._draws, self._name = seed, 0, f"cells.{last}"
        super().__init__(policy, config, **more)

    def is_aside(self, name: str) -> bool:
        """Whether a weight belongs to the inference, not to the policy."""
        return not name.startswith(self.of_policy)

    def _parameters(self, policy: MemoryPolicy) -> tuple[list[Parameter], list[Parameter]]:
        acting, aside = super()._parameters(policy)
        return acting, [*aside, *self.decoder.parameters()]

    def minibatches(self, rollouts: list[Rollout], group: Group) -> Iterator[list[Batch]]:
        for parts in super().minibatches(rollouts, group):
            number = self._draws + np.array(group.numbers)
            self._draws += group.count
            seeds = trial_seeds(self._seed, Stream.INFERENCE, number) >> np.uint64(1)
            yield [SeededBatch(**vars(x), seed=int(seed)) for x, seed in zip(parts, seeds, strict=True)]

    def loss_aside(
        self, policy: MemoryPolicy, output: PolicyOutput, batch: Batch
    ) -> tuple[Tensor | float, dict[str, float]]:
        """What the posteriors of a batch miss of the rewards and hidden facts of their trials, and how far
        each lies from the one before."""
        posterior, config = output.known, self.config
        assert posterior is not None and isinstance(batch, SeededBatch)
        reset = torch.from_numpy(np.ascontiguousarray(batch.reset))
        before = shifted(posterior, torch.from_numpy(batch.state[self._name]), reset)
        terms = {"kl_loss": divergence(posterior, before).sum() / batch.rows}
        terms["decoder_loss"] = self._missed(posterior, batch, reset)
        loss = config.kl_weight * terms["kl_loss"] + config.decoder_weight * terms["decoder_loss"]
        if policy.belief_heads is not None:
            known = posterior if config.belief_shapes else posterior.detach()
            terms["belief_loss"] = belief_loss(policy.belief_heads, known, batch)
            loss = loss + config.belief_weight * terms["belief_loss"]
        return loss, {name: float(term.detach()) for name, term in terms.items()}

    def _missed(self, posterior: Tensor, batch: "SeededBatch", reset: Tensor) -> Tensor:
        """Errors in the rewards of steps of the same trial, drawn for some of the posteriors, in the mean."""
        draws = torch.Generator().manual_seed(batch.seed)
        some = posterior[::EVERY]
        sample = sampled(some, torch.randn((*some.shape[:2], some.shape[2] // 2), generator=draws))
        steps, trial = len(posterior), reset.long().cumsum(0)
        chosen = torch.randint(steps, (self.config.decoded_steps, *some.shape[:2]), generator=draws)
        lanes = torch.arange(posterior.shape[1])
        same = (trial[chosen, lanes] == trial[::EVERY]) & (reset[chosen, lanes] == 0)
        inputs = self.policy.normaliser(tensors(batch.inputs))
        errors = self.decoder.errors(sample, inputs, chosen) * same
        return errors.sum() * (EVERY / (self.config.decoded_steps * batch.rows))

    def state_dict(self) -> dict[str, NDArray[Any]]:
        decoder = {f"decoder.{k}": x.numpy().copy() for k, x in self.decoder.state_dict().items()}
        return {**super().state_dict(), **decoder, "draws": np.array([self._draws])}

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        mine = {k: alike(state, f"decoder.{k}", x.numpy()) for k, x in self.decoder.state_dict().items()}
        super().load_state_dict(state)
        self.decoder.load_state_dict({k: torch.from_numpy(x.copy()) for k, x in mine.items()})
        self._draws = int(alike(state, "draws", np.zeros(1, np.int64))[0])
