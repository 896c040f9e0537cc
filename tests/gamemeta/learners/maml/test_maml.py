"""Training, files, minds and refusals of the learner `maml`."""

import numpy as np
import pytest

from gamemeta.agent.file import parse_agent
from gamemeta.agent.runtime import Agent
from gamemeta.errors import AgentFileError, ConfigError, ExportError, MemoryMismatch
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.export.description import describe
from gamemeta.learners.from_file import learner_of
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta.trials.task_learner import Episode

SMALL = [
    "run.learner=maml", "run.lanes=16", "run.shards=1", "run.rollout_steps=15", "run.steps=1440",
    "trial.episodes=3", "trial.long_share=0", "game.arms=2", "game.pulls=5", "network.width=8",
    "network.layers=1", "run.validations=0", "maml.learning_rate=0.02",
]  # fmt: skip


def trained(*overrides, iterations=6):
    training = Training(load_config("bandit", overrides=[*SMALL, *overrides]))
    run = training.run()
    for _ in range(iterations):
        next(run)
    return training


@pytest.fixture(scope="module")
def training():
    return trained()


@pytest.fixture(scope="module")
def agent(training):
    return Agent(parse_agent(agent_of(training, {}).to_bytes(), "agent"))


@pytest.mark.parametrize("order", ["full", "first"])
def test_the_outer_loop_takes_the_steps_that_the_rollout_took(order):
    """Else the same actions would have other probabilities, in episodes after a step above all."""
    training = trained(f"maml.order={order}", "maml.minibatches=1", "maml.inner_rate=20", iterations=2)
    shard, learner = training.shards[0], training.learner
    shard.collect(learner.explorer)
    learner.prepare([shard], _Alone())
    (batch,) = next(learner.minibatches([shard], _Alone()))
    grads, terms = learner.loss_and_grads(batch)
    assert abs(terms["kl"]) < 1e-7
    assert any(float(g.abs().max()) > 1e-4 for g in grads)
    state = learner.task_learner.init(16)
    assert max(np.abs(shard._live[name] - array).max() for name, array in state.items()) > 0.1


class _Alone:
    def map(self, do, items):
        return [do(item) for item in items]

    def gather(self, parts):
        return list(parts)

    def sum(self, parts):
        return [sum(some) for some in zip(*parts, strict=True)]


def test_a_training_resumes_bit_for_bit(training):
    half = trained(iterations=3)
    again = Training(half.config)
    again.load(3, half.arrays())
    list(again.run())
    wanted = training.arrays()
    for name, array in again.arrays().items():
        np.testing.assert_array_equal(array, wanted[name], err_msg=name)


def play(mind, begin, end):
    """Two minds whose first arm always pays, five pulls an episode."""
    arms = []
    for t in range(begin, end):
        paid = (np.array(arms[-1]) == 0).astype(np.float32) if arms else np.zeros(2, np.float32)
        done = np.full(2, t > 0 and t % 5 == 0)
        arms.append(mind.act({"machine": np.zeros((2, 1), np.uint8)}, paid, done))
    return np.array(arms)


def test_a_mind_takes_a_step_after_each_episode_as_the_task_learner_does(agent):
    learner, mind = learner_of(agent.file), agent.begin(n=2, seed=1)
    start = agent.network.init(2)
    arms = play(mind, 0, 5)
    np.testing.assert_array_equal(mind.state, start)
    paid = np.float32([0, 0])
    mind.act({"machine": np.zeros((2, 1), np.uint8)}, paid, np.ones(2, np.bool_))
    reward = (arms == 0).astype(np.float32)
    reward[-1] = paid
    episode = Episode({"machine": np.zeros((5, 2, 1), np.uint8)}, arms[..., None].astype(np.int64), reward)
    wanted = learner.adapt(learner.init(2), episode)
    for name, array in agent.network.named(mind.state).items():
        np.testing.assert_array_equal(array, wanted[name])
    assert np.abs(mind.state - start).max() > 1e-4
    mind.forget()
    np.testing.assert_array_equal(mind.state, start)


def test_a_mind_goes_on_from_its_memory_in_mid_episode(agent):
    mind, again = agent.begin(n=2, seed=4), agent.begin(n=2, seed=4)
    play(mind, 0, 8)
    play(again, 0, 8)
    resumed = agent.resume(again.memory)
    np.testing.assert_array_equal(play(mind, 8, 20), play(resumed, 8, 20))
    np.testing.assert_array_equal(mind.state, resumed.state)
    assert mind.memory == resumed.memory
    again.state[0, 0] = np.nan
    with pytest.raises(MemoryMismatch, match="enormous"):
        agent.resume(again.memory)


def test_it_is_evaluated_with_its_weights_reset_and_swapped(agent):
    arms = evaluate_agent(agent.file, levels=16).arms
    assert np.array_equal(arms["agent"].returns[:, 0], arms["wiped"].returns[:, 0])
    assert not np.array_equal(arms["agent"].returns, arms["wiped"].returns)
    assert not np.array_equal(arms["agent"].returns, arms["swapped"].returns)


def test_without_memory_between_episodes_no_step_is_taken():
    training = trained("trial.memory=episode", "maml.inner_rates=fixed", iterations=2)
    learner, shard = training.learner.task_learner, training.shards[0]
    assert not learner.adapts
    assert all(np.array_equal(shard._live[name], a) for name, a in shard.state.items())
    agent = Agent(agent_of(training, {}))
    mind = agent.begin(n=2)
    play(mind, 0, 12)
    np.testing.assert_array_equal(mind.state, agent.network.init(2))


def test_a_training_begins_from_an_agent_of_its_own_kind(agent):
    learner = trained(iterations=1).learner
    learner.begin_from(agent.file)
    for name, array in learner.weights().items():
        np.testing.assert_array_equal(array, agent.file.weights[name])
    with pytest.raises(AgentFileError, match=r"maml\.inner_rates"):
        trained("maml.inner_rates=fixed", iterations=1).learner.begin_from(agent.file)


def test_rollouts_are_as_long_as_a_trial_unless_they_are_set():
    config = load_config("maze", overrides=["run.learner=maml", "trial.episodes=3"])
    assert config.run.rollout_steps == 3 * 60
    assert config.trial.long_share == 0 and config.network.width == 64
    longer = load_config("maze", overrides=["run.learner=maml", "run.rollout_steps=300"])
    assert longer.run.rollout_steps == 300


def test_exports_and_gpus_are_refused_by_name(agent):
    with pytest.raises(ExportError, match="backward pass"):
        describe(agent)
    with pytest.raises(ConfigError, match=r"run\.device"):
        Training(load_config("bandit", overrides=[*SMALL, "run.device=cuda"]))
    with pytest.raises(ConfigError, match=r"maml\.order"):
        load_config("bandit", overrides=[*SMALL, "maml.order=third"])
