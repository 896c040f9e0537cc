"""Acting and adapting of n agents with weights of their own, for runtime, rollouts and evaluation alike."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.gradient.baseline import Scale, advantages, features_of
from gamemeta.agent.gradient.perceptron import forward
from gamemeta.agent.gradient.shape import (
    CRITIC,
    DEVIATION,
    DISCOUNT,
    LOG_STD,
    MEAN,
    POLICY,
    RATES,
    GradientShape,
)
from gamemeta.agent.gradient.step import score
from gamemeta.agent.shape.config import ENORMOUS
from gamemeta.agent.shape.spread import LEAST_LOG_STD, MOST_LOG_STD
from gamemeta.agent.shape.weights import Array
from gamemeta.trials.task_learner import Episode, Inputs, TaskState


class GradientCore:
    """The policy that a trial starts from, and how a step changes it.

    A state is the weights of each agent, float32 [n, size] each, by the names of the agent file.

    Args:
        shape: of the network.
        weights: all arrays by name; may change between two calls.
        normalise: inputs [..., *shape] by name with normalised quantities.
    """

    def __init__(
        self,
        shape: GradientShape,
        weights: Mapping[str, NDArray[Any]],
        normalise: Callable[[Inputs], Inputs],
    ) -> None:
        self.shape, self.weights, self.normalise = shape, weights, normalise

    def init(self, n: int) -> TaskState:
        """The weights that every trial starts from."""
        names = self.shape.policy()
        return {
            POLICY + name: np.repeat(self.weights[POLICY + name].reshape(1, -1), n, axis=0) for name in names
        }

    def check(self, state: TaskState) -> None:
        """Check that a state is one that steps can lead to, as far as that can be seen.

        Raises:
            ValueError: weights are NaN, infinite or enormous.
        """
        for name in self.shape.policy():
            if not (np.abs(state[POLICY + name]) < ENORMOUS).all():
                raise ValueError(f"the weights {POLICY + name} are NaN, infinite or enormous")

    def act(self, state: TaskState, inputs: Inputs) -> Array:
        """Logits and means [n, heads and numbers] for one input [n, ...]."""
        obs = {b.name: inputs[b.name][:, None] for b in self.shape.spec.obs}
        seen = self.shape.seen(self.normalise(obs))
        outputs: Array = forward(self._policy(state), seen)[-1][:, 0]
        return outputs

    def log_std(self, state: TaskState) -> Array:
        """[n, numbers], the spread of an action's continuous numbers."""
        return state[POLICY + LOG_STD]

    def adapt(self, state: TaskState, episode: Episode) -> TaskState:
        """The weights after one step on an episode [T, n, ...]."""
        inputs = self.normalise({b.name: episode.inputs[b.name].swapaxes(0, 1) for b in self.shape.spec.obs})
        seen = self.shape.seen(inputs)
        mask = np.ones(seen.shape[:2], np.float32)
        advantage = self.advantages(inputs, seen, episode.reward.T, mask)
        weights = self._policy(state)
        grads = score(self.shape, weights, seen, episode, advantage)
        after = {}
        for name, array in weights.items():
            moved = array + self.weights[RATES + name] * grads[name]
            if name == LOG_STD:
                moved = np.clip(moved, LEAST_LOG_STD, MOST_LOG_STD)
            after[POLICY + name] = moved.reshape(len(array), -1).astype(np.float32)
        return after

    def advantages(self, inputs: Inputs, seen: Array, reward: Array, mask: Array) -> Array:
        """Advantages [n, T] of steps where the mask is 1; see `gamemeta.agent.gradient.baseline`.

        Args:
            inputs: observations [n, T, ...], normalised.
            seen: the same as rows [n, T, R].
            reward: [n, T].
            mask: [n, T].
        """
        features = features_of(self.shape.spec, inputs, mask)
        return advantages(reward, self.values(seen), features, mask, self.scale)

    def values(self, seen: Array) -> Array:
        """What the critic expects [n, T], in deviations from the mean of returns."""
        critic = {name: self.weights[CRITIC + name][None] for name in self.shape.critic()}
        value: Array = forward(critic, seen)[-1][..., 0]
        return value

    @property
    def scale(self) -> Scale:
        """The scale of returns."""
        return Scale(*(self.weights[name] for name in (MEAN, DEVIATION, DISCOUNT)))

    def _policy(self, state: TaskState) -> dict[str, Array]:
        """The weights of a state in their shapes [n, ...], without the prefix of their names."""
        shapes = self.shape.policy()
        return {name: state[POLICY + name].reshape(-1, *shape) for name, shape in shapes.items()}
