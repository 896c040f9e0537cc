"""A task learner that learns by `adapt` alone: it counts what each arm of a bandit paid in whole episodes."""

import numpy as np

from gamemeta.agent.reference.network import Network
from gamemeta.learners.registry import LearnerKind
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.kind import make_ppo
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.restore import policy_of
from gamemeta.trials.task_learner import Decision

CERTAIN, HOPE = 50.0, 2.0
"""How clearly the best arm is chosen, and what an arm that was never pulled is taken to pay."""


def wanted(sums, pulls):
    """[n, arms]: logits that choose the arm with the best mean."""
    return np.float32(CERTAIN) * np.where(pulls > 0, sums / np.maximum(pulls, 1), HOPE).astype(np.float32)


def counted(state, episode):
    """The state after an episode: what each arm paid, and how often it was pulled."""
    pulled = np.eye(state["sums"].shape[1], dtype=np.float32)[episode.action[..., 0]]
    sums = state["sums"] + (pulled * episode.reward[..., None]).sum(axis=0)
    return {**state, "sums": sums, "pulls": state["pulls"] + pulled.sum(axis=0)}


class Tally(MemoryLearner):
    kind, adapts = "tally", True

    def init(self, n):
        arms = self.policy.spec.action.heads[0]
        return {name: np.zeros((n, arms), np.float32) for name in ("sums", "pulls")}

    def check(self, state):
        pass

    def step(self, state, inputs, reset):
        state = {name: np.where(reset[:, None], 0, array).astype(np.float32) for name, array in state.items()}
        value = np.zeros(len(reset), np.float32)
        return state, Decision(logits=(wanted(state["sums"], state["pulls"]),), value=value)

    def stepping(self):
        return self.step

    def adapt(self, state, episode):
        return counted(state, episode)


class ActingTally(Network):
    """The same without torch."""

    adapts = True

    def __init__(self, file):
        super().__init__(file)
        self.arms = file.spec.action.heads[0]

    def init(self, n):
        return np.zeros((n, 2 * self.arms), np.float32)

    def named(self, state):
        return {"sums": state[:, : self.arms], "pulls": state[:, self.arms :]}

    def check(self, state):
        pass

    def __call__(self, inputs, state):
        named = self.named(state)
        return wanted(named["sums"], named["pulls"]), state

    def adapt(self, state, episode):
        return counted(state, episode)


class TallyConfig(PPOConfig):
    """As PPO; its gradients change nothing that acts."""


def make_tally(config, setup):
    learner = make_ppo(config, setup)
    learner.task_learner = learner.explorer = Tally(learner.policy, memory=setup.memory)
    learner.loss_and_grads = lambda batch: ([p.detach() * 0 for p in learner.policy.parameters()], {})
    return learner


def restored(file):
    return Tally(policy_of(file), memory=file.memory)


TALLY = LearnerKind(section="tally", config=TallyConfig, make=make_tally, restore=restored)
