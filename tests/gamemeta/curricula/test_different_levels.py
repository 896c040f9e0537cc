"""A training counts the different levels that it met."""

import numpy as np
import pytest

from gamemeta.curricula.different_levels import MOST, DifferentLevels
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.family import generate_arrays


def all_rows(levels):
    return np.arange(len(levels))


def test_equal_levels_count_once():
    different = DifferentLevels(HiddenGoal())
    levels = generate_arrays(HiddenGoal(), range(300), "train")
    different.meet(levels, all_rows(levels)[:200])
    different.meet(levels, all_rows(levels))
    assert different.count == len(set(levels.content_hash.tolist())) < 300


def test_beyond_many_nobody_counts():
    different, levels = DifferentLevels(Bandit()), generate_arrays(Bandit(), range(MOST + 100), "train")
    different.meet(levels, all_rows(levels)[:MOST])
    assert different.count == MOST and not different.many
    different.meet(levels, all_rows(levels))
    assert different.count == MOST and different.many


@pytest.mark.parametrize("count", [3, MOST + 5])
def test_a_resumed_training_goes_on_counting(count):
    levels = generate_arrays(Bandit(), range(count + 2), "train")
    whole, first, second = (DifferentLevels(Bandit()) for _ in range(3))
    whole.meet(levels, all_rows(levels))
    first.meet(levels, all_rows(levels)[:count])
    second.load_state(first.state())
    second.meet(levels, all_rows(levels)[count:])
    assert second.count == whole.count
    assert {k: v.tolist() for k, v in second.state().items()} == {
        k: v.tolist() for k, v in whole.state().items()
    }


def test_a_checkpoint_without_the_count_begins_anew():
    different = DifferentLevels(Bandit())
    different.load_state({})
    assert different.count == 0
    with pytest.raises(ValueError, match="float64"):
        different.load_state({"met": np.zeros(3)})
