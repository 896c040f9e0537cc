"""The family `bandit`: how chances are drawn, and which levels are refused."""

import math

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.bandit.family import Bandit, BanditParameters
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_of


def bandit(*chances, tiles=None):
    hidden = {"probability": chances}
    return Level(family="bandit", tiles=tiles or [[1] * len(chances)], hidden=hidden)


@pytest.mark.parametrize("split", ["any", "train", "test"])
def test_chances_are_uniform_in_every_split(split):
    probability = generate_arrays(Bandit(arms=10), range(2000), split).more["probability"]
    assert probability.dtype == np.float32
    counts = np.histogram(probability, bins=10, range=(0, 1))[0]
    assert counts.sum() == probability.size
    assert np.abs(counts - 2000).max() < 4 * math.sqrt(2000)


def test_chances_keep_to_the_range():
    family = Bandit(BanditParameters(probability=(0.4, 0.400003)))
    millionths = [n for seed in range(60) for n in generate(family, seed).hidden["probability"]]
    assert set(millionths) == {400000, 400001, 400002, 400003}


@pytest.mark.parametrize(
    ("near", "far"),
    [((0.0, 0.5), (500001, 1000000)), ((0.3, 1.0), (0, 299999)), ((0.2, 0.9), (0, 199999))],
)
def test_far_chances_lie_outside_on_the_larger_side(near, far):
    levels = generate_arrays(Bandit(BanditParameters(probability=near)), range(400), "far")
    millionths = np.rint(levels.more["probability"].astype(float) * 1e6)
    assert far[0] <= millionths.min() < far[0] + 0.01 * (far[1] - far[0])
    assert far[1] >= millionths.max() > far[1] - 0.01 * (far[1] - far[0])


def test_the_plan_is_one_pull_of_the_first_best_arm():
    assert Bandit().solve(bandit(1, 7, 3, 7)) == [1]


def test_a_range_without_a_level_of_the_split_is_refused():
    parameters = BanditParameters(probability=(0.5, 0.5))
    family = Bandit(parameters, arms=2)
    absent = {"train", "test"} - {split_of(generate(family, 0).content_hash)}
    with pytest.raises(ConfigError, match="split"):
        generate(family, 0, absent.pop())


@pytest.mark.parametrize("probability", [(0.5, 0.4), (-0.1, 1.0), (0.0, 1.1), (0.0, float("nan"))])
def test_ranges_that_are_not_chances_are_refused(probability):
    with pytest.raises(ConfigError, match="give two chances"):
        BanditParameters(probability=probability)


@pytest.mark.parametrize("arms", [1, 256])
def test_numbers_of_arms_out_of_range_are_refused(arms):
    with pytest.raises(ConfigError, match="give 2 to 255"):
        Bandit(arms=arms)


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (bandit(1, 2, tiles=[[1], [1]]), "one row .*2 tiles"),
        (bandit(1, tiles=[[1]]), "one row .*2 tiles"),
        (bandit(1, 2, tiles=[[1, 1, 1]]), "3 arms"),
        (bandit(1, 1_000_001), "0 to 1000000; this level has"),
        (bandit(1, -1), "0 to 1000000; this level has"),
        (Level(family="bandit", tiles=[[1, 1]]), "nothing"),
    ],
)
def test_malformed_levels_are_told_what_is_wrong(level, message):
    with pytest.raises(LevelError, match=message):
        Bandit().pack([level])


def test_bandits_of_different_sizes_are_not_packed_together():
    with pytest.raises(LevelError, match="have 2 and 3 arms"):
        Bandit().pack([bandit(1, 2), bandit(1, 2, 3)])
