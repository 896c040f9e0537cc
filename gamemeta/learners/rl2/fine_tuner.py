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
        discount: discount factor of a step, as it was trained with.
        scaled_values: whether its values are on a scale that is not known any more (`ppo.scale_returns`).
            The mean return of what was played on the level so far then stands in for them, also after
            the end of an episode that was cut off, and the critic is left as it is.
    """

    def __init__(
        self,
        policy: MemoryPolicy,
        config: FineTuningConfig | None = None,
        *,
        discount: float = PPOConfig().discount,
        scaled_values: bool = False,
    ) -> None:
        self._policy, self._config, self._scaled = policy, config or FineTuningConfig(), scaled_values
        self._discount = discount

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
        if self._scaled:
            seen = np.concatenate([*self._seen, returns_of(episode, self._discount, 0.0)])
            returns = returns_of(episode, self._discount, float(seen.mean()))
            self._seen.append(returns)
            expected = np.concatenate(self._seen).mean()
        else:
            returns = returns_of(episode, self._discount, episode.end_value)
            expected = np.array(episode.value, np.float32)[:, None]
        _improve(self._learner, episode, returns, returns - expected, self._config.gradient_steps)


def fine_tuning(file: AgentFile, config: FineTuningConfig) -> FineTuning:
    """`FineTuning` of an agent file, with the discount that the agent was trained with.

    Raises:
        AgentFileError: its weights do not fit.
    """
    trained = _trained_with(file)
    return FineTuning(
        policy_of(file),
        config,
        discount=float(trained.get("discount", PPOConfig().discount)),
        scaled_values=trained.get("scale_returns") is True,  # the scale is not in the file
    )


def _trained_with(file: AgentFile) -> dict[str, Any]:
    """Settings of the learner; empty where the file has none."""
    config = file.training.get("config")
    ppo = config.get("ppo") if isinstance(config, dict) else None
    return ppo if isinstance(ppo, dict) else {}


def returns_of(episode: PlayedEpisode, discount: float, end_value: float) -> NDArray[np.float32]:
    """[T, 1], discounted return of the rest of the episode.

    Args:
        episode: that was played.
        discount: of a step.
        end_value: what counts as the return after the last step, if the episode was cut off.
    """
    returns = np.zeros((len(episode.reward), 1), np.float32)
    total = end_value if episode.cut_off else 0.0
    for t in range(len(returns) - 1, -1, -1):
        total = episode.reward[t] + discount * total
        returns[t] = total
    return returns


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
