"""Scores and their intervals against closed forms and their promised coverage."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.statistics.scores import Arm, Curve, curves, stacked

RANDOM, PAR = 0.2, 0.7


def arm(returns: np.ndarray) -> Arm:
    return Arm(returns=returns, steps=np.full(returns.shape, 9.0), success=returns > 0.5)


def table(returns: np.ndarray) -> dict[str, Arm]:
    """An agent beside random play and par whose returns do not vary."""
    floor, top = np.full(returns.shape, RANDOM), np.full(returns.shape, PAR)
    return {"agent": arm(returns), "random": arm(floor), "par": arm(top)}


def score_of(returns):
    return (returns - RANDOM) / (PAR - RANDOM)


def test_random_scores_0_and_par_scores_1():
    rng = np.random.default_rng(0)
    played = rng.random((50, 3))
    arms = {"random": arm(played), "par": arm(np.repeat(rng.random((50, 1)) + 1, 3, 1))}
    made = curves(arms)
    assert np.mean(made["random"].score) == pytest.approx(0)
    assert made["par"].score == pytest.approx([1, 1, 1])


def test_the_score_is_the_mean_return_between_random_and_par():
    returns = np.random.default_rng(1).random((40, 4))
    made = curves(table(returns))["agent"]
    assert made.score == pytest.approx(score_of(returns.mean(0)))
    assert made.returns == pytest.approx(returns.mean(0))
    assert made.success == pytest.approx((returns > 0.5).mean(0))
    assert made.steps == pytest.approx([9] * 4)


def test_intervals_are_those_of_a_mean_of_many_levels():
    returns = np.random.default_rng(2).normal(0.5, 0.3, (1000, 2))
    made = curves(table(returns))["agent"]
    half = 1.96 * returns.std(0) / np.sqrt(1000) / (PAR - RANDOM)
    np.testing.assert_allclose(made.score_low, made.score - half, atol=0.01 * half.max())
    np.testing.assert_allclose(made.score_high, made.score + half, atol=0.01 * half.max())


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng, truth, held, runs = np.random.default_rng(3), score_of(0.5), 0, 100
    for _ in range(runs):
        made = curves(table(rng.normal(0.5, 0.3, (60, 1))))["agent"]
        held += made.score_low[0] <= truth <= made.score_high[0]
    assert 0.95 - 4 * np.sqrt(0.95 * 0.05 / runs) <= held / runs


def test_intervals_carry_the_uncertainty_of_random_and_par():
    rng = np.random.default_rng(4)
    arms = table(np.full((100, 1), 0.5))
    assert curves(arms)["agent"].score_low == pytest.approx(curves(arms)["agent"].score_high)
    arms["random"] = arm(rng.normal(RANDOM, 0.3, (100, 1)))
    made = curves(arms)["agent"]
    assert made.score_high[0] - made.score_low[0] > 0.02


def test_a_level_counts_for_every_player_at_once():
    """An agent that plays each level as well as par has no uncertainty, however levels differ."""
    returns = np.random.default_rng(5).random((30, 1)) + 1
    arms = {"agent": arm(returns), "random": arm(returns * 0), "par": arm(returns)}
    made = curves(arms)["agent"]
    assert (made.score_low, made.score_high) == (pytest.approx([1]), pytest.approx([1]))


def test_the_interval_of_a_ratio_is_that_of_its_draws():
    """The delta method against a bootstrap of the whole ratio, in which random and par vary too."""
    rng = np.random.default_rng(6)
    level = rng.random((400, 1))
    arms = {
        "agent": arm(0.4 + 0.3 * level + 0.1 * rng.normal(size=(400, 1))),
        "random": arm(0.1 * level + 0.05 * rng.normal(size=(400, 1))),
        "par": arm(0.7 + 0.3 * level),
    }
    drawn = []
    for rows in rng.integers(0, 400, (2000, 400)):
        agent, random, par = (one.returns[rows].mean() for one in arms.values())
        drawn.append((agent - random) / (par - random))
    made = curves(arms)["agent"]
    assert made.score_high[0] - made.score[0] == pytest.approx(1.96 * np.std(drawn), rel=0.06)


def test_copies_of_a_level_count_once():
    returns = np.random.default_rng(10).random((20, 2))
    alone = curves(table(returns))["agent"]
    copied = curves(table(returns.repeat(5, 0)), np.arange(20).repeat(5))["agent"]
    assert copied.score_low == pytest.approx(alone.score_low)


def test_a_game_without_room_between_random_and_par_gives_finite_scores():
    same = np.full((10, 1), 0.5)
    made = curves({"agent": arm(same), "random": arm(same), "par": arm(same)})["agent"]
    assert np.isfinite([*made.score, *made.score_low, *made.score_high]).all()


def test_json_calls_the_return_by_its_name():
    curve = Curve([0.5], [0.4], [0.6], [0.123456789], [1.0], [9.0])
    assert curve.to_json() == {
        "score": [0.5],
        "score_low": [0.4],
        "score_high": [0.6],
        "return": [0.12346],
        "success": [1.0],
        "steps": [9.0],
    }


def test_the_curve_of_several_seeds_is_the_mean_of_theirs():
    each = [table(np.random.default_rng(k).random((30, 4))) for k in range(3)]
    together = each[0] | {"agent": stacked([arms["agent"] for arms in each])}
    made, alone = curves(together)["agent"], [curves(arms)["agent"] for arms in each]
    for name in ("score", "returns", "success", "steps"):
        assert getattr(made, name) == pytest.approx(np.mean([getattr(c, name) for c in alone], axis=0))


def test_one_seed_is_the_same_stacked_or_not():
    arms = table(np.random.default_rng(7).random((30, 4)))
    assert curves(arms | {"agent": stacked([arms["agent"]])}) == curves(arms)


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_intervals_over_seeds_hold_the_truth_where_those_over_levels_alone_do_not(seeds):
    """Trainings differ by as much as levels leave uncertain; a few of them are drawn again and again."""
    rng, truth, runs, levels = np.random.default_rng(seeds), 0.5, 300, 60
    held, held_by_levels = 0, 0
    for _ in range(runs):
        skill = truth + 0.05 * rng.normal(size=(seeds, 1, 1))
        returns = skill + 0.1 * rng.normal(size=(seeds, levels, 1))
        arms = table(returns[0])
        both = curves(arms | {"agent": arm(returns)})["agent"]
        only = curves(arms | {"agent": arm(returns.mean(0))})["agent"]
        held += both.score_low[0] <= score_of(truth) <= both.score_high[0]
        held_by_levels += only.score_low[0] <= score_of(truth) <= only.score_high[0]
    assert held / runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)
    assert held_by_levels / runs < 0.7


def test_a_player_of_fewer_levels_is_scored_on_the_first_ones():
    returns = np.random.default_rng(9).random((40, 2))
    arms = table(returns)
    arms["fine_tuned"] = arm(returns[:10])
    arms["par"].returns[10:] += 5
    made = curves(arms)
    assert made["fine_tuned"].score == pytest.approx(score_of(returns[:10].mean(0)))
    assert made["agent"].score[0] < made["fine_tuned"].score[0]


def test_where_some_success_is_known_the_other_episodes_failed():
    known = Arm(
        np.zeros((1, 3)), np.full((1, 3), np.nan), np.array([[1.0, np.nan, 0.0]])
    ).with_known_success()
    assert known.success.tolist() == [[1.0, 0.0, 0.0]]
    assert np.isnan(known.steps).all()


def test_the_record_of_the_first_levels_is_theirs_alone():
    returns = np.arange(24.0).reshape(2, 4, 3)
    part = Arm(returns, returns + 1, returns + 2).take(3)
    for k, array in enumerate((part.returns, part.steps, part.success)):
        np.testing.assert_array_equal(array, returns[:, :3] + k)


def test_seeds_are_stacked_only_when_they_played_the_same():
    ours, theirs = arm(np.zeros((5, 4))), arm(np.zeros((6, 4)))
    assert stacked([ours, ours]).returns.shape == (2, 5, 4)
    with pytest.raises(ConfigError, match=r"\(5, 4\), \(6, 4\)"):
        stacked([ours, theirs])
    with pytest.raises(ConfigError, match="got none"):
        stacked([])
