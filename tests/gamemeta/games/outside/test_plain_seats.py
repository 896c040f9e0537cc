"""Plain classes of several players."""

import numpy as np
import pytest
from gymnasium import spaces

from gamemeta import check_game
from gamemeta.errors import ConfigError, GamemetaError, PluginError
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import use_class
from gamemeta.games.setup import GameSetup
from gamemeta_levels.family import generate_arrays


class Chase:
    """The guard is paid for choosing what the thief chooses."""

    seats, actions = ("guard", "thief"), ("left", "right", "roof")
    step_limit, par = 3, 3.0
    bonus = 1.0

    def reset(self, level):
        self.colour = level % 100
        return {"guard": float(self.colour), "thief": float(-self.colour)}

    def step(self, actions):
        caught = self.bonus * (actions["guard"] == actions.get("thief"))  # who has left is missing
        return {"guard": caught, "thief": -caught}, {"guard": caught, "thief": -caught}, False


class Lists(Chase):
    """The same, with lists in the order of the seats."""

    def reset(self, level):
        return list(super().reset(level).values())

    def step(self, actions):
        obs, rewards, done = super().step(actions)
        return list(obs.values()), np.array(list(rewards.values())), done, {"success": True}


class Together(Chase):
    """One reward and one end for all."""

    def step(self, actions):
        obs, *_ = super().step(actions)
        return obs, 2.0, False, True, {}


class Leaves(Chase):
    """The thief leaves after a step."""

    def step(self, actions):
        obs, rewards, _ = super().step(actions)
        return obs, rewards, {"guard": False, "thief": True}, {"guard": False, "thief": False}


class Unlike(Chase):
    """They see and do different things."""

    actions = {"guard": 2, "thief": 4}  # noqa: RUF012
    observation_space = {  # noqa: RUF012
        "guard": spaces.Box(-1000, 1000, (1,), np.float32),
        "thief": spaces.Box(-1000, 1000, (3,), np.float32),
    }

    def reset(self, level):
        return {"guard": np.zeros(1, np.float32), "thief": np.full(3, level % 7, np.float32)}

    def step(self, actions):
        return self.reset(0), {"guard": 0.0, "thief": float(actions["thief"] == 3)}, False


def first_step(cls, codes=(1, 1), **settings):
    setup = GameSetup.from_values(use_class(cls), settings)
    game = setup.game(1)
    out = StepBuffers.empty(game)
    game.reset(generate_arrays(setup.family(), [0], "any"), np.ones(1, np.bool_), out)
    game.step(np.array(codes).reshape(1, 2, 1), out)
    return game, out


@pytest.mark.parametrize("cls", [Chase, Lists, Together, Leaves, Unlike])
def test_it_keeps_the_contract_of_games(cls):
    check_game(GameSetup(use_class(cls)).game, seeds=2, steps=15)


@pytest.mark.parametrize("cls", [Chase, Lists])
def test_each_seat_sees_and_earns_its_own(cls):
    game, out = first_step(cls, bonus=2.0)
    assert (game.seats, game.seat_names(), game.teams()) == (2, ("guard", "thief"), (0, 1))
    assert out.reward[0].tolist() == [2.0, -2.0]
    assert out.obs["obs"][0, :, 0].tolist() == [2.0, -2.0]
    assert first_step(cls, (0, 1))[1].reward[0].tolist() == [0.0, 0.0]
    assert float(game.par(generate_arrays(game.family(), [0], "any"))[0]) == 3.0


def test_one_reward_and_one_end_stand_for_all():
    _, out = first_step(Together)
    assert out.reward[0].tolist() == [2.0, 2.0]
    assert out.truncated[0].tolist() == [True, True] and not out.terminated.any()


def test_a_seat_leaves_while_the_other_goes_on():
    _, out = first_step(Leaves)
    assert out.alive[0].tolist() == [True, False]


def test_seats_may_see_and_do_different_things():
    game, out = first_step(Unlike, (1, 3))
    assert game.spec.action.heads == (4,)
    assert out.reward[0].tolist() == [0.0, 1.0]
    assert {b.name for b in game.spec.obs} == {"obs", "seat"}


@pytest.mark.parametrize(
    "attributes",
    [
        {"seats": ("a",)},
        {"seats": ("a", "a")},
        {"seats": 2},
        {"seats": (1, 2)},
        {"reset": lambda self, level, rng: 0},
        {"family": "maze"},
    ],
)
def test_seats_that_cannot_be_are_refused(attributes):
    with pytest.raises(PluginError):
        use_class(type("Odd", (Chase,), attributes))


@pytest.mark.parametrize(
    "attributes",
    [
        {"actions": "left"},
        {"reset": lambda self, level: 3},
        {"reset": lambda self, level: [1.0]},
        {"step": lambda self, actions: 3},
        {"step": lambda self, actions: ([1.0, 2.0], "x", False)},
        {"step": lambda self, actions: ([1.0, 2.0], [0.0, 0.0], "maybe")},
    ],
)
def test_what_is_not_by_seat_is_told_in_words(attributes):
    with pytest.raises(GamemetaError):
        first_step(type("Odd", (Chase,), attributes))


def test_arguments_are_settings_of_their_own():
    with pytest.raises(ConfigError, match=r"game\.NAME"):
        first_step(Chase, arguments="bonus=2")
