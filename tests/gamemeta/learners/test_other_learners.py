"""Learners beside RL^2: one file and one row each, and everything else works with them."""

from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.file import FORMAT, read_agent, write_agent
from gamemeta.agent.runtime import Agent
from gamemeta.agent.task_learners import TASK_LEARNERS
from gamemeta.assets import find_asset
from gamemeta.errors import AgentFileError, ConfigError, MemoryMismatch, UnknownName
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.games.registry import use_game
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.learners.registry import LEARNERS, learner_kind
from gamemeta.playing.session import Session
from gamemeta.tensor_file import parse_tensor_file, tensor_file
from gamemeta.training import course, session
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from gamemeta.training.observer import Observer
from gamemeta_levels.family import generate
from tests.helpers.layers import modules_under, outside_imports
from tests.helpers.tally import ActingTally

LAMP = use_game(f"{Path(__file__).parents[2] / 'helpers' / 'lamp.py'}:LampGame")
SETTINGS = [
    "run.learner=evolution", "run.lanes=128", "run.rollout_steps=8", "trial.episodes=1", "trial.long_share=0",
    "game.normalised=false", "game.scale=0.1", "network.width=16", "network.layers=1", "run.seed=1",
    "run.validations=0", "run.checkpoint_s=0",
]  # fmt: skip
ARMS = [
    "run.learner=tally", "run.lanes=32", "run.rollout_steps=18", "run.steps=4608", "trial.episodes=6",
    "trial.long_share=0", "tally.minibatches=2", "game.arms=3", "game.pulls=3", "network.cell=mingru",
    "network.width=8", "network.layers=1", "run.validations=0", "run.checkpoint_s=0",
]  # fmt: skip
SHORT = ["run.rollout_steps=5", "run.steps=11520"]
"""Rollouts that begin and end in mid-episode: 20 trials of 18 steps in each of 32 lanes."""
SEEN = {"machine": np.zeros(1, np.uint8)}


@pytest.fixture(autouse=True)
def _rows(monkeypatch):
    monkeypatch.setitem(LEARNERS, "evolution", "tests.helpers.evolution:EVOLUTION")
    monkeypatch.setitem(LEARNERS, "tally", "tests.helpers.tally:TALLY")
    monkeypatch.setitem(TASK_LEARNERS, "tally", ActingTally)
    monkeypatch.setattr(course, "TEST_LEVELS", 16)


def evolved(*overrides):
    return load_config(LAMP, overrides=[*SETTINGS, *overrides])


class Watcher(Observer):
    def __init__(self, stop_after=None):
        self.stop_after, self.terms = stop_after, []

    def iterated(self, done, steps_per_s):
        self.terms.append(done.terms)
        if len(self.terms) == self.stop_after:
            raise ZeroDivisionError


def test_evolution_strategies_are_one_file_of_fewer_than_100_lines():
    file = Path(__file__).parents[2] / "helpers" / "evolution.py"
    assert len(file.read_text().splitlines()) < 100


@pytest.mark.slow
def test_evolution_strategies_train_are_evaluated_and_act_from_their_file(tmp_path):
    watcher = Watcher()
    training, directory = session.begin(evolved("run.steps=61440"), tmp_path / "run")
    session.train(training, directory, watcher)
    paid = [terms["fitness"] for terms in watcher.terms]
    assert np.mean(paid[:10]) < 2.5, "of 8, by chance 2"
    assert np.mean(paid[-10:]) > 3.0
    file = read_agent(directory.agent)
    assert (file.learner, file.task_learner) == ("evolution", "memory")
    result = evaluate_agent(file, levels=64)
    assert result.curves["agent"].returns[0] > 2.6
    setup = GameSetup.of(file)
    played = Session(Agent(file), generate(setup.family(), 5, "test"), seed=0)
    returns = [frame.returns for frame in played.frames() if frame.done]
    assert len(returns) == file.episodes


def test_evolution_strategies_resume_bit_for_bit(tmp_path):
    whole = session.begin(evolved("run.steps=8192"), tmp_path / "whole")
    session.train(*whole, Watcher())
    training, directory = session.begin(evolved("run.steps=8192"), tmp_path / "parts")
    with pytest.raises(ZeroDivisionError):
        session.train(training, directory, Watcher(stop_after=5))
    session.train(*session.resume(directory.path), Watcher())
    assert directory.agent.read_bytes() == whole[1].agent.read_bytes()


def test_trials_that_do_not_end_within_a_rollout_are_refused_where_whole_ones_are_needed():
    with pytest.raises(ConfigError, match=r"run\.rollout_steps = 7 .*128.*trial\.long_share"):
        list(Training(evolved("run.rollout_steps=7", "run.shards=1")).run())


@pytest.fixture
def tally():
    training = Training(load_config("bandit", overrides=ARMS))
    paid = []
    for _ in training.run():
        for shard in training.shards:
            paid.append(np.array(shard.reward))
    return course.agent_of(training, {}), np.concatenate(paid, axis=1)


def test_a_rollout_adapts_after_each_episode(tally):
    _, paid = tally
    by_episode = paid[:18].reshape(6, 3, -1).mean(axis=(1, 2))
    assert by_episode[-2:].mean() > by_episode[0] + 0.1


def test_a_rollout_adapts_in_steps_that_lie_in_the_rollout_before():
    training = Training(load_config("bandit", overrides=[*ARMS, *SHORT]))
    paid = np.concatenate([np.array(training.shards[0].reward) for _ in training.run()])
    by_episode = paid.reshape(20, 6, 3, -1).mean(axis=(0, 2, 3))
    assert by_episode[-2:].mean() > by_episode[0] + 0.1


def test_an_evaluation_adapts_after_each_episode(tally):
    file, _ = tally
    returns = evaluate_agent(file, levels=256, controls=True).curves
    assert np.mean(returns["agent"].returns[-2:]) > returns["agent"].returns[0] + 0.3
    assert np.mean(returns["agent"].returns[-2:]) > np.mean(returns["wiped"].returns) + 0.3


def play(mind, chances, draws):
    """What a mind earns in six episodes of three pulls, by episode."""
    reward, done, paid = 0.0, False, []
    for t in range(18):
        arm = mind.act(SEEN, reward, done)
        reward, done = float(draws[t] < chances[arm]), t % 3 == 2
        paid.append(reward)
    return np.reshape(paid, (6, 3)).sum(axis=1)


def test_a_mind_adapts_after_each_episode(tally):
    agent, rng = Agent(tally[0]), np.random.default_rng(0)
    assert agent.backend == "numpy"
    paid = [play(agent.begin(seed=k), rng.permutation([0.1, 0.1, 0.9]), rng.random(18)) for k in range(40)]
    by_episode = np.mean(paid, axis=0)
    assert by_episode[-2:].mean() > by_episode[0] + 0.5


def test_a_mind_that_adapts_goes_on_from_its_memory_and_forgets(tally):
    agent, two = Agent(tally[0]), {"machine": np.zeros((2, 1), np.uint8)}
    whole, first = agent.begin(n=2, seed=3), agent.begin(n=2, seed=3)

    def steps(mind, begin, end):
        paid, done = np.arange(18) % 4 == 1, np.arange(18) % 3 == 0
        return [mind.act(two, np.full(2, paid[t]), np.full(2, done[t])) for t in range(begin, end)]

    wanted = steps(whole, 0, 12)
    np.testing.assert_array_equal(steps(first, 0, 5), wanted[:5])
    np.testing.assert_array_equal(steps(agent.resume(first.memory), 5, 12), wanted[5:])
    whole.forget(np.array([True, False]))
    assert not whole.state[0].any()
    assert whole.state[1].any()
    whole.act(two, np.ones(2, np.float32), np.ones(2, np.bool_))
    assert not whole.state[0].any(), "its episode was forgotten, too"


def test_a_memory_with_damaged_episodes_is_refused(tally, monkeypatch):
    agent = Agent(tally[0])
    mind = agent.begin()
    mind.act(SEEN)
    broken = mind._episodes.state() | {"begun": np.array([7])}
    monkeypatch.setattr(mind._episodes, "state", lambda: broken)
    with pytest.raises(MemoryMismatch, match="episodes"):
        agent.resume(mind.memory)


def test_a_training_of_what_adapts_resumes_bit_for_bit_in_mid_episode(tmp_path):
    config = load_config("bandit", overrides=[*ARMS, *SHORT])
    whole, half = Training(config), Training(config)
    list(whole.run())
    iterations = half.run()
    for _ in range(7):
        next(iterations)
    again = Training(config)
    again.load(7, half.arrays())
    list(again.run())
    wanted = whole.arrays()
    for name, array in again.arrays().items():
        np.testing.assert_array_equal(array, wanted[name], err_msg=name)


def test_an_agent_of_an_unknown_learner_is_refused_with_those_there_are(tally, tmp_path):
    file = tally[0]
    file.learner, file.task_learner = "dreams", "sleep"
    write_agent(file, tmp_path / "agent.safetensors")
    with pytest.raises(AgentFileError, match=r"'dreams'.*rl2"):
        learner_of(read_agent(tmp_path / "agent.safetensors"))
    with pytest.raises(AgentFileError, match=r"'sleep'.*memory"):
        gamemeta.load(tmp_path / "agent.safetensors")


def test_an_unknown_learner_in_the_settings_is_refused_with_those_there_are():
    with pytest.raises(UnknownName, match=r"'dreams'.*rl2"):
        load_config("maze", overrides=["run.learner=dreams"])


def test_the_section_of_another_learner_is_refused():
    with pytest.raises(ConfigError, match=r"'ppo'.*evolution"):
        load_config("maze", overrides=["run.learner=evolution", "ppo.clip=0.1"])


def test_a_file_that_names_no_learner_is_of_rl2():
    shipped = Path(find_asset("agents/maze.safetensors")).read_bytes()
    about, arrays = parse_tensor_file(shipped, "agent file", FORMAT, advice="")
    for name in ("learner", "task_learner"):
        del about[name]
    file = read_agent(tensor_file(FORMAT, about, arrays))
    assert (file.learner, file.task_learner) == ("rl2", "memory")


@pytest.mark.parametrize("room", ["rollout", "evaluation", "selfplay", "training", "bench", "reproduction"])
def test_what_learners_are_used_by_names_none_of_them(room):
    modules = modules_under(Path(gamemeta.__file__).parents[1], "gamemeta")
    inside = {name: path for name, path in modules.items() if name.startswith(f"gamemeta.{room}.")}
    concrete = ("gamemeta.learners.rl2", "gamemeta.networks.policy", "gamemeta.networks.restore")
    assert inside
    assert outside_imports(inside, concrete) == []


@pytest.mark.parametrize("name", ["rl2", "belief", "maml"])
def test_messages_name_the_settings_of_the_learner_that_trains(name):
    section = learner_kind(name).section
    assert learner_kind(name).config.section == section
    with pytest.raises(ConfigError, match=f"run.lanes = 7 .*{section}.minibatches"):
        load_config("grid", overrides=[f"run.learner={name}", "run.lanes=7"])
