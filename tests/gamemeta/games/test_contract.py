"""A class that is written for an older contract is refused in one error, which shows what to write."""

import pytest

from gamemeta import check_game
from gamemeta.errors import GameCheckError, PluginError
from gamemeta.games import registry
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.games.contract import FACTS, family_mistake
from gamemeta.games.registry import game_class
from gamemeta_levels.families.maze.family import Maze


class Duck:
    """It has all that a game has, and is none."""

    name, Config, Parameters = "duck", MazeGame.Config, MazeGame.Parameters


def of(**attributes):
    return type("Old", (MazeGame,), attributes)


REFUSED = [
    (Duck, "class Duck(Game):"),
    *((of(**{name: True}), f"about = About({fact}=...)") for name, fact in FACTS.items()),
    (of(lend=lambda self: {}), "obs_arrays"),
    (of(teams=(0,)), "def teams(self):"),
    (of(notes=()), "def notes(self):"),
]


@pytest.mark.parametrize(("cls", "advice"), REFUSED)
def test_the_registry_refuses_what_is_written_otherwise(cls, advice, monkeypatch):
    monkeypatch.setattr(registry, "find", lambda *where: cls)
    with pytest.raises(PluginError) as error:
        game_class("old")
    assert advice in str(error.value)


@pytest.mark.parametrize(("cls", "advice"), REFUSED[1:])
def test_the_check_of_a_game_says_the_same(cls, advice):
    with pytest.raises(GameCheckError) as error:
        check_game(cls, seeds=2, steps=4)
    assert advice in str(error.value)


def test_families_are_looked_at_too():
    class Old(Maze):
        held_out = False

    class OldGame(MazeGame):
        def family(self, parameters=None):
            return Old(parameters)

    assert family_mistake(Maze()) is None
    assert "class object(LevelFamily):" in family_mistake(object())
    with pytest.raises(GameCheckError, match=r"its family: `held_out`.*about = FamilyAbout\(held_out=...\)"):
        check_game(OldGame, seeds=2, steps=4)
