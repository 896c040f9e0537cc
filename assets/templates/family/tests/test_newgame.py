import pytest
from gamemeta import check_game
from gamemeta_levels import generate
from gamemeta_levels.inspection.inspect import inspect_generated

from newgame.family import NewFamily
from newgame.game import NewGame


def test_the_game_keeps_the_contract():
    check_game(NewGame)


@pytest.mark.parametrize("split", ["train", "validation", "test", "far"])
def test_every_level_is_solvable(split):
    inspection = inspect_generated(NewFamily(), split, 1000)
    assert inspection.solvable == inspection.levels


def test_the_plan_is_as_long_as_the_level_says():
    family = NewFamily()
    level = generate(family, 3)
    assert len(family.solve(level)) == family.pack([level]).par_steps[0] >= 4


def test_a_changed_level_is_another_one_that_can_be_solved():
    family = NewFamily()
    level = generate(family, 0)
    changed = family.mutate(level, seed=1)
    assert changed != level
    assert family.solve(changed)
