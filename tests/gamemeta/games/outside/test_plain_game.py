"""Plain Python classes of one level at a time as games."""

import json

import numpy as np
import pytest
from gymnasium import spaces

from gamemeta import check_game
from gamemeta.config import make
from gamemeta.errors import ConfigError, GameCheckError, LevelError, PluginError, SpecError
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.python_class.game import plain_game
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays
from tests.helpers.buffers import choices
from tests.helpers.outside_worlds import world_of


class Guess:
    """Guess a number: each guess is answered by which side it lies on."""

    actions = ("lower", "higher", "say")
    step_limit = 12
    par = 1.0

    def reset(self, level):
        self.secret, self.at, self.side = level % 7, 3, 0
        return self.seen()

    def step(self, action):
        self.at = int(np.clip(self.at + (-1, 1, 0)[action], 0, 6))
        self.side = int(np.sign(self.secret - self.at))
        right = action == 2 and self.at == self.secret
        return self.seen(), 1.0 if right else -0.1, right

    def seen(self):
        return {"at": float(self.at), "side": np.array([self.side < 0, self.side > 0])}


class Saved(Guess):
    """The same, with a state of its own."""

    def save(self):
        return json.dumps([self.secret, self.at, self.side]).encode()

    def load(self, data):
        self.secret, self.at, self.side = json.loads(data)


class Everything:
    """Says all there is to say, and answers as Gymnasium does."""

    spec = Spec(
        obs=(symbols("board", (2, 2), 4),),
        action=ActionSpec(heads=(2, 3), low=(-1.0,), high=(1.0,)),
    )

    def reset(self, level):
        self.board = np.full((2, 2), level % 4, np.uint8)
        return self.board, {}

    def step(self, action):
        self.board = (self.board + int(action[0])) % 4
        end = bool(self.board[0, 0] == 0 and action[2] > 0.5)
        return self.board, float(action[2]), end, False, {"success": end}


class OnMazes:
    """Levels of a family of ours: who finds the way, blind?"""

    actions, family, step_limit = 4, Maze, 15

    def reset(self, level):
        self.level, self.place = level, level.find(2)[0]
        return np.array(self.place, np.float32)

    def step(self, action):
        row, column = self.place
        down, right = ((-1, 0), (1, 0), (0, -1), (0, 1))[action]
        if self.level.tiles[row + down, column + right]:
            self.place = (row + down, column + right)
        return np.array(self.place, np.float32), 0.0, False

    def text(self):
        return f"at {self.place}"


def built(plain, n=1, **settings):
    cls = plain_game(plain, f"games.py:{plain.__name__}")
    return cls(n, make(cls.Config, settings, "game"))


@pytest.mark.parametrize("plain", [Guess, Saved, Everything, OnMazes])
def test_plain_classes_keep_the_contract_of_games(plain):
    check_game(lambda n: built(plain, n), seeds=6, steps=30)


def test_what_is_seen_is_inferred_from_a_first_observation():
    buffers = {b.name: b for b in built(Guess).spec.obs}
    assert buffers["at"].normalised
    assert buffers["side"] == symbols("side", (2,), 2)
    assert built(Guess).spec.action.names == (("lower", "higher", "say"),)


def test_a_declared_spec_or_space_is_taken():
    assert built(Everything).spec == Everything.spec

    class Declared(Guess):
        actions = spaces.Discrete(3)
        observation_space = spaces.Dict({"at": spaces.Box(0, 6, ()), "side": spaces.MultiDiscrete([2, 9])})

    assert [choices(b) for b in built(Declared).spec.obs] == [0, 9]


def test_saving_uses_the_state_of_the_game_where_it_has_one():
    for plain, has in ((Guess, False), (Saved, True)):
        game = built(plain)
        game.reset(generate_arrays(game.family(), [5], "any"), np.ones(1, np.bool_), StepBuffers.empty(game))
        assert (json.loads(game.save(0))["state"] is not None) == has


def test_a_game_that_was_never_reset_has_nothing_to_save():
    with pytest.raises(LevelError, match="never reset"):
        built(Guess).save(0)


def test_success_is_unknown_unless_the_game_says_it():
    game, out = built(Guess, par=0.5), StepBuffers.empty(built(Guess))
    levels = generate_arrays(game.family(), [3], "any")
    game.reset(levels, np.ones(1, np.bool_), out)
    game.step(np.full((1, 1, 1), 2, np.int64), out)
    assert (out.reward[0, 0], out.terminated[0, 0], out.success[0, 0]) == (1.0, True, False)
    assert not game.knows_success()


def test_levels_of_a_named_family_reach_the_game_as_they_are():
    game = built(OnMazes)
    levels = generate_arrays(game.family(), [3], "train")
    game.reset(levels, np.ones(1, np.bool_), StepBuffers.empty(game))
    assert world_of(game, 0).plain.level == game.family().unpack(levels, 0)
    assert game.scene(0).text.startswith("step") and "at (" in game.scene(0).text
    assert type(game).Parameters is Maze().parameters.__class__


def test_a_game_without_words_tells_steps():
    game = built(Guess)
    out = StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), [3], "any"), np.ones(1, np.bool_), out)
    game.step(np.full((1, 1, 1), 1, np.int64), out)
    assert game.scene(0).text.split() == ["step", "1:", "higher", "return", "-0.10"]


class NoStep:
    actions = 2

    def reset(self, level):
        return 0.0


class NoActions(Guess):
    actions = None


class NeedsMore(Guess):
    def __init__(self, width):
        self.width = width


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (NoStep, "lacks step"),
        (NeedsMore, "constructor needs width"),
        (type("Bare", (), {"reset": print}), "actions"),
    ],
)
def test_what_a_class_lacks_is_told(plain, words):
    with pytest.raises(PluginError, match=words):
        plain_game(plain, "games.py:It")


def test_actions_that_say_nothing_are_refused_with_the_ways_to_say_them():
    with pytest.raises(SpecError, match=r"`actions` is None.*\(4\)"):
        built(NoActions)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (({"at": 0.0, "side": [0, 0]}, 1.0), "`step` .* gave 2 values"),
        (None, "`step` .* gave NoneType"),
        (({"at": 0.0, "side": [0, 0]}, "much", True), "reward .* is 'much', a str, and no number"),
        (({"at": 0.0}, 1.0, True), "lacks 'side'"),
    ],
)
def test_an_answer_of_another_form_is_refused(answer, words):
    class Odd(Guess):
        def step(self, action):
            return answer

    game = built(Odd)
    out = StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), [3], "any"), np.ones(1, np.bool_), out)
    with pytest.raises(GameCheckError, match=words):
        game.step(np.zeros((1, 1, 1), np.int64), out)


def test_an_observation_that_is_no_number_is_refused():
    class Talks(Guess):
        def reset(self, level):
            return "hello"

    with pytest.raises(SpecError, match="is no number"):
        built(Talks)


def test_a_limit_out_of_range_is_refused():
    with pytest.raises(ConfigError, match="step_limit"):
        built(Guess, step_limit=-1)


class NoWayIn(Guess):
    def reset(self, level):
        raise ValueError("no door")


def test_what_a_first_reset_raises_is_told_with_its_place():
    with pytest.raises(GameCheckError, match=r"raised ValueError: no door .*test_plain_game\.py, line"):
        plain_game(NoWayIn, "no_way")(1)


def test_a_recipe_goes_over_the_settings_for_rewards_of_any_scale():
    own = {"ppo": {"discount": 0.5}, "run": {"steps": 9}}
    made = plain_game(type("Own", (Guess,), {"recipe": own}), "guess")
    assert made.about.recipe["ppo"] == {"scale_returns": True, "scale_by_step": False, "discount": 0.5}
    assert made.about.recipe["run"] == {"steps": 9}


@pytest.mark.parametrize("recipe", [7, {"run": 400_000}, [("run", {})]])
def test_a_recipe_that_is_no_table_of_tables_is_refused(recipe):
    with pytest.raises(PluginError, match="dict of sections"):
        plain_game(type("Own", (Guess,), {"recipe": recipe}), "guess")


class WorthDigging(Guess):
    """Its par is another one in each level."""

    par = 9.0

    def reset(self, level):
        self.par = float(level % 5)
        return super().reset(level)


def test_par_may_be_set_for_each_level():
    game = built(WorthDigging)
    levels = generate_arrays(game.family(), range(8), "any")
    seeds = [game.family().unpack(levels, row).hidden["seed"][0] for row in range(8)]
    assert game.par(levels).tolist() == [float(seed % 5) for seed in seeds]
    assert built(WorthDigging, par=3.0).par(levels).tolist() == [3.0] * 8


def test_a_par_of_a_level_that_is_no_number_is_refused_at_its_line():
    class Odd(Guess):
        def reset(self, level):
            self.par = "much"
            return super().reset(level)

    game = built(Odd)
    with pytest.raises(GameCheckError, match=r"`par` after `reset` \(.*line \d+\) is 'much', a str"):
        game.par(generate_arrays(game.family(), [0], "any"))
