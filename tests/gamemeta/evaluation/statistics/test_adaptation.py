import json

import numpy as np
import pytest

from gamemeta.evaluation.statistics.adaptation import compare
from gamemeta.evaluation.statistics.scores import Arm, stacked
from gamemeta.evaluation.statistics.verdict import ADAPTS, TOO_SMALL, UNCLEAR, judge


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
    arms = compared(records([0.6, 0.85, 0.9, 0.92]), RESET, REVEALED)
    result = compare(arms)
    assert judge(arms).word == ADAPTS
    assert result.room.value == pytest.approx(0.38, abs=0.03)
    assert result.index.value == pytest.approx(0.32 / 0.38, abs=0.06)
    assert result.index.low < result.index.value < result.index.high


def test_an_agent_without_memory_has_not_adapted():
    arms = compared(records([0.6] * 4, wiped=0.6, swapped=0.6), RESET, REVEALED)
    assert judge(arms).word != ADAPTS
    assert abs(compare(arms).index.value) < 0.1


def test_a_good_score_is_not_adaptation_where_reset_training_gives_it_too():
    arms = compared(records([0.6, 0.95, 0.95, 0.95]), records([0.97] * 4), REVEALED)
    assert judge(arms).word == TOO_SMALL
    assert "the reset-trained agent" in str(judge(arms))


def test_a_few_levels_are_not_enough_to_tell():
    few = (records(s, levels=6) for s in ([0.6, 0.65, 0.68, 0.68], [0.6] * 4, [0.9] * 4))
    assert judge(compared(*few)).word == UNCLEAR


@pytest.mark.parametrize("revealed", [0.5, 0.6, 0.63])
def test_the_index_is_undefined_where_room_may_be_0(revealed):
    """However large the gain, and however few of the draws would be without room."""
    result = compare(compared(*(records(s, levels=60) for s in ([0.6, 0.95], [0.6] * 2, [revealed] * 2))))
    assert result.room.low < 0
    assert result.gain.low > 0
    assert str(result.index) == "undefined"
    assert json.loads(json.dumps(result.to_json(), allow_nan=False))["index"]["value"] is None


def test_the_interval_of_the_index_holds_the_truth_as_often_as_it_says():
    """Little room, of which a sixth of all draws leave nothing: they are not left out."""
    inside = defined = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)

        def drawn(mean, rng=rng):
            returns = mean + 0.3 * rng.normal(size=(60, 1))
            return Arm(returns, returns, returns)

        arms = {name: drawn(mean) for name, mean in (("agent", 0.7), ("revealed", 0.8), ("wiped", 0.6))}
        arms |= {"swapped": drawn(0.5), "reset_trained": drawn(0.6), "random": drawn(0.0)}
        arms["random"].returns[:] = 0.0
        arms["par"] = Arm(*[np.ones((60, 1))] * 3)
        index = compare(arms).index
        if np.isfinite(index.value):
            defined += 1
            inside += index.low <= 0.5 <= index.high
    assert defined > 300
    assert inside / defined > 0.92


def test_the_interval_holds_the_true_room_as_often_as_it_says():
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)

        def drawn(score, rng=rng):
            made = records(score, levels=100)
            made["agent"] = arm(score, 100, seed=int(rng.integers(10**9)))
            return made

        result = compare(compared(drawn([0.6, 0.9]), drawn([0.6, 0.6]), drawn([0.9, 0.98])))
        inside += result.room.low <= 0.38 <= result.room.high
    assert inside >= 50


def test_records_of_different_levels_are_refused():
    with pytest.raises(ValueError, match="same levels"):
        compare(compared(records([0.6] * 4, levels=10), RESET, REVEALED))


def over_seeds(*each):
    """Records of several training seeds as one; random and par are those of the first."""
    shared = {name: each[0][name] for name in ("random", "par")}
    return {name: stacked([one[name] for one in each]) for name in each[0] if name not in shared} | shared


def test_equal_seeds_judge_as_one_of_them():
    alone = compared(records([0.6, 0.85, 0.9, 0.92]), RESET, REVEALED)
    assert judge(over_seeds(alone, alone, alone)).to_json() == judge(alone).to_json()
    assert compare(over_seeds(alone, alone, alone)).to_json() == compare(alone).to_json()


def test_several_seeds_are_judged_by_their_mean():
    weak, strong = (compared(records([0.6, last]), RESET, REVEALED) for last in (0.8, 0.9))
    both, one, other = (compare(r) for r in (over_seeds(weak, strong), weak, strong))
    assert both.gain.value == pytest.approx((one.gain.value + other.gain.value) / 2)


def test_one_seed_that_failed_widens_the_interval_until_nothing_can_be_told():
    adapted, failed = (compared(records([0.6, last], wiped=0.6), RESET, REVEALED) for last in (0.95, 0.6))
    assert judge(over_seeds(adapted, adapted, adapted)).word == ADAPTS
    assert judge(over_seeds(adapted, failed)).word == UNCLEAR
    mixed = compare(over_seeds(adapted, failed))
    assert mixed.gain.low < 0.05
    assert mixed.gain.high > 0.3
