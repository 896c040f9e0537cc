"""PettingZoo environments as games of several seats."""

import json

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError, PluginError, SpecError, UnknownName
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.pettingzoo.env import team_numbers
from gamemeta.games.registry import game_class, use_game
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from gamemeta_levels.family import generate_arrays
from tests.helpers.zoo import Walkers

NAME = "pettingzoo/tests.helpers.zoo:parallel_env"
CONVERTED = "pettingzoo/tests.helpers.zoo:env"


def game_of(n=4, name=NAME, **config):
    cls = game_class(use_game(name))
    return cls(n, cls.Config(**config))


KINDS = [(NAME, kind) for kind in ("discrete", "continuous", "image", "mixed")]


@pytest.mark.parametrize(("name", "kind"), [*KINDS, (CONVERTED, "discrete")])
def test_an_environment_keeps_the_contract_of_a_game(name, kind):
    check_game(lambda n: game_of(n, name, arguments=f"kind={kind},walkers=3"), seeds=5, steps=12)


def begun(game, seeds=4):
    levels, out = generate_arrays(game.family(), range(seeds), "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(game.n, np.bool_), out)
    return levels, out


def test_a_level_is_a_reset_seed():
    game = game_of(arguments="walkers=3")
    _, out = begun(game)
    for i in range(4):
        obs, _ = Walkers(3).reset(seed=i)
        np.testing.assert_array_equal(out.obs["obs"][i], list(obs.values()))


def test_an_agent_that_is_done_waits_for_the_others():
    game = game_of()
    _, out = begun(game)
    goals = out.obs["obs"][:, :, 0].copy()
    for t in range(1, 9):
        away = out.obs["obs"][:, :, 0]
        game.step((np.sign(away)[:, :, None] + 1).astype(np.int64), out)
        there = np.abs(goals) <= t
        np.testing.assert_array_equal(out.terminated, there)
        np.testing.assert_array_equal(out.alive, ~there)
        np.testing.assert_array_equal(out.success, there)
        expected = np.where(np.abs(goals) == t, 1.0, np.where(there, 0.0, -0.1))
        np.testing.assert_allclose(out.reward, expected, rtol=1e-6)
    assert not out.truncated.any()


def test_the_limit_of_the_environment_is_known_and_may_be_shortened():
    levels, _ = begun(game_of(arguments="max_cycles=5"))
    assert game_of(arguments="max_cycles=5").step_limit(levels).tolist() == [5] * 4
    short = game_of(step_limit=2)
    _, out = begun(short)
    for _ in range(2):
        short.step(np.ones((4, 2, 1), np.int64), out)
    assert out.truncated.all()


def test_agents_with_rows_of_different_length_see_zeros_behind_and_who_they_are():
    game = game_of(arguments="kind=mixed,walkers=3")
    _, out = begun(game)
    assert game.spec.action.heads == (5,)
    assert out.obs["obs"].shape == (4, 3, 4)
    assert not out.obs["obs"][:, 0, 2:].any()
    np.testing.assert_array_equal(out.obs["seat"][:, :, 0], [[0, 1, 2]] * 4)


def test_agents_that_see_alike_are_told_their_seats_on_request():
    assert "seat" not in {b.name for b in game_of().spec.obs}
    _, out = begun(game_of(tell_seat=True))
    np.testing.assert_array_equal(out.obs["seat"][:, :, 0], [[0, 1]] * 4)


def test_agents_that_see_different_things_are_refused():
    with pytest.raises(SpecError, match="see different things"):
        game_of(arguments="kind=unlike")


def test_processes_play_the_same():
    alone, spread = game_of(arguments="walkers=3"), game_of(arguments="walkers=3", processes=2)
    (_, one), (_, two) = begun(alone), begun(spread)
    rng = np.random.default_rng(0)
    for _ in range(4):
        actions = rng.integers(0, 3, (4, 3, 1))
        alone.step(actions, one)
        spread.step(actions, two)
        for name in ("reward", "terminated", "truncated", "alive"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
        np.testing.assert_array_equal(one.obs["obs"], two.obs["obs"])


def test_an_environment_that_forgets_its_seed_is_found_out_when_it_is_loaded():
    game = game_of(arguments="forgets_seed=true,walkers=9")
    _, out = begun(game)
    game.step(np.ones((4, 9, 1), np.int64), out)
    with pytest.raises(LevelError, match="went another way"):
        game.load(0, game.save(0))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"version": 1}'])
def test_bytes_that_are_no_saved_game_are_refused(data):
    with pytest.raises(LevelError, match="not a saved game"):
        game_of().load(0, data)


def test_actions_of_another_shape_in_a_saved_game_are_refused():
    game = game_of()
    begun(game)
    saved = json.loads(game.save(0)) | {"actions": [[1, 2, 3]]}
    with pytest.raises(LevelError, match="not a saved game"):
        game.load(0, json.dumps(saved).encode())


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("pettingzoo/sisl/chess_v99", UnknownName, "no PettingZoo environment"),
        ("pettingzoo/nowhere/pursuit_v5", UnknownName, "families sisl"),
        ("pettingzoo/tests.helpers.zoo:nothing", UnknownName, "has no nothing"),
        ("pettingzoo/tests.helpers.zoo:turns", PluginError, "take turns"),
        ("pettingzoo/tests.gamemeta.nowhere:env", UnknownName, "no module"),
    ],
)
def test_names_that_lead_nowhere_say_what_to_write(name, error, message):
    with pytest.raises(error, match=message):
        game_class(use_game(name))(1)


def test_a_module_is_imported_only_when_it_was_named():
    with pytest.raises(PluginError, match="only when you name it"):
        game_class("pettingzoo/somebody.elses:env")


def test_arguments_that_do_not_fit_are_told():
    with pytest.raises(PluginError, match="cannot be made"):
        game_of(arguments="wings=2")
    with pytest.raises(ConfigError, match="NAME=VALUE"):
        game_of(arguments="wings")


def test_agents_of_one_kind_are_a_team():
    assert team_numbers(("archer_0", "archer_1", "knight_0", "ghost")) == (0, 0, 1, 2)


@pytest.mark.slow
def test_walkers_learn_the_shortest_ways():
    settings = [
        "run.steps=20000", "run.rollout_steps=32", "ppo.learning_rate=0.01",
        "run.lanes=32", "ppo.minibatches=2", "run.validations=0", "network.width=32", "ppo.discount=0.9",
    ]  # fmt: skip
    config = load_config(use_game(NAME), overrides=settings)
    training = Training(config)
    for _ in training.run():
        pass
    result = evaluate(training.learner.task_learner, config.setup, levels=64, episodes=1, threads=1)
    goals = [list(Walkers().reset(seed=s)[0].values()) for s in result.played.more["seed"][:, 0]]
    best = 1.0 - 0.1 * (np.abs(np.array(goals)[:, :, 0]) - 1)
    assert result.curves["agent"].returns[0] > best.mean() - 0.15
    assert result.curves["random"].returns[0] < best.mean() - 0.6


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("pettingzoo/sisl/pursuit_v5", "pygame"),
        ("pettingzoo/sisl/multiwalker-v9", "Box2D"),
        ("pettingzoo/mpe2/simple_spread_v3", "mpe2"),
        ("pettingzoo/mpe2/simple_tag_v3", "mpe2"),
    ],
)
def test_environments_of_the_library_can_be_played(name, module):
    pytest.importorskip(module)
    game = game_class(use_game(name))(2)
    _, out = begun(game, 2)
    rows = game.spec.action.idle(2, game.seats)
    for _ in range(3):
        game.step(rows, out)
    game.load(1, game.save(1))
    assert np.isfinite(out.reward).all()
    assert out.alive.all()
