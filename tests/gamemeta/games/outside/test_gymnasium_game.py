"""Gymnasium environments as games, against the environments played by hand."""

import gc

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces

from gamemeta import check_game
from gamemeta.config import make
from gamemeta.errors import ConfigError, GameCheckError, LevelError, PluginError, SpecError, UnknownName
from gamemeta.games import registry
from gamemeta.games.check.recording import Player, first_difference, stacked
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.one_level import worlds
from gamemeta.games.outside.seed_levels.variation import value_of
from gamemeta.games.registry import game_class, use_game
from gamemeta_levels.family import generate_arrays
from tests.helpers.outside_worlds import world_of

CARTPOLE = "gymnasium/CartPole-v1"


class Rooms(gym.Env):
    """A dict of things to see, a nested action, and an end of its own."""

    observation_space = spaces.Dict(
        {
            "place": spaces.Discrete(9, start=-4),
            "feel": spaces.Tuple([spaces.MultiBinary(2), spaces.Box(-9, 9, (2,), np.float32)]),
            "said": spaces.Text(9),
        }
    )
    action_space = spaces.Dict(
        {"go": spaces.Discrete(3, start=-1), "force": spaces.Box(-2.0, 1.0, (2,), np.float32)}
    )

    def __init__(self, goal: int = 4):
        self.goal, self.heard = goal, []

    def _obs(self):
        feel = np.array([self.place, self.steps], np.float32)
        return {"place": self.place, "feel": (np.array([0, 1], np.int8), feel), "said": "go"}

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place, self.steps = int(self.np_random.integers(-2, 3)), 0
        return self._obs(), {}

    def step(self, action):
        assert self.action_space.contains(action)
        self.heard.append(action)
        self.place = int(np.clip(self.place + action["go"], -4, 4))
        self.steps += 1
        done = abs(self.place) == self.goal
        return self._obs(), float(action["force"].sum()), done, self.steps == 20, {"is_success": done}


class Unsteady(gym.Env):
    """Forgets its seed."""

    observation_space, action_space = spaces.Box(-1, 1, (1,)), spaces.Discrete(2)
    count = 0

    def reset(self, *, seed=None, options=None):
        Unsteady.count += 1
        return np.array([Unsteady.count * 1e-3], np.float32), {}

    def step(self, action):
        return np.zeros(1, np.float32), 0.0, False, False, {}


class Broken(Unsteady):
    """Raises in its first step."""

    def step(self, action):
        raise KeyError("map")


@pytest.fixture(autouse=True, scope="module")
def _registered():
    gym.register("TestBroken-v0", entry_point=Broken)
    gym.register("TestRooms-v0", entry_point=Rooms, max_episode_steps=30)
    gym.register("TestUnsteady-v0", entry_point=Unsteady)
    yield
    for name in ("TestRooms-v0", "TestUnsteady-v0", "TestBroken-v0"):
        del gym.registry[name]


def built(name, n=1, **settings):
    cls = game_class(name if "/" in name else f"gymnasium/{name}")
    return cls(n, make(cls.Config, settings, "game"))


CHECKED = [
    ("CartPole-v1", {}),
    ("CartPole-v1", {"vary": "gravity=5..15,masspole=0.05..0.5,action=remap", "revealed": True}),
    ("CartPole-v1", {"vary": "action=remap", "chance": "episode"}),
    ("MountainCar-v0", {}),
    ("Pendulum-v1", {"vary": "g=5.0..15.0,m=0.5..2.0,action=remap"}),
    ("FrozenLake-v1", {"arguments": "map_name=8x8"}),
    ("Taxi-v4", {}),
    ("Blackjack-v1", {}),
    ("TestRooms-v0", {"vary": "action=remap,goal=3..4"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "settings"), CHECKED)
def test_environments_keep_the_contract_of_games(name, settings):
    check_game(lambda n: built(name, n, **settings), seeds=5, steps=40)


def test_a_level_plays_as_the_environment_does_that_is_made_by_hand():
    game = built(CARTPOLE, 4, vary="masspole=0.05..0.5,length=0.3..0.9,action=remap")
    levels = generate_arrays(game.family(), range(4), "train")
    out = StepBuffers.empty(game)
    actions = np.random.default_rng(0).integers(0, 2, (40, 4, 1, 1))
    game.reset(levels, np.ones(4, np.bool_), out)
    for i in range(4):
        hidden = game.family().unpack(levels, i).hidden
        env = gym.make("CartPole-v1").unwrapped
        env.masspole, env.length = value_of(hidden["masspole"]), value_of(hidden["length"])
        env.total_mass = env.masspole + env.masscart
        env.polemass_length = env.masspole * env.length
        obs, _ = env.reset(seed=hidden["seed"][0])
        game.reset(levels, np.ones(4, np.bool_), out)
        np.testing.assert_array_equal(out.obs["obs"][i, 0], obs)
        for action in actions:
            game.step(action, out)
            obs, reward, done, _, _ = env.step(hidden["action"][int(action[i, 0, 0])])
            np.testing.assert_array_equal(out.obs["obs"][i, 0], obs)
            assert (out.reward[i, 0], out.terminated[i, 0]) == (reward, done)
            if done:
                break


def test_numbers_are_mirrored_in_levels_that_say_so():
    game = built("Pendulum-v1", 8, vary="action=remap")
    levels = generate_arrays(game.family(), range(8), "train")
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(8, np.bool_), out)
    game.step(np.full((8, 1, 1), 1.5, np.float32), out)
    for i in range(8):
        hidden = game.family().unpack(levels, i).hidden
        env = gym.make("Pendulum-v1").unwrapped
        env.reset(seed=hidden["seed"][0])
        obs, *_ = env.step(np.array([1.5 * hidden["action"][0]], np.float32))
        np.testing.assert_allclose(out.obs["obs"][i, 0], obs, rtol=1e-6)


def test_an_argument_of_the_constructor_makes_the_environment_anew():
    game = built("Pendulum-v1", 2, vary="g=5.0..15.0")
    levels = generate_arrays(game.family(), range(2), "any")
    game.reset(levels, np.ones(2, np.bool_), StepBuffers.empty(game))
    envs = [world_of(game, i)._env.unwrapped for i in range(2)]
    wanted = [value_of(game.family().unpack(levels, i).hidden["g"]) for i in range(2)]
    assert [env.g for env in envs] == wanted
    game.reset(levels, np.ones(2, np.bool_), StepBuffers.empty(game))
    assert [world_of(game, i)._env.unwrapped for i in range(2)] == envs


def test_every_episode_of_a_level_begins_alike_unless_chance_is_the_episodes():
    for chance, alike in (("level", True), ("episode", False)):
        game = built(CARTPOLE, 1, vary="action=remap", chance=chance)
        levels, out = generate_arrays(game.family(), [3], "any"), StepBuffers.empty(game)
        seen = []
        for luck in (1, 2):
            levels.chance[:] = luck
            game.reset(levels, np.ones(1, np.bool_), out)
            seen.append(out.obs["obs"].copy())
        assert np.array_equal(*seen) == alike


def test_who_is_told_sees_what_is_hidden():
    game = built(CARTPOLE, 1, vary="gravity=5..15,action=remap", revealed=True)
    levels, out = generate_arrays(game.family(), [3], "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    hidden = game.family().unpack(levels, 0).hidden
    assert tuple(out.obs["hidden_actions"][0, 0]) == hidden["action"]
    assert out.obs["hidden"][0, 0, 0] == pytest.approx((hidden["gravity"][0] - 10) / 5)


@pytest.mark.parametrize("name", ["Pendulum-v1", "TestRooms-v0"])
def test_processes_play_as_this_one_does(name):
    tapes = []
    for processes in (0, 2):
        game = built(name, 3, vary="action=remap", processes=processes)
        levels, rng = generate_arrays(game.family(), range(3), "train"), np.random.default_rng(0)
        player = Player(lambda n, game=game: game, 3)
        actions = random_actions(game.spec.action, rng, 25)
        frames = [player.begin(levels), *(player.step(action) for action in actions)]
        saved = [game.save(i) for i in range(3)]
        game.load(1, saved[1])
        tapes.append((stacked([*frames, player.step(actions[0])]), saved))
    assert first_difference(tapes[0][0], tapes[1][0]) is None
    assert tapes[0][1] == tapes[1][1]


@pytest.mark.slow
def test_processes_end_with_their_game():
    game = built(CARTPOLE, 2, processes=2)
    levels = generate_arrays(game.family(), range(2), "train")
    game.reset(levels, np.ones(2, np.bool_), StepBuffers.empty(game))
    running = game._worlds._worlds._running.processes
    assert all(process.is_alive() for process in running)
    del game
    gc.collect()
    assert not any(process.is_alive() for process in running)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*Calling `close` while waiting")
def test_a_process_that_dies_is_told_and_the_others_end():
    game = built(CARTPOLE, 2, processes=2)
    levels, out = generate_arrays(game.family(), range(2), "train"), StepBuffers.empty(game)
    game.reset(levels, np.ones(2, np.bool_), out)
    running = game._worlds._worlds._running.processes
    running[1].kill()
    running[1].join()
    with pytest.raises(GameCheckError, match=r"process .*ended"):
        game.step(np.zeros((2, 1, 1), np.int64), out)
    del game
    gc.collect()
    running[0].join(20)
    assert not running[0].is_alive()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*Calling `close` while waiting")
def test_processes_end_where_a_call_was_interrupted_when_half_of_them_had_answered(monkeypatch):
    monkeypatch.setattr(worlds, "END_S", 0.5)
    game = built(CARTPOLE, 2, processes=2)
    levels, out = generate_arrays(game.family(), range(2), "train"), StepBuffers.empty(game)
    game.reset(levels, np.ones(2, np.bool_), out)
    running = game._worlds._worlds._running
    running.call_async("texts", {})
    running.parent_pipes[0].recv()
    processes = running.processes
    del game, running
    gc.collect()
    for process in processes:
        process.join(20)
    assert not any(process.is_alive() for process in processes)


@pytest.mark.filterwarnings("ignore:.*ERROR")
@pytest.mark.parametrize("processes", [0, 1])
def test_what_the_code_of_an_environment_raises_is_told_with_its_place(processes):
    game = built("TestBroken-v0", processes=processes)
    levels, out = generate_arrays(game.family(), [0], "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    with pytest.raises(GameCheckError, match=r"raised KeyError: 'map'.*test_gymnasium_game\.py, line \d+"):
        game.step(np.zeros((1, 1, 1), np.int64), out)


@pytest.mark.parametrize("reward", [float("nan"), float("inf"), 1e39])
def test_a_reward_that_is_no_finite_number_is_refused(monkeypatch, reward):
    monkeypatch.setattr(Unsteady, "step", lambda self, action: (np.zeros(1), reward, False, False, {}))
    game = built("TestUnsteady-v0")
    levels, out = generate_arrays(game.family(), [0], "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    with pytest.raises(GameCheckError, match=r"step 1 .*reward"):
        game.step(np.zeros((1, 1, 1), np.int64), out)


def random_actions(spec, rng, steps):
    codes = [rng.integers(0, choices, (steps, 3, 1)) for choices in spec.heads]
    numbers = [rng.uniform(low, high, (steps, 3, 1)) for low, high in zip(*spec.limits, strict=True)]
    return np.stack([*codes, *numbers], -1).astype(spec.dtype)


def test_limits_and_pars_are_the_environments_unless_given():
    levels = generate_arrays(built(CARTPOLE).family(), [0], "any")
    assert built(CARTPOLE).step_limit(levels) == 500
    assert built(CARTPOLE, step_limit=7).step_limit(levels) == 7
    assert built(CARTPOLE).par(levels) == 475
    assert built(CARTPOLE, par=100).par(levels) == 100
    assert np.isnan(built("Pendulum-v1").par(levels)).all()


def test_a_return_that_reaches_par_is_no_success_that_the_environment_speaks_of():
    game, out = built(CARTPOLE, 1, par=5.0), None
    levels, out = generate_arrays(game.family(), [0], "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    while not out.terminated[0, 0]:
        game.step(np.zeros((1, 1, 1), np.int64), out)
    assert not out.success[0, 0] and not game.knows_success()
    assert built("TestRooms-v0").known_par() is None


def test_an_environment_that_forgets_its_seed_cannot_be_loaded():
    game = built("TestUnsteady-v0")
    levels = generate_arrays(game.family(), [0], "any")
    game.reset(levels, np.ones(1, np.bool_), StepBuffers.empty(game))
    with pytest.raises(LevelError, match="went another way"):
        game.load(0, game.save(0))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"version": 1}', b"\xff"])
def test_bytes_that_are_no_saved_game_are_refused(data):
    with pytest.raises(LevelError, match="not a saved game"):
        built(CARTPOLE).load(0, data)


def test_texts_are_left_out_and_told_so():
    assert built("TestRooms-v0").notes()[-1] == "observation 'said' is text and is left out"


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("CartPole-v1", {"vary": "weight=1..2"}, "no such argument.*Its numbers: .*gravity"),
        ("CartPole-v1", {"vary": "x_threshold=1.0..2.0"}, "cannot be computed again"),
        ("CartPole-v1", {"chance": "episode"}, "level differ"),
        ("CartPole-v1", {"revealed": True}, "nothing is hidden"),
        ("CartPole-v1", {"chance": "dice"}, "'level' or 'episode'"),
        ("CartPole-v1", {"symbols": "obs"}, "write NAME=VALUE"),
        ("Pendulum-v1", {"vary": "g=1..2", "arguments": "g=3"}, "`arguments` has it too"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name, settings, words):
    with pytest.raises(ConfigError, match=words):
        built(name, **settings)


def test_an_environment_that_does_not_exist_is_refused():
    with pytest.raises(UnknownName, match="'CartPoll-v1'"):
        built("CartPoll-v1")
    with pytest.raises(SpecError, match="symbols of 'obs'"):
        built(CARTPOLE, symbols="obs=4")


def test_a_name_without_a_version_is_the_newest():
    with pytest.warns(UserWarning, match="latest versioned environment"):
        game = built("CartPole")
    assert (game.limit(), game.known_par()) == (500, 475)


def test_arguments_that_the_constructor_refuses_are_told():
    with pytest.raises(PluginError, match="cannot be made with"):
        built(CARTPOLE, arguments="colour=red")


def test_a_module_is_imported_only_when_the_user_names_it(monkeypatch, tmp_path):
    (tmp_path / "my_envs.py").write_text("ran = True", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_typed", registry.Typed())
    with pytest.raises(PluginError, match="only when you name it"):
        game_class("gymnasium/my_envs:CartPole-v1")
    use_game("gymnasium/my_envs:CartPole-v1")
    assert built("gymnasium/my_envs:CartPole-v1").spec.action.heads == (2,)


MAKERS = """
import gymnasium

def make(is_slippery=False):
    return gymnasium.make("FrozenLake-v1", is_slippery=is_slippery)

def number():
    return 3

def fails():
    raise ValueError("no wood")
"""


def test_a_function_in_a_file_that_makes_an_environment_is_a_game(tmp_path, monkeypatch):
    (tmp_path / "makers.py").write_text(MAKERS, encoding="utf-8")
    monkeypatch.setattr(registry, "_typed", registry.Typed())
    name = use_game(str(tmp_path / "makers.py:make"))
    game = game_class(name)(1)
    assert (name, game.kind.takes, game.spec.action.heads) == ("makers.py:make", {"is_slippery"}, (4,))
    levels, out = generate_arrays(game.family(), [0], "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    for action in (1, 1, 2, 2, 1, 2):
        game.step(np.full((1, 1, 1), action), out)
    assert out.reward[0, 0] == 1.0 and out.terminated[0]
    for wrong, words in (("number", "returned a int, and no environment"), ("fails", "no wood")):
        with pytest.raises(PluginError, match=words):
            game_class(use_game(str(tmp_path / f"makers.py:{wrong}")))(1)
