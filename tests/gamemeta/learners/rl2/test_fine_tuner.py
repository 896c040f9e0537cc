"""Fine-tuning after an episode: what each step is credited with, by hand, and which weights move how far."""

from dataclasses import replace

import numpy as np
import pytest

from gamemeta.learners.fine_tuning import FineTuningConfig, PlayedEpisode
from gamemeta.learners.rl2.fine_tuner import FineTuning, fine_tuning
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.spec import ActionSpec, Spec, quantities
from gamemeta.trials.sampling import Drawn
from tests.helpers.agents import tiny_agent, tiny_policy

SPEC = Spec(obs=(quantities("speed", (2,)),), action=ActionSpec(heads=(3,)))
RATE, DISCOUNT = 1e-3, 0.5


def episode(reward: list[float], *, cut_off: bool, end_value: float = 8.0) -> PlayedEpisode:
    rng, inputs, drawn = np.random.default_rng(len(reward)), [], []
    for _ in reward:
        before = {b.name: np.zeros((1, *b.shape), b.dtype) for b in SPEC.before()}
        inputs.append({"speed": rng.normal(size=(1, 2)).astype(np.float32)} | before)
        codes = rng.integers(0, 3, (1, 1))
        drawn.append(Drawn(codes, np.zeros((1, 0), np.float32), np.full(1, np.log(1 / 3), np.float32)))
    value = [0.25 * k for k in range(len(reward))]
    return PlayedEpisode(inputs, drawn, value, reward, success=False, cut_off=cut_off, end_value=end_value)


@pytest.fixture
def batches(monkeypatch):
    """What gradients were made of."""
    seen, plain = [], PPO.loss_and_grads

    def spy(self, batch):
        seen.append(batch)
        return plain(self, batch)

    monkeypatch.setattr(PPO, "loss_and_grads", spy)
    return seen


def tuner(*, scaled: bool, steps: int = 1) -> FineTuning:
    config = FineTuningConfig(learning_rate=RATE, gradient_steps=steps)
    return FineTuning(tiny_policy(SPEC), config, discount=DISCOUNT, scaled_values=scaled)


def test_with_known_values_each_step_is_credited_with_its_return_over_them(batches):
    tuning = tuner(scaled=False, steps=2)
    tuning.begin()
    tuning.improve(episode([1.0, 0.0, 2.0], cut_off=True))
    assert len(batches) == 2
    for batch in batches:
        assert batch.returns.tolist() == [[2.5], [3.0], [6.0]]
        assert batch.advantage.tolist() == [[2.5], [2.75], [5.5]]
        assert batch.reward.tolist() == [[1.0], [0.0], [2.0]]
        assert (batch.rows, batch.reset.any(), batch.inputs["speed"].shape) == (3, False, (3, 1, 2))


def test_an_episode_of_one_step_is_learned_from(batches):
    tuning = tuner(scaled=False)
    tuning.begin()
    tuning.improve(episode([2.0], cut_off=True))
    assert (batches[0].rows, batches[0].advantage.tolist()) == (1, [[6.0]])


def test_with_values_on_an_unknown_scale_the_mean_return_on_the_level_stands_in(batches):
    tuning = tuner(scaled=True)
    tuning.begin()
    tuning.improve(episode([1.0, 0.0, 2.0], cut_off=False))
    first = np.array([1.5, 1.0, 2.0])
    np.testing.assert_allclose(batches[0].returns[:, 0], first)
    np.testing.assert_allclose(batches[0].advantage[:, 0], first - 1.5)
    tuning.improve(episode([0.0, 4.0], cut_off=True))
    after = np.concatenate([first, [2.0, 4.0]]).mean()  # of all returns, with nothing after the cut
    second = np.array([(4 + after / 2) / 2, 4 + after / 2])
    np.testing.assert_allclose(batches[1].returns[:, 0], second, rtol=1e-6)
    expected = np.concatenate([first, second]).mean()
    np.testing.assert_allclose(batches[1].advantage[:, 0], second - expected, rtol=1e-6)
    tuning.begin()  # on another level nothing is known
    tuning.improve(episode([1.0, 0.0, 2.0], cut_off=False))
    np.testing.assert_allclose(batches[2].advantage[:, 0], first - 1.5)


def moved(tuning: FineTuning) -> dict[str, float]:
    """How far the weights of actor and critic moved at most, by an episode."""
    learner = tuning.begin()
    before = learner.state_dict()
    tuning.improve(episode([1.0, 0.0, 2.0], cut_off=False))
    after = learner.state_dict()
    return {name: np.abs(after[f"{name}.weight"] - before[f"{name}.weight"]).max() for name in HEADS}


HEADS = ("actor", "critic")


def test_the_first_step_is_one_of_adam_and_leaves_a_critic_on_an_unknown_scale_as_it_is():
    assert moved(tuner(scaled=False)) == {name: pytest.approx(RATE, rel=0.02) for name in HEADS}
    assert moved(tuner(scaled=True)) == {"actor": pytest.approx(RATE, rel=0.02), "critic": 0}


@pytest.mark.parametrize(
    ("training", "scaled"),
    [
        ({"config": {"ppo": {"scale_returns": True}}}, True),
        ({"config": {"ppo": {"scale_returns": False}}}, False),
        ({"config": {"ppo": 5}}, False),
        ({"config": 5}, False),
        ({}, False),
    ],
)
def test_a_file_says_whether_its_values_are_on_a_scale(training, scaled):
    file = replace(tiny_agent(spec=SPEC), training=training)
    config = FineTuningConfig(learning_rate=RATE, gradient_steps=1)
    assert (moved(fine_tuning(file, config))["critic"] == 0) == scaled
