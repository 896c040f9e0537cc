"""A second meta-learner: evolution strategies (Salimans et al. 2017) over the policy of RL^2."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector

from gamemeta.learners.config import LearnerConfig
from gamemeta.learners.meta_learner import TRIALS, MetaLearner
from gamemeta.learners.registry import LearnerKind
from gamemeta.learners.rl2.kind import make_policy
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.learners.rl2.restore import begin_from, memory_learner
from gamemeta.trials.task_learner import Decision


@dataclass(frozen=True, kw_only=True)
class EvolutionConfig(LearnerConfig):
    """Settings of evolution strategies: variants that play, deviation of their noise, length of a step."""

    members: int = 16
    noise: float = 0.1
    learning_rate: float = 0.5


class Members(MemoryLearner):
    """Variants of one policy; lane i of a rollout is played by variant i modulo their number."""

    def __init__(self, learner, count):
        super().__init__(learner.policy, memory=learner.memory)
        self.variants = [learner.frozen() for _ in range(count)]

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


def _set(policy, vector):
    parts = vector.split([p.numel() for p in policy.parameters()])
    for parameter, part in zip(policy.parameters(), parts, strict=True):
        parameter.data.copy_(part.view_as(parameter))


class Evolution(MetaLearner):
    """Moves the weights towards the variants whose trials paid more."""

    window = TRIALS

    def __init__(self, config, setup):
        self.config, self.seed, self.updates = config, setup.seed, 0
        self.policy = make_policy(setup)
        self.task_learner = MemoryLearner(self.policy, memory=setup.memory)
        self.explorer = Members(self.task_learner, config.members)
        self._vary()

    def _vary(self):
        center = parameters_to_vector(self.policy.parameters()).detach()
        rng = np.random.default_rng([self.seed, self.updates])
        half = rng.standard_normal((self.config.members // 2, len(center)), np.float32)
        self.noise = torch.from_numpy(np.concatenate([half, -half]))
        for variant, noise in zip(self.explorer.variants, self.noise, strict=True):
            _set(variant.policy, center + self.config.noise * noise)

    def prepare(self, rollouts, group):
        paid = np.concatenate(group.gather([(r.reward * r.learned).sum(axis=0) for r in rollouts]))
        member = np.concatenate(group.gather([r.state["member"] for r in rollouts]))
        fitness = np.bincount(member, paid) / np.bincount(member)
        self.score = (fitness - fitness.mean()) / (fitness.std() + 1e-8)
        return {"fitness": float(fitness.mean())}

    def minibatches(self, rollouts, group):
        yield [slice(k, None, len(rollouts)) for k in range(len(rollouts))]

    def loss_and_grads(self, batch):
        score = torch.from_numpy(self.score[batch].astype(np.float32))
        return [-(score @ self.noise[batch]) / len(self.score)], {}

    def apply(self, grads, progress):
        center = parameters_to_vector(self.policy.parameters()).detach()
        _set(self.policy, center - self.config.learning_rate * grads[0])
        return {"grad_norm": float(grads[0].norm())}

    def observe(self, rollouts, group):
        self.updates += 1
        self._vary()

    def begin_from(self, file):
        begin_from(self.policy, file)
        self._vary()

    def state_dict(self):
        return {**self.weights(), "updates": np.array([self.updates])}

    def load_state_dict(self, state):
        self.updates = int(state.pop("updates")[0])
        self.task_learner.load_state_dict(state)
        self._vary()


EVOLUTION = LearnerKind(section="evolution", config=EvolutionConfig, make=Evolution, restore=memory_learner)
