"""Meta-World's benchmarks as games, against Meta-World itself."""

import pickle
import sys

import numpy as np
import pytest

pytest.importorskip("metaworld", exc_type=ImportError)

import metaworld
from metaworld.evaluation import metalearning_evaluation

from gamemeta import check_game
from gamemeta.agent.runtime import Agent
from gamemeta.errors import ConfigError, LevelError, PluginError, UnknownName
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.evaluation.metaworld import MetaWorldAgent
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.metaworld import levels as metaworld_levels
from gamemeta.games.outside.metaworld.game import MetaWorldConfig
from gamemeta.games.outside.metaworld.levels import BenchmarkTask, MetaWorldLevels, task_of
from gamemeta.games.registry import game_class
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta_levels.family import generate
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse

REACH, SKILL = "metaworld/ml1-reach", "reach-v3"
PARTS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def benchmark():
    return metaworld.ML1(SKILL, seed=0)


@pytest.fixture(scope="module")
def family():
    return game_class(REACH)(1).family()


@pytest.fixture(scope="module")
def trained():
    return tiny_training()


def tiny_training():
    """The agent after two tiny iterations."""
    words = ["game.steps=6", "run.lanes=2", "run.rollout_steps=12", "run.steps=48", "ppo.minibatches=1"]
    training = Training(load_config(REACH, None, [*words, "network.width=16"]))
    list(training.run())
    return agent_of(training, {})


def goals(tasks):
    return {tuple(pickle.loads(task.data)["rand_vec"].tolist()) for task in tasks}


def goals_of(family, split):
    levels = (generate(family, k, split) for k in range(family.count(split)))
    return {task_of(level).goal for level in levels}


def played(game, level, actions):
    """Observations, rewards and the final success of one game."""
    out = StepBuffers.empty(game)
    game.reset(game.family().pack([level]), np.ones(1, bool), out)
    obs, rewards = [out.obs["obs"][0, 0].copy()], []
    for action in actions:
        game.step(action[None, None].astype(np.float32), out)
        obs.append(out.obs["obs"][0, 0].copy())
        rewards.append(float(out.reward[0, 0]))
    return np.array(obs), np.array(rewards), bool(out.success[0, 0])


@pytest.mark.slow
def test_the_game_keeps_the_contracts():
    cls = game_class(REACH)
    check_game(lambda n: cls(n, MetaWorldConfig(steps=4)), seeds=2, steps=5)


@pytest.mark.slow
def test_splits_are_the_benchmarks_own_tasks(family, benchmark):
    train, validation, test = (goals_of(family, part) for part in PARTS)
    assert train | validation == goals(benchmark.train_tasks)
    assert test == goals(benchmark.test_tasks)


def test_splits_are_disjoint(family):
    train, validation, test = (goals_of(family, part) for part in PARTS)
    assert not (train & validation or train & test or validation & test)
    assert [family.count(part) for part in PARTS] == [45, 5, 50]


def test_levels_of_many_skills_come_in_turn_and_a_tenth_of_each_is_for_validation(monkeypatch):
    skills = ("push-v3", "door-open-v3")
    train = tuple(BenchmarkTask(skill, (k / 64, 0.5, 0.25)) for k in range(20) for skill in skills)
    test = tuple(BenchmarkTask("lever-pull-v3", (k / 64, 0.5, 0.25)) for k in range(4))
    monkeypatch.setattr(
        metaworld_levels, "benchmark_tasks", lambda name, seed: {"train": train, "test": test}
    )
    family = MetaWorldLevels("metaworld/ml10", 987_654_321)
    held = [task_of(generate(family, k, "validation")).skill for k in range(family.count("validation"))]
    assert sorted(held) == ["door-open-v3"] * 2 + ["push-v3"] * 2
    assert {task_of(generate(family, k, "train")).skill for k in range(2)} == set(skills)
    assert {task_of(generate(family, k, "test")) for k in range(4)} == set(test)


def test_seeds_count_round_the_levels_of_a_split(family):
    assert generate(family, 3, "test") == generate(family, 53, "test") != generate(family, 4, "test")


def test_a_game_plays_as_meta_world_does(benchmark, family):
    actions = np.random.default_rng(1).uniform(-1, 1, (20, 4)).astype(np.float32)
    obs, rewards, _ = played(game_class(REACH)(1), generate(family, 0, "test"), actions)
    env = benchmark.train_classes[SKILL]()
    env.set_task(next(t for t in benchmark.test_tasks if goals([t]) == {goal_of(family)}))
    first, _ = env.reset()
    steps = [env.step(action) for action in actions]
    np.testing.assert_array_equal(obs, np.array([first, *(s[0] for s in steps)], np.float32))
    np.testing.assert_array_equal(rewards.astype(np.float32), np.float32([0.1 * s[1] for s in steps]))


def goal_of(family):
    return task_of(generate(family, 0, "test")).goal


def test_a_used_simulator_plays_the_same_bytes_as_a_new_one(family):
    actions = np.random.default_rng(2).uniform(-1, 1, (15, 4))
    level, other = generate(family, 0, "train"), generate(family, 1, "train")
    game = game_class(REACH)(1)
    fresh = played(game, level, actions)
    played(game, other, actions)
    np.testing.assert_array_equal(played(game, level, actions)[0], fresh[0])


def test_processes_play_the_same_bytes(family):
    actions = np.random.default_rng(3).uniform(-1, 1, (5, 4))
    level, cls = generate(family, 0, "train"), game_class(REACH)
    obs, rewards, _ = played(cls(1), level, actions)
    far_obs, far_rewards, _ = played(cls(1, MetaWorldConfig(processes=1)), level, actions)
    np.testing.assert_array_equal(obs, far_obs)
    np.testing.assert_array_equal(rewards, far_rewards)


def test_reaching_the_goal_once_is_a_success_wherever_the_hand_goes_next(family):
    level = generate(family, 0, "train")
    goal = np.array(task_of(level).goal[3:])
    game = game_class(REACH)(1, MetaWorldConfig(steps=120))
    out, rewards = StepBuffers.empty(game), []
    game.reset(family.pack([level]), np.ones(1, bool), out)
    for t in range(120):
        toward = 10 * (goal - out.obs["obs"][0, 0, :3]) if t < 80 else np.array([0, -1, 0])
        action = np.append(np.clip(toward, -1, 1), 0).astype(np.float32)
        game.step(action[None, None], out)
        rewards.append(float(out.reward[0, 0]))
    assert out.truncated[0, 0] and out.success[0, 0]
    assert rewards[-1] < rewards[79]


def test_the_goal_is_hidden_unless_it_is_revealed(family):
    level = generate(family, 0, "train")
    game = game_class(REACH)(1, MetaWorldConfig(revealed=True))
    out = StepBuffers.empty(game)
    game.reset(family.pack([level]), np.ones(1, bool), out)
    assert not out.obs["obs"][0, 0, -3:].any()
    np.testing.assert_allclose(out.obs["hidden_goal"][0, 0], task_of(level).goal, rtol=1e-6)


def test_levels_go_through_files(family):
    level = generate(family, 0, "validation")
    assert parse(dumps(level, ".json"), "") == level
    assert family.rules(level)[0] == f"skill {SKILL}"


def test_a_change_stays_in_its_split(family):
    level = generate(family, 0, "test")
    assert task_of(family.mutate(level, 1)).goal in goals_of(family, "test") - {task_of(level).goal}


def test_levels_that_meta_world_does_not_have_are_refused(family):
    level = generate(family, 0, "train")
    hidden = {**level.hidden, "lot": (10**6,)}
    with pytest.raises(LevelError, match="none of the 100 tasks"):
        family.pack([type(level)(family=level.family, tiles=level.tiles, hidden=hidden)])


def test_an_unknown_benchmark_is_named_with_those_there_are():
    with pytest.raises(UnknownName, match=r"ml10, .*ml1-reach"):
        game_class("metaworld/ml1-fly")


def test_episodes_longer_than_meta_worlds_are_refused():
    with pytest.raises(ConfigError, match="steps"):
        MetaWorldConfig(steps=501)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "metaworld", None)
    with pytest.raises(PluginError, match=r"gamemeta\[metaworld\]"):
        game_class(REACH)


def test_an_evaluation_plays_no_level_twice(trained, monkeypatch):
    monkeypatch.setattr(MetaWorldLevels, "count", lambda self, split: 2)
    result = evaluate_agent(trained, split="validation", controls=False)
    assert result.levels == 2
    assert len(set(result.played.content_hash.tolist())) == 2


@pytest.mark.slow
def test_a_trained_agent_file_plays_in_meta_worlds_own_evaluation(trained):
    envs = metaworld.make_ml_envs_test(
        SKILL,
        seed=0,
        meta_batch_size=2,
        total_tasks_per_cls=2,
        max_episode_steps=5,
        recurrent_info_in_obs=True,
    )
    success, returns, by_skill = metalearning_evaluation(
        MetaWorldAgent(Agent(trained), 2), envs, num_evals=1, adaptation_episodes=2, evaluation_episodes=1
    )
    envs.close()
    assert 0 <= success <= 1 and np.isfinite(returns) and set(by_skill) == {SKILL}


def test_equal_trainings_give_equal_agents(trained):
    assert tiny_training().digest == trained.digest
