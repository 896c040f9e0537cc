"""Games of others that describe the actions there are: plain classes, Gymnasium, and several players."""

import random
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces

from gamemeta import check_game
from gamemeta.agent.runtime import Agent
from gamemeta.errors import ExportError, GameCheckError, SpecError
from gamemeta.export.description import describe
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.python_class.game import plain_game
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.games.registry import game_class, use_game
from gamemeta.spec import ActionSpec, Choices
from gamemeta_levels.family import generate_arrays
from tests.helpers.agents import tiny_agent

TRICKS = f"{Path(__file__).parents[4] / 'examples' / 'own-class' / 'tricks.py'}:Tricks"
THREE = ActionSpec(heads=(3, 2))


class Hand:
    """Cards of two numbers, one less in each step."""

    actions = 3
    step_limit, par = 3, 1.0

    def reset(self, level):
        self.cards = [[level % 5, k] for k in range(2)]
        return self.seen()

    def step(self, action):
        self.cards.pop(action)
        return self.seen(), 1.0, not self.cards

    def seen(self):
        return {"choices": self.cards}


class Two(Hand):
    """The same for two players, who see their own cards in another order."""

    seats = ("north", "south")

    def step(self, actions):
        self.cards.pop()
        return self.seen(), dict.fromkeys(self.seats, 1.0), not self.cards

    def seen(self):
        return {"north": {"choices": self.cards}, "south": {"choices": self.cards[::-1]}}


def begun(cls, n=1):
    game = plain_game(cls, "hand.py:Hand")(n)
    out = StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), range(n), "any"), np.ones(n, bool), out)
    return game, out


def test_the_card_game_of_the_docs_is_a_game_like_any_other():
    check_game(game_class(use_game(TRICKS)), seeds=3, steps=12)


def test_a_class_shows_as_many_choices_as_there_are():
    game, out = begun(Hand, 2)
    assert game.spec.choices == Choices(name="choices", shape=(3, 2), normalised=True)
    assert out.obs["choices"][1, 0].tolist() == [[1, 0], [1, 1], [0, 0]]
    assert out.obs["action_mask"][:, 0].tolist() == [[1, 1, 0]] * 2
    game.step(np.zeros((2, 1, 1), np.int64), out)
    assert out.obs["choices"][1, 0].tolist() == [[1, 1], [0, 0], [0, 0]]
    game.step(np.zeros((2, 1, 1), np.int64), out)
    assert out.terminated.all()
    assert not out.obs["action_mask"].any()


def test_every_player_has_choices_of_its_own():
    _, out = begun(Two)
    assert out.obs["choices"][0, :, :2].tolist() == [[[0, 0], [0, 1]], [[0, 1], [0, 0]]]
    assert out.obs["action_mask"][0].tolist() == [[1, 1, 0]] * 2


@pytest.mark.parametrize(
    "space",
    [spaces.Box(-1, 1, (3, 2)), spaces.Sequence(spaces.Box(-1, 1, (2,))), spaces.Box(0, 9, (2, 2), int)],
)
def test_a_space_of_choices_is_a_box_of_rows_or_a_sequence(space):
    seen = ObservationMap.of_space(spaces.Dict(choices=space), action=THREE)
    assert [b.shape for b in seen.buffers] == [(3, 2), (5,)]
    buffers = seen.read({"choices": ((1.0, 0.0),)})
    assert buffers["action_mask"].tolist() == [[1, 0, 0, 1, 1]]


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (spaces.Box(-1, 1, (4, 2)), "describes 4 choices, and there are 3 actions"),
        (spaces.Box(-1, 1, (4,)), "describes the actions to choose from"),
        (spaces.Sequence(spaces.Discrete(3)), "describes the actions to choose from"),
        (spaces.Discrete(3), "--set game.parts=choices=numbers"),
    ],
)
def test_spaces_that_describe_no_choices_are_refused(space, message):
    with pytest.raises(SpecError, match=message):
        ObservationMap.of_space(spaces.Dict(choices=space), action=THREE)
    of_numbers = ActionSpec(low=(0.0,), high=(1.0,))
    with pytest.raises(SpecError, match="no discrete actions"):
        ObservationMap.of_space(spaces.Dict(choices=space), action=of_numbers)


def test_a_part_of_this_name_may_be_something_else():
    space = spaces.Dict(choices=spaces.Box(-1, 1, (7,)))
    assert ObservationMap.of_space(space, parts={"choices": "numbers"}, action=THREE).buffers[0].shape == (7,)


class Shop(gym.Env):
    """A Gymnasium environment that sells one thing less each day."""

    action_space = spaces.Discrete(3)
    observation_space = spaces.Dict(choices=spaces.Sequence(spaces.Box(0, 1, (2,))))

    def reset(self, *, seed=None, options=None):
        draw = random.Random(seed)
        self.shelf = [[draw.random(), draw.random()] for _ in range(3)]
        return {"choices": tuple(self.shelf)}, {}

    def step(self, action):
        self.shelf.pop(action)
        return {"choices": tuple(self.shelf)}, 0.0, not self.shelf, False, {}


def test_an_environment_of_gymnasium_describes_choices_by_a_sequence():
    gym.register("Shop-v0", entry_point=Shop, max_episode_steps=5)
    check_game(game_class(use_game("gymnasium/Shop-v0")), seeds=3, steps=8)


class Odd(Hand):
    cards_shown = ([[1, 2]], [[1, 2, 3]])

    def reset(self, level):
        return {"choices": self.cards_shown[0]}

    def step(self, action):
        return {"choices": self.cards_shown[1]}, 0.0, False


@pytest.mark.parametrize("wrong", [[[1, 2, 3]], [[1, 2], [3]], [[1, 2]] * 4, [[1, float("inf")]]])
def test_a_step_that_shows_no_choices_is_named(wrong):
    game, out = begun(type("Odd", (Odd,), {"cards_shown": ([[1, 2]], wrong)}))
    with pytest.raises(GameCheckError, match=r"'choices'.*That is what `step`.*step 1 of an episode"):
        game.step(np.zeros((1, 1, 1), np.int64), out)


@pytest.mark.parametrize("first", [[], [[1, 2], [3]], [1, 2], "ace"])
def test_a_first_observation_needs_a_row_for_each_choice(first):
    with pytest.raises(SpecError, match="first observation"):
        begun(type("Odd", (Odd,), {"cards_shown": (first, first)}))


def test_an_agent_that_chooses_by_features_acts_and_goes_on_from_its_memory():
    game, _ = begun(Hand)
    agent = Agent(tiny_agent(spec=game.spec), backend="auto")
    assert agent.backend == "numpy"
    mind = agent.begin()
    assert mind.act({**_hand(1), "action_mask": [[1, 0, 0]]}) == 0
    again = agent.resume(mind.memory)
    for _ in range(3):
        assert mind.act(_hand(2), 1.0) == again.act(_hand(2), 1.0)
    with pytest.raises(ExportError, match="'choices' describes"):
        describe(agent)


def _hand(cards):
    rows = np.zeros((1, 3, 2), np.float32)
    rows[0, :cards] = np.arange(2 * cards).reshape(cards, 2)
    return {"choices": rows, "action_mask": [[k < cards for k in range(3)]]}
