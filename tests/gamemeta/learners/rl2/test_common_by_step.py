"""What advantages of all trials have in common at a step, against means taken step by step."""

import numpy as np
import pytest

from gamemeta.learners.rl2.estimates import PRIOR, ROWS_EACH, CommonByStep


def test_steps_with_many_rows_have_a_mean_of_their_own():
    rng = np.random.default_rng(0)
    step = np.repeat(np.arange(5)[:, None], 400, 1)
    advantage = (step * 10 + rng.normal(size=step.shape)).astype(np.float32)
    found = CommonByStep(advantage, step).at(step)
    share = 400 / (400 + PRIOR)
    wanted = share * advantage.mean(1) + (1 - share) * advantage.mean()
    np.testing.assert_allclose(found, np.repeat(wanted[:, None], 400, 1), rtol=1e-5)


def test_a_step_with_few_rows_hardly_differs_from_all():
    step = np.array([0] * 640 + [1])
    advantage = np.array([0.0] * 640 + [100.0], np.float32)
    assert CommonByStep(advantage, step).at(np.array([1]))[0] < 2 * 100 / PRIOR


def test_long_trials_are_taken_by_stretches_of_steps():
    step = np.arange(10 * ROWS_EACH)
    common = CommonByStep((step // ROWS_EACH).astype(np.float32), step)
    assert len(set(common.at(step))) == 10
    assert (np.diff(common.at(step)) >= 0).all()


@pytest.mark.parametrize("rows", [1, ROWS_EACH - 1])
def test_few_rows_have_one_mean(rows):
    rng = np.random.default_rng(0)
    advantage, step = rng.normal(size=rows).astype(np.float32), rng.integers(0, 9, rows)
    np.testing.assert_allclose(CommonByStep(advantage, step).at(np.arange(9)), advantage.mean(), rtol=1e-4)
