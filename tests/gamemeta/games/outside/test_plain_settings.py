"""Plain classes: luck, settings, processes, and what an object says that its class does not."""

import multiprocessing
import random

import numpy as np
import pytest

from gamemeta import check_game
from gamemeta.config import settings
from gamemeta.errors import ConfigError
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.python_class.declared import takes_rng
from gamemeta.games.registry import use_class, use_game
from gamemeta.games.setup import GameSetup
from gamemeta_levels.family import generate_arrays


class Slot:
    """One arm is best, and luck pays."""

    step_limit, par = 6, 5.0
    noise = 0.5
    spins: int = 3
    PRIVATE = 1
    _inner = 2
    table = (1, 2)

    def __init__(self, arms=4, revealed=False, label="red", things=()):
        self.actions, self.revealed = arms, revealed

    def reset(self, level, rng):
        self.best, self.rng = random.Random(level).randrange(self.actions), rng
        return self.seen()

    def seen(self):
        best = {"best": np.arange(self.actions) == self.best} if self.revealed else {}
        return {"bias": 1.0, **best}

    def step(self, action):
        return self.seen(), float((action == self.best) != (self.rng.random() < self.noise)), False


def played(setup, chance, n=8):
    """Rewards [steps, n] of the first arm on the same levels with this chance."""
    with setup.game(n) as game:
        levels = generate_arrays(setup.family(), range(n), "any")
        levels.chance = np.full(n, chance, np.uint64)
        out = StepBuffers.empty(game)
        game.reset(levels, np.ones(n, np.bool_), out)
        rewards = []
        for _ in range(6):
            game.step(np.zeros((n, 1, 1), np.int64), out)
            rewards.append(out.reward[:, 0].copy())
        return np.array(rewards)


def test_each_episode_has_luck_of_its_own_that_its_chance_decides():
    setup = GameSetup(use_class(Slot))
    assert setup.about.stochastic
    first, again, other = played(setup, 1), played(setup, 1), played(setup, 2)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_luck_that_a_setting_takes_away_is_no_fault():
    setup = GameSetup.from_values(use_class(Slot), {"noise": 0.0})
    check_game(setup.game, seeds=2, steps=20)
    np.testing.assert_array_equal(played(setup, 1), played(setup, 2))


@pytest.mark.parametrize(
    ("reset", "takes"),
    [
        (lambda self, level: 0, False),
        (lambda self, level, rng: 0, True),
        (lambda self, level, luck: 0, True),
        (lambda self, level, rng=None: 0, True),
        (lambda self, seed=None, options=None: 0, False),
        (lambda self, level, *, seed=None: 0, False),
        (lambda self, *args: 0, False),
    ],
)
def test_a_second_argument_of_reset_is_luck(reset, takes):
    assert takes_rng(type("Game", (), {"reset": reset})) == takes


def test_constructor_arguments_and_attributes_are_settings():
    names = {one.name: one.default for one in settings(GameSetup(use_class(Slot)).cls.Config)}
    ours = {"step_limit", "par", "parts", "processes"}
    assert {k: v for k, v in names.items() if k not in ours} == {
        "arms": 4,
        "revealed": False,
        "label": "red",
        "noise": 0.5,
        "spins": 3,
    }


def test_a_setting_changes_what_an_object_shows_and_takes():
    name = use_class(Slot)
    spec = GameSetup.from_values(name, {"arms": 7, "revealed": True}).game().spec
    assert spec.action.heads == (7,)
    assert [b.name for b in spec.obs] == ["best", "bias"]
    assert GameSetup.from_values(name).game().spec.action.heads == (4,)


@pytest.mark.parametrize("values", [{"arms": "many"}, {"nothing": 1}, {"PRIVATE": 3}, {"noise": "x"}])
def test_a_setting_that_is_none_is_refused(values):
    with pytest.raises(ConfigError):
        GameSetup.from_values(use_class(Slot), values)


class Counter:
    """An attribute that the constructor changes is not set back."""

    actions, step_limit = 2, 3
    left = 0
    bonus = 1.0

    def __init__(self):
        self.left = 9

    def reset(self, level):
        return float(level % 3)

    def step(self, action):
        return float(self.left), self.bonus, False


def test_attributes_are_set_only_where_a_setting_differs_from_the_class():
    name = use_class(Counter)
    setup = GameSetup.from_values(name, {"bonus": 2.5})
    game = setup.game(1)
    out = StepBuffers.empty(game)
    game.reset(generate_arrays(setup.family(), [0], "any"), np.ones(1, np.bool_), out)
    game.step(np.zeros((1, 1, 1), np.int64), out)
    assert out.reward[0, 0] == 2.5
    assert out.obs["obs"].ravel().tolist() == [9.0]


FILE = """
import random
from neighbour_of_processes import pays
class InFile:
    actions, step_limit = 3, 4
    def reset(self, level):
        self.best = random.Random(level).randrange(3)
        return 0.0
    def step(self, action):
        return 0.0, pays(action == self.best), False
"""


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_play_a_class_in_a_file(tmp_path, method):
    (tmp_path / "in_file.py").write_text(FILE)
    (tmp_path / "neighbour_of_processes.py").write_text("def pays(right):\n    return float(right)\n")
    before = multiprocessing.get_start_method(allow_none=True)
    multiprocessing.set_start_method(method, force=True)
    try:
        name = use_game(f"{tmp_path / 'in_file.py'}:InFile")
        alone, spread = (GameSetup.from_values(name, {"processes": k}) for k in (0, 2))
        np.testing.assert_array_equal(played(alone, 1), played(spread, 1))
    finally:
        multiprocessing.set_start_method(before, force=True)


class Bare:
    """A game without settings."""

    actions, step_limit = 2, 3

    def reset(self, level):
        return level % 2

    def step(self, action):
        return 0, 1.0, False


class Two:
    """A game of two seats."""

    actions, seats, step_limit = 2, ("a", "b"), 3
    price = 2.5

    def reset(self, level):
        return {"a": level % 2, "b": 0}

    def step(self, actions):
        return {"a": 0, "b": 0}, {"a": 1.0, "b": 0.0}, False


@pytest.mark.parametrize(
    ("cls", "chosen", "listed"),
    [
        (Slot, {"arms": 3}, "arms=3, revealed=false, label=red, noise=0.5, spins=3"),
        (Two, {}, "price=2.5"),
    ],
)
def test_a_training_lists_what_can_be_set(cls, chosen, listed):
    name = use_class(cls)
    game = GameSetup(name, GameSetup(name).cls.Config(**chosen)).game()
    assert game.notes()[-1] == f"settings of the class, for --set game.NAME=VALUE: {listed}"


def test_a_class_that_has_nothing_to_set_is_told_how_to_get_some():
    assert GameSetup(use_class(Bare)).game().notes()[-1].startswith("the class has no settings: arguments")
