import pytest
from gamemeta import check_game
from gamemeta_levels import LevelError, generate
from gamemeta_levels.inspection.inspect import inspect_generated

from newgame.family import NewFamily
from newgame.game import NewConfig, NewGame


@pytest.mark.parametrize("revealed", [False, True])
def test_the_game_keeps_the_contract(revealed):
    check_game(lambda n: NewGame(n, NewConfig(revealed=revealed)))


@pytest.mark.parametrize("split", ["train", "test", "far"])
def test_every_level_is_solvable(split):
    inspection = inspect_generated(NewFamily(), split, 200)
    assert inspection.solvable == inspection.levels


def test_a_changed_level_is_another_one_that_can_be_solved():
    family = NewFamily()
    level = generate(family, 0)
    changed = family.mutate(level, seed=1)
    assert changed != level
    assert family.solve(changed)


def test_a_level_drawn_wrongly_is_refused():
    level = generate(NewFamily(), 0)
    with pytest.raises(LevelError, match="hidden"):
        NewFamily().solve(NewFamily().level([7] * level.width))
