"""The family `popgym`: what is drawn, with which chance, and what no level can be."""

from dataclasses import replace

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.family import NUMBERS, POPGymLevels
from gamemeta_levels.families.popgym.plans import has_fleet
from gamemeta_levels.families.popgym.tasks import SIZES, size_of
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.split import split_of

each_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)


@each_size
def test_levels_are_valid_in_their_split_and_change_into_others(size):
    family = POPGymLevels(size=size)
    for seed in range(3):
        level = generate(family, seed, "test")
        family.validate(level)
        assert not family.about.held_out or split_of(level.content_hash) == "test"
        changed = family.mutate(level, seed)
        family.validate(changed)
        assert changed != level and family.mutate(level, seed) == changed
        assert len(family.solve(level)) == size.plan_steps == family.pack([level]).par_steps[0]
        assert max(family.solve(level)) < size.actions <= len(family.about.action_names)
        assert len(family.rules(level)) == 1


@pytest.mark.parametrize("task", [tasks.REPEAT_PREVIOUS, tasks.COUNT_RECALL, tasks.MINESWEEPER])
def test_every_order_is_as_likely(task):
    size, n = size_of(task, 0), 4000
    drawn = generate_arrays(POPGymLevels(size=size), range(n), "any").more[NUMBERS]
    share = size.mines / size.count if size.mines else 1 / size.kinds
    counts = (drawn == 1).sum(0)
    assert np.abs(counts - n * share).max() < 5 * (n * share * (1 - share)) ** 0.5


def test_half_of_the_second_deck_of_a_recall_does_not_follow_the_first():
    drawn = generate_arrays(POPGymLevels(size=size_of(tasks.COUNT_RECALL, 0)), range(400), "any").more[
        NUMBERS
    ]
    assert (drawn[:, :52] == drawn[:, 52:]).mean() == pytest.approx(0.5, abs=0.02)


def test_ships_lie_straight_and_never_overlap():
    board = np.zeros((8, 8), int)
    board[0, :4] = board[1, :3] = board[2, :3] = board[4:6, 7] = 1
    assert has_fleet(board.ravel(), 8)
    board[4, 7], board[6, 6] = 0, 1
    assert not has_fleet(board.ravel(), 8)
    wrapped = np.zeros(64, int)
    wrapped[[6, 7, 8, 9, 20, 21, 22, 30, 31, 32, 50, 51]] = 1
    assert not has_fleet(wrapped, 8)


def test_the_smallest_minefields_are_all_in_every_split():
    family = POPGymLevels(size=size_of(tasks.MINESWEEPER, 0))
    levels = generate_arrays(family, range(3000), "test")
    assert len(np.unique(levels.content_hash)) == 120


def test_plans_say_what_was_dealt():
    family = POPGymLevels(size=size_of(tasks.AUTOENCODE, 0))
    level = generate(family, 0)
    cards = level.hidden["autoencode-easy"]
    assert tuple(family.solve(level)[51:]) == cards[::-1]
    recall = generate(POPGymLevels(size=size_of(tasks.COUNT_RECALL, 0)), 0)
    numbers = recall.hidden["count_recall-easy"]
    assert family.solve(recall)[10] == sum(card == numbers[52 + 10] for card in numbers[:11])


@pytest.mark.parametrize(
    ("name", "numbers", "message"),
    [
        ("repeat_previous-easy", (0,) * 52, "13 of each kind"),
        ("repeat_previous-easy", (0, 1, 2, 3) * 12, "52 cards"),
        ("repeat_previous-huge", (0, 1, 2, 3) * 13, "one task and difficulty"),
        ("count_recall-easy", (0, 1) * 51 + (0, 0), "2 x 52 cards, 26 of each"),
        ("minesweeper-easy", (1,) * 3 + (0,) * 13, "2 of them 1"),
        ("battleship-easy", (1, 0) * 12 + (0,) * 40, "a ship"),
        ("multiarmed_bandit-easy", (1_000_001,) * 10, "millionths"),
    ],
)
def test_what_cannot_be_drawn_is_refused(name, numbers, message):
    family = POPGymLevels(size=next((size for size in SIZES if size.name == name), SIZES[0]))
    level = replace(generate(family, 0), hidden={name: numbers})
    with pytest.raises(LevelError, match=message):
        family.pack([level])


def test_levels_of_two_tasks_are_not_packed_together_and_none_lie_outside():
    levels = [generate(POPGymLevels(size=size), 0) for size in SIZES[:2]]
    with pytest.raises(LevelError, match="repeat_previous-easy and repeat_previous-medium"):
        POPGymLevels().pack(levels)
    with pytest.raises(ConfigError, match="no far"):
        generate(POPGymLevels(), 0, "far")
