"""The rules of XLand-MiniGrid beside recorded steps of the original, and what its rules cannot be."""

from pathlib import Path

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.rulesets import TASK_SETS, draw_ruleset
from tests.helpers.xland_replay import differences

RECORDED = Path(__file__).parent / "recorded" / "xland.npz"


def test_states_views_rewards_and_ends_are_those_of_the_original():
    with np.load(RECORDED) as played:
        wrong, reached, changed, _ = differences(dict(played))
    assert wrong == 0
    assert len(reached) >= 8
    assert changed >= 40


@pytest.mark.parametrize("name", TASK_SETS)
def test_drawn_rulesets_survive_the_encoding_of_the_original(name):
    for number in range(50):
        ruleset = draw_ruleset(TASK_SETS[name], Draws(3, number))
        goals = np.array([ruleset.goal], np.uint8)
        rules = np.array(ruleset.rules, np.uint8).reshape(-1, 4)
        assert np.array_equal(e.read_goals(e.write_goals(goals)), goals)
        assert np.array_equal(e.read_rules(e.write_rules(rules)), rules)


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_what_the_goal_needs_lies_about_or_is_made_by_a_rule(depth):
    task_set = list(TASK_SETS.values())[depth]
    for number in range(100):
        ruleset = draw_ruleset(task_set, Draws(5, number))
        there = set(ruleset.things)
        for _ in range(depth):
            there |= {rule[3] for rule in ruleset.rules if {tile for tile in rule[1:3] if tile} <= there}
        assert {tile for tile in ruleset.goal[1:] if tile} <= there


@pytest.mark.parametrize(
    ("rows", "read", "why"),
    [
        ([[2, 3, 1, 0, 0]], e.read_goals, "2 is no kind"),
        ([[1, 13, 1, 0, 0]], e.read_goals, "no tile of shape 13"),
        ([[1, e.WALL, 6, 0, 0]], e.read_goals, "shape 2"),
        ([[1, 3, 1, 0]], e.read_goals, "5 bytes"),
        ([[3, 3, 1, 4, 1, e.CLOSED, 1]], e.read_rules, "shape 9"),
        ([[99, 3, 1, 4, 1, 5, 1]], e.read_rules, "99 is no kind"),
    ],
)
def test_rows_that_would_break_walls_or_leave_the_tables_are_refused(rows, read, why):
    with pytest.raises(LevelError, match=why):
        read(np.array(rows, np.uint8))
