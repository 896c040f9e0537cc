"""The verdict: its words by example, its error rates by simulation."""

import numpy as np
import pytest

from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.evaluation.statistics.verdict import (
    ADAPTS,
    LEAST_EFFECT,
    TOO_SMALL,
    UNCLEAR,
    differences,
    judge,
    verdict,
)

LEVELS, EPISODES = 512, 4
NOISE, DIFFICULTY, UNEVEN = 0.25, 0.2, 0.1
"""Standard deviations, in score: of an episode, between levels, and of the effect between levels; the
noise is that of the maze's agent, whose difference to its wiped control deviates by 0.26 to 0.34 there."""


def arm(returns):
    return Arm(returns, np.zeros_like(returns), np.zeros_like(returns))


def played(rng, effect, *, swapped=0.0, levels=LEVELS, noise=NOISE, unit=1.0):
    """Records of an agent that is better by this much from the third episode on."""
    level = 0.5 + DIFFICULTY * rng.normal(size=(levels, 1))
    gain = (effect + UNEVEN * rng.normal(size=(levels, 1))) * np.array([0, 0.7, 1, 1])

    def episodes(mean):
        return arm(unit * (mean + noise * rng.normal(size=(levels, EPISODES))))

    return {
        "agent": episodes(level + gain),
        "wiped": episodes(level),
        "swapped": episodes(level + swapped),
        "random": arm(np.zeros((levels, EPISODES))),
        "par": arm(np.full((levels, EPISODES), unit)),
    }


def rates(effect, runs=300, **options):
    """How often each word is said."""
    rng = np.random.default_rng(round(1000 * effect) + 1)
    words = [judge(played(rng, effect, **options)).word for _ in range(runs)]
    return {word: words.count(word) / runs for word in (ADAPTS, TOO_SMALL, UNCLEAR)}


ALLOWED = 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize("effect", [0.0, LEAST_EFFECT])
@pytest.mark.parametrize("levels", [32, LEVELS])
def test_at_most_one_in_twenty_is_called_adaptive_without_an_effect_that_matters(effect, levels):
    assert rates(effect, levels=levels, swapped=-0.3)[ADAPTS] <= ALLOWED


def test_at_most_one_in_twenty_is_called_adaptive_that_gains_as_much_from_any_memory():
    assert rates(0.2, swapped=0.2)[ADAPTS] <= ALLOWED


def test_an_effect_of_a_twentieth_is_found_on_512_levels():
    found = rates(0.05, runs=1000)
    assert found[ADAPTS] >= 0.9
    assert found[TOO_SMALL] <= 0.01


@pytest.mark.parametrize("effect", [0.05, 0.1, 0.3])
def test_an_effect_that_matters_is_hardly_ever_called_too_small(effect):
    for levels in (32, 128, LEVELS):
        assert rates(effect, runs=100, levels=levels)[TOO_SMALL] <= 0.05


def test_a_game_that_rose_by_14_hundredths_over_the_wiped_agent_adapts():
    rng, levels = np.random.default_rng(0), 256
    rise = np.array([0, 0.05, 0.08, 0.11, 0.13, 0.14])
    level = 0.65 + 0.2 * rng.normal(size=(levels, 1))

    def episodes(mean):
        return arm(mean + 0.2 * rng.normal(size=(levels, 6)))

    arms = {"agent": episodes(level + rise), "wiped": episodes(level), "swapped": episodes(level - 0.1)}
    arms |= {"random": arm(np.zeros((levels, 6))), "par": arm(np.ones((levels, 6)))}
    found = judge(arms)
    assert found.word == ADAPTS
    assert str(found).startswith("+0.1") and str(found).endswith("over the wiped agent: adapts")


def test_a_proven_difference_of_a_hundredth_is_too_small_to_matter():
    noise = 0.05 * np.random.default_rng(1).normal(size=1024)
    found = verdict({"wiped": 0.006 + noise - noise.mean()})
    assert found.over["wiped"].low > 0
    assert str(found) == "+0.01 (+0.00 to +0.01) over the wiped agent: too small to matter"


def test_few_levels_are_no_verdict():
    noise = 0.3 * np.random.default_rng(2).normal(size=16)
    assert verdict({"wiped": 0.1 + noise - noise.mean()}).word == UNCLEAR


def test_a_single_level_is_no_verdict():
    found = verdict({"wiped": np.array([[0.5]])})
    assert (found.word, str(found)) == (UNCLEAR, "+0.50 (no interval) over the wiped agent: cannot say")


@pytest.mark.parametrize(
    ("least", "said"),
    [(20.0, "+12"), (1.0, "+12"), (0.5, "+12.3"), (0.01, "+12.35"), (0.002, "+12.346"), (0, "+12.35")],
)
def test_an_effect_has_as_many_places_as_matter(least, said):
    found = verdict({"wiped": np.full(9, 12.3456)}, least=least)
    assert str(found).startswith(f"{said} ({said} to {said}) over the wiped agent: ")


def test_an_agent_that_gains_nothing_does_not_adapt_where_nothing_is_too_small():
    """Without par, and where the agent earns what random play does, every difference matters."""
    assert verdict({"wiped": np.zeros(9)}, least=0.0).word == UNCLEAR


def test_the_rival_that_decides_is_named():
    level = 0.05 * np.random.default_rng(3).normal(size=400)
    found = verdict({"wiped": 0.3 + level, "swapped": level - level.mean()})
    assert found.word == TOO_SMALL
    assert "over the one with another level's memory" in str(found)


def test_copies_of_few_worlds_are_not_many_levels():
    rng = np.random.default_rng(4)
    worlds = 0.05 + 0.1 * rng.normal(size=6)
    copies, clusters = np.repeat(worlds, 100), np.repeat(np.arange(6), 100)
    assert verdict({"wiped": copies}).word == ADAPTS
    assert verdict({"wiped": copies}, clusters).word == UNCLEAR


def test_two_trainings_that_disagree_are_no_verdict():
    level = 0.1 * np.random.default_rng(5).normal(size=(1, 400))
    alike, apart = level + np.array([[0.3], [0.31]]), level + np.array([[0.3], [0.0]])
    assert verdict({"wiped": alike}).word == ADAPTS
    assert verdict({"wiped": apart}).word == UNCLEAR


@pytest.mark.parametrize("unit", [0.001, 1.0, 1000.0])
def test_without_par_the_unit_of_the_reward_does_not_matter(unit):
    arms = played(np.random.default_rng(6), 0.2, unit=unit)
    del arms["par"]
    assert judge(arms).word == ADAPTS


def test_controls_are_paired_by_level_and_by_episode():
    """Wiped and reset-trained agents begin each episode alike; another's memory counts from episode 2 on."""
    levels = np.arange(6.0)[:, None] / 10
    arms = {name: arm(levels + np.zeros((1, 4))) for name in ("wiped", "swapped", "reset_trained")}
    arms["agent"] = arm(levels + np.array([0.0, 0.1, 0.2, 0.3]))
    arms["wiped"].returns[:, 0] += 0.04
    arms["swapped"].returns[:, 0] += 9
    arms |= {"random": arm(np.zeros((6, 4))), "par": arm(np.ones((6, 4)))}
    found = {name: values.mean() for name, values in differences(arms).items()}
    assert found == pytest.approx({"wiped": 0.29, "swapped": 0.2, "reset_trained": 0.3})
    assert differences(arms)["wiped"].std() == pytest.approx(0)


def test_with_two_episodes_another_s_memory_counts_in_the_second_and_with_one_in_that():
    arms = {name: arm(np.zeros((5, 2))) for name in ("wiped", "swapped", "random")}
    arms |= {"agent": arm(np.tile([0.1, 0.5], (5, 1))), "par": arm(np.ones((5, 2)))}
    assert differences(arms)["swapped"].mean() == pytest.approx(0.5)
    first = {name: arm(one.returns[:, :1]) for name, one in arms.items()}
    assert differences(first)["swapped"].mean() == pytest.approx(0.1)


def test_as_json_it_says_all_that_it_rests_on():
    found = verdict({"wiped": np.array([0.1, 0.2, 0.3])}).to_json()
    assert set(found) == {"word", "sentence", "confidence", "over_wiped"}
    assert found["over_wiped"]["value"] == pytest.approx(0.2)
