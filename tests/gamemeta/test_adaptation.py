import numpy as np
import pytest

from gamemeta.evaluation.adaptation import ADAPTED, NOT_ADAPTED, UNCLEAR, judge
from gamemeta.evaluation.scores import Arm


def arm(score, levels=600, noise=0.2, seed=0):
    """Returns around these scores by episode, random at 0 and par at 1."""
    rng = np.random.default_rng(seed)
    returns = np.asarray(score) + noise * rng.normal(size=(levels, len(score)))
    return Arm(returns, np.zeros_like(returns), np.zeros_like(returns))


def records(score, wiped=0.6, swapped=0.4, levels=600):
    k = len(score)
    return {
        "agent": arm(score, levels, seed=1),
        "wiped": arm([wiped] * k, levels, seed=2),
        "swapped": arm([score[0]] + [swapped] * (k - 1), levels, seed=3),
        "random": arm([0.0] * k, levels, seed=4),
        "par": arm([1.0] * k, levels, noise=0.0),
    }


RESET, REVEALED = records([0.6] * 4), records([0.95, 0.98, 0.98, 0.98])


def test_an_agent_that_comes_near_the_revealed_one_has_adapted():
    result = judge(records([0.6, 0.85, 0.9, 0.92]), RESET, REVEALED)
    assert result.verdict == ADAPTED
    assert result.room.value == pytest.approx(0.38, abs=0.03)
    assert result.index.value == pytest.approx(0.32 / 0.38, abs=0.06)
    assert result.index.low < result.index.value < result.index.high


def test_an_agent_without_memory_has_not_adapted():
    result = judge(records([0.6] * 4, wiped=0.6, swapped=0.6), RESET, REVEALED)
    assert result.verdict == NOT_ADAPTED
    assert abs(result.index.value) < 0.1


def test_where_everything_is_shown_a_good_score_is_not_adaptation():
    shown = records([0.96, 0.98, 0.98, 0.98], wiped=0.96, swapped=0.95)
    result = judge(shown, records([0.96] * 4), REVEALED)
    assert result.verdict == NOT_ADAPTED
    assert "no room" in result.reason


def test_a_few_levels_are_not_enough_to_tell():
    few = (records(s, levels=6) for s in ([0.6, 0.65, 0.68, 0.68], [0.6] * 4, [0.9] * 4))
    assert judge(*few).verdict == UNCLEAR


def test_the_interval_holds_the_true_room_as_often_as_it_says():
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)

        def drawn(score, rng=rng):
            made = records(score, levels=100)
            made["agent"] = arm(score, 100, seed=int(rng.integers(10**9)))
            return made

        result = judge(drawn([0.6, 0.9]), drawn([0.6, 0.6]), drawn([0.9, 0.98]))
        inside += result.room.low <= 0.38 <= result.room.high
    assert inside >= 50


def test_records_of_different_levels_are_refused():
    with pytest.raises(ValueError, match="same levels"):
        judge(records([0.6] * 4, levels=10), RESET, REVEALED)
