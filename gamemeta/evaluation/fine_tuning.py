"""Adapting by gradient instead of memory: a policy fine-tuned on each level, with the same K episodes.

The usual alternative to meta-learning. After each episode the policy takes a few policy-gradient steps on
what it just saw; the next episode is played with the changed weights.
"""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.games.game import Game, StepBuffers
from gamemeta.learners.rl2.ppo import PPO, PPOConfig
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.rollout.batch import Batch
from gamemeta.trials.sampling import Drawn, draw
from gamemeta.trials.streams import EVALUATION_CHANCE, episode_chance, trial_seeds
from gamemeta.trials.task_learner import Inputs
from gamemeta_levels.family import LevelArrays

STREAM = 15
"""Fine-tuned agents draw their actions from a stream of their own."""


@dataclass(frozen=True, kw_only=True)
class FineTuningConfig:
    """How the policy is changed after each episode."""

    learning_rate: float = 3e-4
    """Adam's step size."""
    gradient_steps: int = 4
    """Steps after each episode."""
    discount: float = 0.97
    """Discount factor of a step."""

    def __post_init__(self) -> None:
        if not 0 < self.learning_rate < 1 or self.gradient_steps < 0 or not 0 <= self.discount <= 1:
            raise ConfigError(f"fine-tuning settings are out of range: {self}.")


@dataclass
class _Episode:
    """One episode as it was played: lists over its steps."""

    inputs: list[Inputs]
    drawn: list[Drawn]
    value: list[float]
    reward: list[float]
    success: bool


def fine_tuned(
    policy: MemoryPolicy,
    game: Game,
    levels: LevelArrays,
    episodes: int,
    *,
    config: FineTuningConfig | None = None,
    scaled_values: bool = False,
    seed: int = 0,
) -> Arm:
    """Play K episodes on each level, changing a copy of the policy after each of them.

    Args:
        policy: trained with memory cleared at every episode; left as it is.
        game: one game.
        levels: each is adapted to from the policy as given.
        episodes: K.
        config: how the policy is changed.
        scaled_values: whether the policy tells values on a scale that is not known any more
            (`ppo.scale_returns`). The mean return of what was played on the level so far then stands in for
            them, and the critic is left as it is.
        seed: of the draws; chance is that of `adaptation_table` with this seed.
    Raises:
        ConfigError: the game has several seats.
    """
    if game.seats > 1:
        raise ConfigError(
            f"the game {game.name!r} has {game.seats} seats; fine-tuning is for games with one. Leave "
            "the baseline out."
        )
    config = config or FineTuningConfig()
    shape = (len(levels), episodes)
    arm = Arm(np.zeros(shape), np.zeros(shape), np.zeros(shape))
    seeds = trial_seeds(seed, STREAM, np.arange(len(levels), dtype=np.int64))
    settings = PPOConfig(
        learning_rate=config.learning_rate,
        warmup=0.0,
        entropy=0.0,
        label_weight=0.0,
        value_weight=0.0 if scaled_values else PPOConfig().value_weight,
    )
    with single_threaded_torch():
        for i in range(len(levels)):
            learner = PPO(copy.deepcopy(policy), settings, memory="episode")
            level, drawn = levels.take(np.array([i])), 0
            seen: list[NDArray[np.float32]] = []
            for k in range(episodes):
                level.chance = episode_chance(seed, EVALUATION_CHANCE, np.array([i]), k)
                episode = _play(learner, game, level, seeds[i : i + 1], drawn)
                drawn += len(episode.reward)
                arm.returns[i, k], arm.steps[i, k] = sum(episode.reward), len(episode.reward)
                arm.success[i, k] = episode.success
                if k < episodes - 1:
                    returns = _returns(episode, config.discount)
                    seen.append(returns)
                    expected = np.concatenate(seen).mean() if scaled_values else _values(episode)
                    _improve(learner, episode, returns, returns - expected, config.gradient_steps)
    return arm


def _play(learner: PPO, game: Game, level: LevelArrays, seed: NDArray[np.uint64], drawn: int) -> _Episode:
    spec, out = game.spec, StepBuffers.empty(game)
    game.reset(level, np.ones(1, np.bool_), out)
    state = learner.task_learner.init(1)
    before = {b.name: np.zeros((1, *b.shape), b.dtype) for b in spec.before()}
    episode, over = _Episode([], [], [], [], False), False
    while not over:
        inputs = {name: array[:, 0].copy() for name, array in out.obs.items()} | before
        state, decision = learner.task_learner.step(state, inputs, np.zeros(1, np.uint8))
        made = Drawn.empty(spec.action, 1)
        draw(decision, seed, np.array([drawn + len(episode.reward)]), made)
        action = spec.action.played(made.codes, made.raw)
        game.step(action[:, None], out)
        episode.inputs.append(inputs)
        episode.drawn.append(made)
        episode.value.append(float(decision.value[0]))
        episode.reward.append(float(out.reward[0, 0]))
        over = bool(out.terminated[0, 0] or out.truncated[0, 0])
        before = {
            **spec.action.before(action),
            "previous_reward": out.reward.copy(),
            "previous_done": np.zeros((1, 1), np.uint8),
        }
    episode.success = bool(out.success[0, 0])
    return episode


def _returns(episode: _Episode, discount: float) -> NDArray[np.float32]:
    """[T, 1], discounted return of the rest of the episode."""
    returns, total = np.zeros((len(episode.reward), 1), np.float32), 0.0
    for t in range(len(returns) - 1, -1, -1):
        total = episode.reward[t] + discount * total
        returns[t] = total
    return returns


def _values(episode: _Episode) -> NDArray[np.float32]:
    return np.array(episode.value, np.float32)[:, None]


def _improve(
    learner: PPO, episode: _Episode, returns: NDArray[Any], advantage: NDArray[Any], gradient_steps: int
) -> None:
    """Policy-gradient steps on one episode, with its own returns and advantages [T, 1]."""
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
