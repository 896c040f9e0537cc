"""Players of POPGym's games who forget nothing, beside brute force and what must hold."""

from itertools import permutations

import numpy as np
import pytest

from gamemeta.calibration.popgym import counting, hunting, pairing, yardstick
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.family import NUMBERS, POPGymLevels
from gamemeta_levels.families.popgym.tasks import Size, size_of
from gamemeta_levels.family import generate_arrays


def numbers_of(task, n, difficulty=0):
    levels = generate_arrays(POPGymLevels(size=size_of(task, difficulty)), range(n), "any")
    return levels.more[NUMBERS]


def test_counting_earns_what_trying_every_deck_of_six_cards_says():
    size = Size(tasks.HIGHER_LOWER, 0, tasks.CARDS, (2, 3), kinds=3, limit=5, actions=2, plan_steps=5)
    decks = np.array(sorted(set(permutations((0, 0, 1, 1, 2, 2)))), np.int32)

    def best(dealt):
        """The most that any player earns in expectation after these cards."""
        rest = [deck for deck in decks.tolist() if deck[: len(dealt)] == dealt]
        if len(dealt) == 6:
            return 0.0
        paid = [np.mean([np.sign(d[len(dealt)] - dealt[-1]) * a for d in rest]) for a in (1, -1)]
        cards, counts = np.unique([d[len(dealt)] for d in rest], return_counts=True)
        later = [best([*dealt, card]) for card in cards.tolist()]
        return max(paid) / 6 + np.average(later, weights=counts)

    exact = np.mean([best([card]) for card in range(3)])
    assert counting(size, decks).mean() == pytest.approx(exact)


def test_pairing_and_hunting_stay_below_the_most_and_far_above_chance():
    for task, player, least in ((tasks.CONCENTRATION, pairing, 0.75), (tasks.BATTLESHIP, hunting, 0.3)):
        returns = player(size_of(task, 0), numbers_of(task, 50))
        assert returns.max() < 1 and returns.mean() > least


def test_no_player_of_concentration_leaves_a_pair_with_time_to_spare():
    returns = pairing(size_of(tasks.CONCENTRATION, 2), numbers_of(tasks.CONCENTRATION, 50, 2))
    misses = (1 - returns) / (2 / 104)
    np.testing.assert_allclose(misses, np.round(misses), atol=1e-9)


def test_each_task_but_minesweeper_has_its_player():
    assert yardstick(size_of(tasks.MINESWEEPER, 0), numbers_of(tasks.MINESWEEPER, 2)) is None
    name, returns = yardstick(size_of(tasks.MULTIARMED_BANDIT, 0), numbers_of(tasks.MULTIARMED_BANDIT, 100))
    assert name == "Gittins" and 0.6 < returns.mean() < 0.85
    assert yardstick(size_of(tasks.AUTOENCODE, 0), numbers_of(tasks.AUTOENCODE, 3))[1].tolist() == [1, 1, 1]
