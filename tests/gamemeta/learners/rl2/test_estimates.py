"""Estimates of a rollout: what cut-off trials reached, and advantages on one scale."""

from types import SimpleNamespace

import numpy as np

from gamemeta.learners.return_scale import ReturnScale
from gamemeta.learners.rl2.estimates import Estimates, explained_variance, normalise
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.task_learner import Decision
from gamemeta.trials.trials import TrialConfig, Trials
from tests.helpers.crew import CrewConfig, CrewFamily, CrewGame
from tests.helpers.estimated import estimated

GAMES, LIMIT, DISCOUNT = 3, 5, 0.9


class Counter:
    """Values that count acts."""

    adapts = False

    def init(self, n):
        return {"memory": np.zeros((n, 1), np.float32)}

    def stepping(self):
        return self.step

    def step(self, state, inputs, reset):
        after = (np.where(reset[:, None], 0, state["memory"]) + 1).astype(np.float32)
        return {"memory": after}, Decision(logits=(np.zeros((len(after), 3), np.float32),), value=after[:, 0])


class Alone:
    """A training in one process."""

    def gather(self, parts):
        return list(parts)


def test_what_a_cut_off_trial_reached_is_on_the_scale_of_the_step_after():
    game = CrewGame(GAMES, CrewConfig(seats=1, limit=LIMIT))
    trial = TrialConfig(episodes=1, long_share=0.0)
    trials = Trials(game, CrewFamily(), trial, seed=3, lanes=np.arange(GAMES), total=GAMES)
    rollout, learner, scale = Rollout(trials, LIMIT + 2, labels=False), Counter(), ReturnScale()
    scale.mean = np.arange(LIMIT + 1, dtype=np.float32) ** 2 * 10
    scale.deviation = 1 + np.arange(LIMIT + 1, dtype=np.float32)
    scale.seen = np.ones(LIMIT + 1, np.int64)
    rollout.begin(learner)
    found = estimated(rollout, learner, DISCOUNT, 0.0, scale).advantage[LIMIT - 1]
    assert rollout.truncated[LIMIT - 1].all()
    mean, deviation = scale.mean, scale.deviation
    reached = (LIMIT + 1) * deviation[LIMIT] + mean[LIMIT]
    before = LIMIT * deviation[LIMIT - 1] + mean[LIMIT - 1]
    np.testing.assert_allclose(found, rollout.reward[LIMIT - 1] + DISCOUNT * reached - before, rtol=1e-5)


def fake(seed: int, learned: bool = False):
    """A rollout of 4 steps and 200 lanes, and advantages of which each step has another mean."""
    rng = np.random.default_rng(seed)
    steps = np.repeat(np.arange(5)[:, None], 200, 1)
    mask = rng.random((4, 200)) < 0.5 if learned else None
    rollout = SimpleNamespace(steps=4, step_of_trial=steps, learned=mask)
    rollout.acted = lambda array: array if mask is None else array[mask]
    advantage = (100 * rng.normal(size=(4, 200)) + 1e3 * steps[:4] + 500 * seed).astype(np.float32)
    return rollout, Estimates(advantage, advantage.copy(), advantage)


def test_advantages_of_all_shards_together_have_mean_0_and_deviation_1():
    for learned in (False, True):
        rollouts, estimates = zip(*(fake(seed, learned) for seed in range(2)), strict=True)
        normalise(list(rollouts), list(estimates), Alone())
        parts = [r.acted(e.advantage).ravel() for r, e in zip(rollouts, estimates, strict=True)]
        together = np.concatenate(parts)
        assert abs(together.mean()) < 1e-4 and abs(together.std() - 1) < 1e-4
        assert all(e.advantage.dtype == np.float32 for e in estimates)


def test_no_step_of_a_trial_has_much_of_a_mean_left():
    rollouts, estimates = zip(*(fake(seed) for seed in range(2)), strict=True)
    normalise(list(rollouts), list(estimates), Alone())
    by_step = np.concatenate([e.advantage for e in estimates], 1).mean(1)
    assert np.abs(by_step).max() < 0.3 < np.concatenate([e.value for e in estimates], 1).mean(1).std() / 1e3


def test_shards_share_what_is_taken_away():
    rollouts, estimates = zip(*(fake(seed) for seed in range(2)), strict=True)
    raw = [e.advantage.copy() for e in estimates]
    normalise(list(rollouts), list(estimates), Alone())
    apart = (estimates[1].advantage - estimates[0].advantage) / (raw[1] - raw[0])
    np.testing.assert_allclose(apart, apart[0, 0], rtol=1e-2)


def test_equal_advantages_stay_finite():
    rollout, estimates = fake(0)
    estimates.advantage[:] = 7.0
    normalise([rollout], [estimates], Alone())
    np.testing.assert_allclose(estimates.advantage, 0.0, atol=1e-5)


def test_advantages_in_any_unit_become_the_same():
    wanted, found = fake(0), fake(0)
    found[1].advantage *= np.float32(1e-6)
    for rollout, estimates in (wanted, found):
        normalise([rollout], [estimates], Alone())
    np.testing.assert_allclose(found[1].advantage, wanted[1].advantage, atol=1e-4)


def test_the_variance_explained_by_values_is_1_for_perfect_ones_and_0_for_constant_ones():
    rollout, estimates = fake(0)
    constant = np.full_like(estimates.returns, 3.0)
    cases = {
        1.0: Estimates(estimates.returns.copy(), constant, estimates.returns),
        0.0: Estimates(constant, constant, estimates.returns),
        0.75: Estimates(estimates.returns / 2, constant, estimates.returns),
    }
    for wanted, one in cases.items():
        np.testing.assert_allclose(explained_variance([rollout], [one], Alone()), wanted, atol=1e-5)
    assert explained_variance([rollout], [Estimates(estimates.value, constant, constant)], Alone()) == 0
