"""Policy-gradient steps on what was just played, for the baseline of fine-tuning."""

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.learners.fine_tuning import FineTuningConfig, PlayedEpisode
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import policy_of
from gamemeta.rollout.batch import Batch


class FineTuning:
    """Changes copies of a policy, one for each level.

    Args:
        policy: trained with memory cleared at every episode; left as it is.
        config: how it is changed.
        scaled_values: whether its values are on a scale that is not known any more (`ppo.scale_returns`).
            The mean return of what was played on the level so far then stands in for them, and the critic
            is left as it is.
    """

    def __init__(
        self, policy: MemoryPolicy, config: FineTuningConfig | None = None, *, scaled_values: bool = False
    ) -> None:
        self._policy, self._config, self._scaled = policy, config or FineTuningConfig(), scaled_values

    def begin(self) -> MemoryLearner:
        """A copy of the policy, which `improve` changes from now on."""
        settings = PPOConfig(
            learning_rate=self._config.learning_rate,
            warmup=0.0,
            entropy=0.0,
            label_weight=0.0,
            value_weight=0.0 if self._scaled else PPOConfig().value_weight,
        )
        self._learner = PPO(copy.deepcopy(self._policy), settings, memory="episode")
        self._seen: list[NDArray[np.float32]] = []
        return self._learner.task_learner

    def improve(self, episode: PlayedEpisode) -> None:
        """Change the newest copy after an episode that it played."""
        returns = _returns(episode, self._config.discount)
        self._seen.append(returns)
        expected = np.concatenate(self._seen).mean() if self._scaled else _values(episode)
        _improve(self._learner, episode, returns, returns - expected, self._config.gradient_steps)


def fine_tuning(file: AgentFile, config: FineTuningConfig | None = None) -> FineTuning:
    """`FineTuning` of an agent file.

    Raises:
        AgentFileError: its weights do not fit.
    """
    return FineTuning(policy_of(file), config, scaled_values=_scales_returns(file))


def _scales_returns(file: AgentFile) -> bool:
    """Whether values were on a scale in training, which agent files do not keep."""
    config = file.training.get("config")
    ppo = config.get("ppo") if isinstance(config, dict) else None
    return isinstance(ppo, dict) and ppo.get("scale_returns") is True


def _returns(episode: PlayedEpisode, discount: float) -> NDArray[np.float32]:
    """[T, 1], discounted return of the rest of the episode."""
    returns, total = np.zeros((len(episode.reward), 1), np.float32), 0.0
    for t in range(len(returns) - 1, -1, -1):
        total = episode.reward[t] + discount * total
        returns[t] = total
    return returns


def _values(episode: PlayedEpisode) -> NDArray[np.float32]:
    return np.array(episode.value, np.float32)[:, None]


def _improve(
    learner: PPO, episode: PlayedEpisode, returns: NDArray[Any], advantage: NDArray[Any], gradient_steps: int
) -> None:
    """Policy-gradient steps on one episode, with returns and advantages [T, 1]."""
    steps = len(episode.reward)
    batch = Batch(
        inputs={name: np.stack([x[name] for x in episode.inputs]) for name in episode.inputs[0]},
        reset=np.zeros((steps, 1), np.uint8),
        state=learner.task_learner.init(1),
        action=np.stack([made.codes for made in episode.drawn]),
        log_prob=np.stack([made.log_prob for made in episode.drawn]),
        raw=np.stack([made.raw for made in episode.drawn]),
        advantage=advantage,
        returns=returns,
        reward=np.array(episode.reward, np.float32)[:, None],
        labels={},
        rows=steps,
    )
    for _ in range(gradient_steps):
        grads, _ = learner.loss_and_grads(batch)
        learner.apply(grads, 0.0)
