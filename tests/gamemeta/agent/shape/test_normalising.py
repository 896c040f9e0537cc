"""Quantities of unknown scale: their statistics, and what agents see, learn and remember of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gamemeta.agent.file import AgentFile, read_agent, write_agent
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.normalising import CLIP, LARGEST, Moments, normalised
from gamemeta.errors import TrainingError
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.registry import use_game
from gamemeta.networks.normaliser import Normaliser
from gamemeta.networks.restore import load_weights, policy_of
from gamemeta.spec import quantities
from gamemeta.training import course
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training

GAME = use_game(f"{Path(__file__).parents[3] / 'helpers' / 'lamp.py'}:LampGame")
SENSOR = "sensor.lamp"
usual = st.floats(-1e6, 1e6, width=32)
any_finite = st.floats(-LARGEST, LARGEST, width=32)
data = arrays(np.float32, st.tuples(st.integers(1, 40), st.just(3)), elements=usual)


def settings(*overrides):
    small = [
        "run.lanes=32",
        "run.rollout_steps=32",
        "run.steps=30000",
        "ppo.minibatches=4",
        "ppo.discount=0.5",
    ]
    network = ["network.width=16", "network.layers=1", "trial.episodes=2", "run.validation_levels=8"]
    return load_config(GAME, overrides=[*small, *network, *overrides])


def train(*overrides, iterations=None):
    training = Training(settings(*overrides))
    rewards = []
    for done in training.run():
        rewards.append(done.terms["reward_per_step"])
        if training.iteration == iterations:
            break
    return training, rewards


def same(one, other):
    return one.keys() == other.keys() and all((one[k] == other[k]).all() for k in one)


def merged(parts):
    total = Moments(0.0, np.zeros(3), np.zeros(3))
    for part in parts:
        total = total.merge(Moments.of(part, (3,)))
    return total


@given(st.lists(data, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_parts_merged_in_any_order_have_the_moments_of_all_data(parts, random):
    everything = np.concatenate(parts).astype(np.float64)
    random.shuffle(parts)
    total = merged(parts)
    scale = np.abs(everything).max() + 1e-30
    assert total.count == len(everything)
    np.testing.assert_allclose(total.mean, everything.mean(0), atol=1e-12 * scale)
    np.testing.assert_allclose(total.deviation, everything.std(0), atol=1e-7 * scale)


@given(arrays(np.float32, (7, 3), elements=any_finite), arrays(np.float32, (5, 3), elements=any_finite))
def test_whatever_is_finite_is_seen_within_the_clip(before, now):
    total = merged([before])
    with np.errstate(all="raise", under="ignore"):
        mean, deviation = total.mean.astype(np.float32), total.deviation.astype(np.float32)
        seen = normalised(now, mean, deviation)
    assert np.isfinite(mean).all() and np.isfinite(deviation).all()
    assert seen.dtype == np.float32 and (np.abs(seen) <= CLIP).all()


def test_what_is_seen_has_mean_0_and_deviation_1():
    values = np.random.default_rng(0).normal(7e5, 3e4, (5000, 2)).astype(np.float32)
    moments = Moments.of(values, (2,))
    seen = normalised(values, moments.mean.astype(np.float32), moments.deviation.astype(np.float32))
    np.testing.assert_allclose(seen.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(seen.std(0), 1, atol=1e-4)


@pytest.mark.parametrize("constant", [0.0, 0.1, -3e7, 1e-40, 3e38])
def test_what_never_changed_is_seen_as_0(constant):
    values = np.full((999, 1), constant, np.float32)
    total = Moments(0.0, np.zeros(1), np.zeros(1))
    for part in np.array_split(values, 7):
        total = total.merge(Moments.of(part, (1,)))
    mean, deviation = total.mean.astype(np.float32), total.deviation.astype(np.float32)
    assert (normalised(np.float32([[constant], [1.0], [-3e38]]), mean, deviation) == 0).all()


def test_before_the_first_rollout_nothing_is_seen():
    normaliser = Normaliser((quantities("x", (2,), normalised=True),), reward=False)
    assert (normaliser.arrays({"x": np.full((3, 2), 5e9, np.float32)})["x"] == 0).all()


def test_statistics_are_those_of_all_that_was_played():
    training = Training(settings())
    played = []
    for _ in training.run():
        played += [shard.inputs[SENSOR][:-1].reshape(-1, 2).copy() for shard in training.shards]
        if training.iteration == 3:
            break
    everything = np.concatenate(played).astype(np.float64)
    statistics = training.learner.policy.normaliser[0]
    assert float(statistics.count) == len(everything)
    np.testing.assert_allclose(statistics.mean, everything.mean(0), rtol=1e-12)
    np.testing.assert_allclose(statistics.deviation, everything.std(0), rtol=1e-12)


@pytest.mark.parametrize("setting", ["run.threads", "run.shards"])
def test_statistics_do_not_depend_on_how_lanes_are_played(setting):
    one, two = (train(f"{setting}={n}", "ppo.learning_rate=0.0", iterations=2)[0] for n in (1, 2))
    assert same(*(t.learner.policy.normaliser.state_dict() for t in (one, two)))


def test_a_rollout_is_learned_from_as_it_was_seen(monkeypatch):
    training = Training(settings())
    learner, found = training.learner, set()

    def noting(do):
        def noted(*given):
            found.add((training.iteration, float(training.learner.policy.normaliser[0].count)))
            return do(*given)

        return noted

    monkeypatch.setattr(learner, "loss_and_grads", noting(learner.loss_and_grads))
    monkeypatch.setattr(learner.task_learner, "step", noting(learner.task_learner.step))
    for _ in training.run():
        if training.iteration == 3:
            break
    assert found == {(0, 0), (1, 1024), (2, 2048)}


@pytest.mark.slow
def test_learning_does_not_depend_on_the_scale_of_what_is_seen():
    longer = ("run.steps=50000", "network.width=32", "ppo.final_learning_rate=0.3")
    scores = {scale: train(f"game.scale={scale}", *longer)[1] for scale in (1.0, 1e4)}
    assert train(f"game.scale={2.0**14}", *longer, iterations=12)[1] == scores[1.0][:12]
    assert min(np.mean(scores[scale][-3:]) for scale in (1.0, 1e4)) > 0.8
    raw = train("game.scale=1e4", "game.normalised=false", *longer)[1]
    assert np.mean(raw[-3:]) < np.mean(scores[1e4][-3:]) - 0.2


def test_a_training_goes_on_bit_for_bit():
    whole, _ = train(iterations=4)
    half, _ = train(iterations=2)
    other = Training(settings())
    other.load(half.iteration, half.arrays())
    for _ in other.run():
        if other.iteration == 4:
            break
    assert same(whole.arrays(), other.arrays())


def test_the_agent_file_holds_the_statistics_and_acts_by_them(tmp_path):
    training, _ = train(iterations=3)
    policy = training.learner.policy
    agent = course.agent_of(training, {})
    write_agent(agent, tmp_path / "agent.safetensors")
    again = read_agent(tmp_path / "agent.safetensors")
    assert again.spec == agent.spec and again.spec.obs[0].normalised
    np.testing.assert_allclose(again.weights["normaliser.0.mean"], policy.normaliser[0].mean, rtol=1e-6)
    inputs = {b.name: np.zeros((5, *b.shape), b.dtype) for b in agent.spec.inputs()}
    inputs[SENSOR] = np.random.default_rng(0).uniform(-9, 19, (5, 2)).astype(np.float32)
    network = Network(again)
    logits, _ = network(inputs, network.init(5))
    learner = training.learner.task_learner
    _, decision = learner.step(learner.init(5), inputs, np.zeros(5, np.uint8))
    np.testing.assert_allclose(logits, decision.logits[0], atol=1e-5)
    assert np.abs(logits - logits[0]).max() > 1e-3


def test_evaluation_changes_no_statistics():
    training, _ = train(iterations=2)
    before = {k: v.clone() for k, v in training.learner.policy.state_dict().items()}
    evaluate(training.learner.task_learner, training.config.setup, levels=4, episodes=2)
    assert same(before, training.learner.policy.state_dict())


def test_a_training_that_begins_with_an_agent_goes_on_with_its_statistics():
    first, _ = train(iterations=3)
    agent: AgentFile = course.agent_of(first, {})
    second = Training(settings("run.seed=5"))
    load_weights(second.learner.policy, agent.weights)
    next(second.run())
    statistics = second.learner.policy.normaliser[0]
    assert float(statistics.count) == 4 * 32 * 32
    assert same(
        policy_of(agent).normaliser.state_dict(), first.learner.policy.normaliser.float().state_dict()
    )


def test_an_infinite_observation_ends_a_training_with_its_name():
    training = Training(settings())
    training.shards[0].inputs[SENSOR][-1, 0, 0] = np.inf
    with pytest.raises(TrainingError, match=r"'sensor\.lamp' .*NaN"):
        next(training.run())
    assert float(training.learner.policy.normaliser[0].count) == 0


def test_enormous_observations_do_not_break_a_training():
    training, rewards = train("game.scale=3e37", iterations=8)
    assert np.isfinite(rewards).all()
    assert all(np.isfinite(w).all() for w in course.agent_of(training, {}).weights.values())
