"""Our games of several seats as environments of PettingZoo."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pettingzoo
import pytest
from gymnasium.error import ResetNeeded
from pettingzoo.test import api_test, max_cycles_test, parallel_api_test, parallel_seed_test

from gamemeta.envs import aec_env, arenas, parallel_env
from gamemeta.errors import ConfigError, SpecError
from gamemeta.games.builtin.tag.game import TagConfig
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import make_game
from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.family import generate, generate_arrays

GAMES = arenas()


def test_tag_is_among_the_arenas():
    assert "tag" in GAMES


@pytest.mark.filterwarnings("ignore:Observation is not a NumPy array")  # it is a dictionary of them
@pytest.mark.filterwarnings("ignore:Observation space for each agent probably should be")
@pytest.mark.filterwarnings(
    "ignore:Action space for each agent probably should be"
)  # two heads are one MultiDiscrete
@pytest.mark.parametrize("game", GAMES)
def test_the_librarys_own_tests_find_nothing_to_say(game):
    parallel_api_test(parallel_env(game), num_cycles=100)
    parallel_seed_test(partial(parallel_env, game), num_cycles=40)
    api_test(aec_env(game), num_cycles=60)


@pytest.mark.parametrize("game", GAMES)
def test_the_number_of_cycles_can_be_limited(game):
    def seeded(make, **settings):  # else a duel may be over before its cycles are
        env = make(game, level="test:1", **settings)
        for k, agent in enumerate(env.possible_agents):
            env.action_space(agent).seed(k)
        return env

    made = {"parallel_env": partial(seeded, parallel_env), "env": partial(seeded, aec_env)}
    max_cycles_test(SimpleNamespace(**made))


@pytest.mark.skipif(not hasattr(pettingzoo, "make"), reason="this release has no list of environments")
@pytest.mark.parametrize("game", GAMES)
def test_they_are_in_the_librarys_lists(game):
    env = pettingzoo.make("parallel", f"gamemeta/{game}-v0", split="test")
    turns = pettingzoo.make("aec", f"gamemeta/{game}-v0")
    env.reset(seed=1)
    turns.reset(seed=1)
    assert env.possible_agents == turns.possible_agents
    assert env.agents == env.possible_agents


def test_a_match_goes_as_the_game_plays_it():
    env, config = parallel_env("tag", config={"players": 3}), TagConfig(players=3, others="outside")
    obs, infos = env.reset(seed=5)
    assert list(obs) == ["guard_0", "guard_1", "runner_0"]
    assert infos["runner_0"]["level"] == generate(Arena(), 5, "train").digest
    game, levels = make_game("tag", 1, config), generate_arrays(Arena(), [5], "train")
    levels.chance[:] = env._lanes.levels.chance
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    rng = np.random.default_rng(0)
    while env.agents:
        for k, agent in enumerate(env.agents):
            for name, array in obs[agent].items():
                np.testing.assert_array_equal(array, out.obs[name][0, k])
        actions = rng.integers(0, 5, 3)
        obs, rewards, terminated, _, info = env.step(dict(zip(env.agents, actions.tolist(), strict=True)))
        game.step(actions.reshape(1, 3, 1), out)
        assert list(rewards.values()) == out.reward[0].tolist()
        assert list(terminated.values()) == out.terminated[0].tolist()
        assert [one["success"] for one in info.values()] == out.success[0].tolist()
    assert out.terminated.all()
    assert env.step({}) == ({}, {}, {}, {}, {})


def test_another_match_can_be_played_on_the_same_level():
    env = parallel_env("tag")
    first = env.reset(seed=3)[1]["guard_0"]["level"]
    assert env.reset(options={"keep_level": True})[1]["guard_0"]["level"] == first
    assert env.reset()[1]["guard_0"]["level"] != first
    assert env.reset(options={"level": generate(Arena(), 3, "train")})[1]["guard_0"]["level"] == first


def test_what_is_wrong_is_told():
    env = parallel_env("tag")
    with pytest.raises(ResetNeeded, match="call `reset`"):
        env.step({})
    env.reset(seed=0)
    with pytest.raises(SpecError, match="no action for runner_0"):
        env.step({"guard_0": 0})
    with pytest.raises(SpecError, match="not in 0"):
        env.step({"guard_0": 9, "runner_0": 0})
    with pytest.raises(ConfigError, match="1 seat"):
        parallel_env("maze")
    with pytest.raises(ConfigError, match="1 seat"):
        parallel_env("tag", config={"others": "scripted"})
    with pytest.raises(ConfigError, match="max_cycles"):
        parallel_env("tag", max_cycles=0)


def test_a_match_can_be_drawn():
    env = parallel_env("tag", render_mode="ansi")
    env.reset(seed=0)
    assert "@" in env.render()
    picture = parallel_env("tag", render_mode="rgb_array")
    picture.reset(seed=0)
    assert picture.render().shape[2] == 3
