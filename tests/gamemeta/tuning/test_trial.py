import numpy as np

from gamemeta.training.config import load_config
from gamemeta.tuning.trial import VALIDATIONS, score_of

SMALL = [
    "run.lanes=8", "run.rollout_steps=16", "run.steps=1280", "run.validation_levels=4", "ppo.minibatches=2",
    "network.width=8", "network.layers=1", "run.shards=1",
]  # fmt: skip


def test_a_trial_is_validated_at_equal_distances_and_left_when_it_is_no_good():
    config, shares, scores = load_config("bandit", overrides=SMALL), [], []

    def judge(number, score):
        scores.append((number, score))
        return number < 2

    score, whole = score_of(config, shares.append, judge)
    assert (score, whole) == (scores[-1][1], False)
    assert [number for number, _ in scores] == [1, 2]
    assert shares == [k / 10 for k in range(1, 5)]


def test_at_its_end_a_trial_counts_however_it_was_judged():
    score, whole = score_of(
        load_config("bandit", overrides=SMALL), print, lambda number, _: number < VALIDATIONS
    )
    assert whole
    assert np.isfinite(score)
