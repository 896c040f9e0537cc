import json

import numpy as np
import pytest

from gamemeta.evaluation.statistics.adaptation import ADAPTED, NOT_ADAPTED, UNCLEAR, Interval, judge
from gamemeta.evaluation.statistics.scores import Arm, stacked


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


def compared(agent, reset_trained, revealed):
    """An agent's records with its baselines beside."""
    return agent | {"reset_trained": reset_trained["agent"], "revealed": revealed["agent"]}


RESET, REVEALED = records([0.6] * 4), records([0.95, 0.98, 0.98, 0.98])


def test_an_agent_that_comes_near_the_revealed_one_has_adapted():
    result = judge(compared(records([0.6, 0.85, 0.9, 0.92]), RESET, REVEALED))
    assert result.verdict == ADAPTED
    assert result.room.value == pytest.approx(0.38, abs=0.03)
    assert result.index.value == pytest.approx(0.32 / 0.38, abs=0.06)
    assert result.index.low < result.index.value < result.index.high


def test_an_agent_without_memory_has_not_adapted():
    result = judge(compared(records([0.6] * 4, wiped=0.6, swapped=0.6), RESET, REVEALED))
    assert result.verdict == NOT_ADAPTED
    assert abs(result.index.value) < 0.1


def test_where_everything_is_shown_a_good_score_is_not_adaptation():
    shown = records([0.96, 0.98, 0.98, 0.98], wiped=0.96, swapped=0.95)
    result = judge(compared(shown, records([0.96] * 4), REVEALED))
    assert result.verdict == NOT_ADAPTED
    assert "no room" in result.reason


def test_a_few_levels_are_not_enough_to_tell():
    few = (records(s, levels=6) for s in ([0.6, 0.65, 0.68, 0.68], [0.6] * 4, [0.9] * 4))
    assert judge(compared(*few)).verdict == UNCLEAR


def test_draws_without_room_say_nothing_about_the_index():
    result = judge(compared(*(records(s, levels=10) for s in ([0.6, 0.95], [0.6] * 2, [0.6] * 2))))
    assert result.room.low < 0 < result.room.high
    assert result.gain.low > 0
    assert result.index.low > 0.5


def test_the_interval_holds_the_true_room_as_often_as_it_says():
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)

        def drawn(score, rng=rng):
            made = records(score, levels=100)
            made["agent"] = arm(score, 100, seed=int(rng.integers(10**9)))
            return made

        result = judge(compared(drawn([0.6, 0.9]), drawn([0.6, 0.6]), drawn([0.9, 0.98])))
        inside += result.room.low <= 0.38 <= result.room.high
    assert inside >= 50


def test_records_of_different_levels_are_refused():
    with pytest.raises(ValueError, match="same levels"):
        judge(compared(records([0.6] * 4, levels=10), RESET, REVEALED))


def over_seeds(*each):
    """Records of several training seeds as one; random and par are those of the first."""
    shared = {name: each[0][name] for name in ("random", "par")}
    return {name: stacked([one[name] for one in each]) for name in each[0] if name not in shared} | shared


def test_equal_seeds_judge_as_one_of_them():
    alone = compared(records([0.6, 0.85, 0.9, 0.92]), RESET, REVEALED)
    assert judge(over_seeds(alone, alone, alone)).to_json() == judge(alone).to_json()


def test_several_seeds_are_judged_by_their_mean():
    weak, strong = (compared(records([0.6, last]), RESET, REVEALED) for last in (0.8, 0.9))
    both, one, other = (judge(r) for r in (over_seeds(weak, strong), weak, strong))
    assert both.gain.value == pytest.approx((one.gain.value + other.gain.value) / 2)
    assert both.verdict == ADAPTED


def test_one_seed_that_failed_widens_the_interval_until_nothing_can_be_told():
    adapted, failed = (compared(records([0.6, last], wiped=0.6), RESET, REVEALED) for last in (0.95, 0.6))
    assert judge(over_seeds(adapted, adapted, adapted)).verdict == ADAPTED
    mixed = judge(over_seeds(adapted, failed))
    assert mixed.verdict == UNCLEAR
    assert mixed.gain.low < 0.05
    assert mixed.gain.high > 0.3


def test_without_room_the_index_is_undefined_in_words_and_in_json():
    nowhere = records([0.6] * 4)
    worse = records([0.5] * 4)
    result = judge(compared(nowhere, nowhere, worse))
    assert str(result.index) == "undefined"
    assert json.loads(json.dumps(result.to_json(), allow_nan=False))["index"]["value"] is None
    assert str(Interval(0.5, 0.4, 0.6)) == "0.500 (0.400 to 0.600)"
