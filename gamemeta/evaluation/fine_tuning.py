"""Adaptation by gradient instead of memory: weights fine-tuned on each level, with the same K episodes.

The usual alternative to meta-learning. After each episode the weights change by a few policy-gradient steps
on that episode; the next one is played with the changed weights. How many steps, and how large, is chosen on
levels that are not scored.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.games.game import Game, StepBuffers
from gamemeta.learners.fine_tuning import FineTuner, FineTuningConfig, PlayedEpisode
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.trials.sampling import Drawn, draw
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta.trials.task_learner import TaskLearner
from gamemeta_levels.family import LevelArrays

RATES, GRADIENT_STEPS = (1e-4, 1e-3, 1e-2), (1, 4, 16)
"""What is tried: Adam's step sizes, and steps after each episode."""


def candidates() -> Iterator[FineTuningConfig]:
    """All settings that are tried."""
    for rate in RATES:
        for steps in GRADIENT_STEPS:
            yield FineTuningConfig(learning_rate=rate, gradient_steps=steps)


def best_settings(
    make: Callable[[FineTuningConfig], FineTuner],
    game: Game,
    levels: LevelArrays,
    episodes: int,
    *,
    seed: int = 0,
) -> FineTuningConfig:
    """Of `candidates`, the settings with the best mean return after the first episode on these levels.

    Args:
        make: a tuner with these settings.
        game: one game.
        levels: that are not scored afterwards.
        episodes: K.
        seed: of the draws.
    """

    def reached(config: FineTuningConfig) -> float:
        returns = fine_tuned(make(config), game, levels, episodes, seed=seed).returns
        return float(returns[:, 1:].mean()) if episodes > 1 else 0.0

    return max(candidates(), key=reached)


def fine_tuned(tuner: FineTuner, game: Game, levels: LevelArrays, episodes: int, *, seed: int = 0) -> Arm:
    """Play K episodes on each level, changing a copy of the agent after each of them.

    Args:
        tuner: of an agent trained with memory cleared at every episode.
        game: one game.
        levels: on each, tuning begins with the weights of the agent.
        episodes: K.
        seed: of the draws; chance is that of `adaptation_table` with this seed.
    Raises:
        ConfigError: the game has several seats.
    """
    if game.seats > 1:
        raise ConfigError(
            f"the game {game.name!r} has {game.seats} seats; fine-tuning is for games with one. Leave "
            "the baseline out."
        )
    shape = (len(levels), episodes)
    arm = Arm(np.zeros(shape), np.zeros(shape), np.zeros(shape))
    seeds = trial_seeds(seed, Stream.FINE_TUNED, np.arange(len(levels), dtype=np.int64))
    with single_threaded_torch():
        for i in range(len(levels)):
            learner, level, drawn = tuner.begin(), levels.take(np.array([i])), 0
            for k in range(episodes):
                level.chance = episode_chance(seed, Stream.EVALUATION_CHANCE, np.array([i]), k)
                episode = _play(learner, game, level, seeds[i : i + 1], drawn)
                drawn += len(episode.reward)
                arm.returns[i, k], arm.steps[i, k] = sum(episode.reward), len(episode.reward)
                arm.success[i, k] = episode.success
                if k < episodes - 1:
                    tuner.improve(episode)
    if not game.knows_success():
        arm.success[:] = np.nan
    return arm


def _play(
    learner: TaskLearner, game: Game, level: LevelArrays, seed: NDArray[np.uint64], drawn: int
) -> PlayedEpisode:
    spec, out = game.spec, StepBuffers.empty(game)
    game.reset(level, np.ones(1, np.bool_), out)
    state = learner.init(1)
    before = {b.name: np.zeros((1, *b.shape), b.dtype) for b in spec.before()}
    episode, over = PlayedEpisode([], [], [], [], False), False
    while not over:
        inputs = {name: array[:, 0].copy() for name, array in out.obs.items()} | before
        state, decision = learner.step(state, inputs, np.zeros(1, np.uint8))
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
    episode.cut_off = not out.terminated[0, 0]
    if episode.cut_off:
        reached = {name: array[:, 0].copy() for name, array in out.obs.items()} | before
        _, decision = learner.step(state, reached, np.zeros(1, np.uint8))
        episode.end_value = float(decision.value[0])
    return episode
