"""Spreads and coverage against NumPy, and hidden rules in words."""

import numpy as np
import pytest

from gamemeta_levels.families.bandit.family import Bandit, BanditParameters
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.families.mdp.family import TabularMDP
from gamemeta_levels.family import generate
from gamemeta_levels.inspection.inspect import inspect_generated
from gamemeta_levels.inspection.summary import Coverage, Summary
from gamemeta_levels.inspection.words import rules_in_words
from gamemeta_levels.level import Level


def test_a_summary_of_chunks_is_that_of_the_whole():
    values, summary = np.random.default_rng(0).normal(size=1000), Summary()
    for chunk in np.split(values, [10, 10, 700]):
        summary.add(chunk)
    assert (summary.count, summary.least, summary.most) == (1000, values.min(), values.max())
    assert summary.mean == pytest.approx(values.mean())


def test_a_summary_of_nothing_is_plain_json():
    assert Summary().to_json() == {"least": None, "mean": None, "most": None}


@pytest.mark.parametrize(
    ("low", "high", "values", "reach"),
    [
        (0, 10, [0, 10], 1),
        (0, 10, [2, 7], 0.5),
        (0, 10, [-5, 5], 0.5),
        (3, 3, [3], 1),
        (3, 3, [4], 0),
        (0, 1, [], 0),
    ],
)
def test_reach_is_the_share_of_the_range_between_the_ends_that_were_found(low, high, values, reach):
    coverage = Coverage(low=low, high=high)
    coverage.realised.add(np.array(values))
    assert coverage.reach == pytest.approx(reach)


def test_ranges_are_those_that_levels_were_drawn_from():
    narrow = Maze(MazeParameters(height=(9, 15), width=(11, 11), braiding=(0.5, 1.0)))
    found = inspect_generated(narrow, "any", 500).ranges
    assert {name: (one.low, one.high) for name, one in found.items()} == {
        "height": (9, 15),
        "width": (11, 11),
        "braiding": (0.5, 1.0),
    }
    assert [round(one.reach, 1) for one in found.values()] == [1, 1, 1]
    assert (found["height"].realised.least, found["height"].realised.most) == (9, 15)


def test_ranges_of_far_levels_are_those_of_the_far_family():
    near = Bandit(BanditParameters(probability=(0.0, 0.25)))
    found = inspect_generated(near, "far", 200).ranges["probability"]
    assert found.low > 0.25
    assert found.realised.least > 0.25


def test_a_family_may_tell_what_levels_have_of_its_parameters():
    class Realising(Maze):
        def realised(self, arrays):
            return {"braiding": np.full(len(arrays), 0.3)}

    (found,) = inspect_generated(Realising(), "any", 20).ranges.values()
    assert (found.realised.least, found.realised.most) == (0.3, 0.3)


def test_tiles_are_counted_inside_the_levels_alone():
    levels = [generate(Maze(), seed) for seed in range(50)]
    found = inspect_generated(Maze(), "any", 50).tiles
    walls = [int((level.tiles == 0).sum()) for level in levels]
    assert (found["wall"].least, found["wall"].most) == (min(walls), max(walls))
    assert found["wall"].mean == pytest.approx(np.mean(walls))
    assert set(found) == {"wall", "floor", "spawn", "goal"}


def test_quantiles_are_plan_lengths_of_levels():
    report = inspect_generated(Maze(), "any", 301)
    lengths = np.repeat(list(report.par_steps), list(report.par_steps.values()))
    for share in (0.25, 0.5, 0.75, 1.0):
        assert report.par_quantile(share) == np.quantile(lengths, share, method="inverted_cdf")


def test_splits_are_counted_by_content():
    counts = inspect_generated(Maze(), "any", 300).splits
    levels = [generate(Maze(), seed) for seed in range(300)]
    assert counts["test"] == sum(level.content_hash % 10 == 1 for level in levels)
    assert sum(counts.values()) == 300
    assert inspect_generated(HiddenGoal(), "test", 5).splits == {}


def test_rules_of_an_unknown_kind_are_numbers_beside_their_names():
    level = Level("maze", [[2, 3]], hidden={"colours": (3, 1), "price": (7,)})
    assert rules_in_words(Maze(), level) == ["colours 1: 3", "colours 2: 1", "price: 7"]


def test_a_level_that_hides_nothing_else_hides_its_goal():
    assert rules_in_words(Maze(), Level("maze", [[2, 1, 3]])) == ["the goal is at row 1, column 3"]


def test_rules_of_an_mdp_name_every_state_and_action():
    level = generate(TabularMDP(states=3, actions=2), 5)
    lines = rules_in_words(TabularMDP(), level)
    assert [line.split(":")[0] for line in lines] == [
        f"state {state}, action {action}" for state in (1, 2, 3) for action in (1, 2)
    ]
    likeliest = int(np.argmax(level.hidden["transition"][:3])) + 1
    assert f"leads to state {likeliest} (" in lines[0]


def test_rules_of_a_dungeon_say_what_everything_does():
    level = generate(Dungeon(), 3)
    lines = rules_in_words(Dungeon(), level)
    assert len(lines) == 3 + 4 + 3 + 3
    hurting = level.hidden["potions"].index(1)
    assert f"potion {hurting + 1} ({'abcd'[hurting]}) hurts" in lines


def test_dungeons_reach_the_ranges_of_their_parameters():
    found = inspect_generated(Dungeon(), "any", 300).ranges
    levels = [generate(Dungeon(), seed) for seed in range(300)]
    monsters = [int(np.isin(level.tiles, (19, 20, 21)).sum()) for level in levels]
    assert (found["monsters"].realised.least, found["monsters"].realised.most) == (
        min(monsters),
        max(monsters),
    )
    assert found["gold"].reach == found["height"].reach == 1
