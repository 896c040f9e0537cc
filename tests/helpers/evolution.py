"""A second meta-learner: evolution strategies (Salimans et al. 2017) over the policy of RL^2."""

from dataclasses import dataclass

import numpy as np
import torch

from gamemeta.learners.config import LearnerConfig
from gamemeta.learners.meta_learner import TRIALS, MetaLearner
from gamemeta.learners.registry import LearnerKind
from gamemeta.learners.rl2.kind import make_policy
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.learners.rl2.restore import memory_learner
from gamemeta.trials.task_learner import Decision


@dataclass(frozen=True, kw_only=True)
class EvolutionConfig(LearnerConfig):
    """Settings of evolution strategies: variants that play, deviation of their noise, length of a step."""

    members: int = 16
    noise: float = 0.1
    learning_rate: float = 0.3


class Members(MemoryLearner):
    """Variants of one policy; lane i of a rollout is played by variant i modulo their number."""

    def init(self, n):
        return {**super().init(n), "member": np.arange(n) % len(self.variants)}

    def step(self, state, inputs, reset):
        logits = np.zeros((len(reset), *self.policy.spec.action.heads), np.float32)
        after = {name: array.copy() for name, array in state.items()}
        for k in np.unique(state["member"]):
            rows = np.flatnonzero(state["member"] == k)
            seen = [{name: x[rows] for name, x in arrays.items()} for arrays in (state, inputs)]
            newest, decision = self.variants[k].step(*seen, reset[rows])
            logits[rows] = decision.logits[0]
            for name, array in newest.items():
                after[name][rows] = array
        return after, Decision(logits=(logits,), value=np.zeros(len(reset), np.float32))

    def stepping(self):
        return self.step


class Evolution(MetaLearner):
    """Moves the weights towards the variants whose trials paid more."""

    window = TRIALS

    def __init__(self, config, setup):
        self.config, self.seed, self.updates = config, setup.seed, 0
        self.policy = make_policy(setup)
        self.task_learner = MemoryLearner(self.policy, memory=setup.memory)
        self.explorer = Members(self.policy, memory=setup.memory)
        self.explorer.variants = [self.task_learner.frozen() for _ in range(config.members)]
        self._move(0.0)

    def _move(self, by):
        """Move the weights, and vary them by new noise, drawn from the run's seed and the updates so far."""
        center = torch.cat([p.detach().reshape(-1) for p in self.policy.parameters()]) + by
        shape = self.config.members // 2, len(center)
        half = np.random.default_rng([self.seed, self.updates]).standard_normal(shape, np.float32)
        self.noise = self.config.noise * torch.from_numpy(np.concatenate([half, -half]))
        learners = (self.task_learner, *self.explorer.variants)
        for learner, noise in zip(learners, (0.0, *self.noise), strict=True):
            parts = (center + noise).split([p.numel() for p in learner.policy.parameters()])
            for parameter, part in zip(learner.policy.parameters(), parts, strict=True):
                parameter.data.copy_(part.view_as(parameter))

    def prepare(self, rollouts, group):
        paid = np.concatenate(group.gather([(r.reward * r.learned).sum(axis=0) for r in rollouts]))
        fitness = paid.reshape(-1, self.config.members).mean(axis=0)
        self.score = torch.from_numpy((fitness - fitness.mean()) / (fitness.std() + 1e-8)).float()
        return {"fitness": float(fitness.mean())}

    def minibatches(self, rollouts, group):
        yield [slice(k, None, len(rollouts)) for k in range(len(rollouts))]

    def loss_and_grads(self, batch):
        return [-(self.score[batch] @ self.noise[batch]) / (len(self.score) * self.config.noise)], {}

    def apply(self, grads, progress):
        self.updates += 1
        self._move(-self.config.learning_rate * grads[0])
        return {"grad_norm": float(grads[0].norm())}

    def state_dict(self):
        return {**self.weights(), "updates": np.array([self.updates])}

    def load_state_dict(self, state):
        self.updates = int(state["updates"][0])
        self.task_learner.load_state_dict({name: x for name, x in state.items() if name != "updates"})
        self._move(0.0)


EVOLUTION = LearnerKind(section="evolution", config=EvolutionConfig, make=Evolution, restore=memory_learner)
