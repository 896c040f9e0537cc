"""Trainings with a curriculum, and on given levels: the same whatever the threads, and after a kill."""

import json

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.errors import TrainingError
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.training import course, session
from gamemeta.training.config import load_config
from gamemeta.training.level_set import level_set_for
from gamemeta.training.loop import Training
from gamemeta.training.observer import Observer
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import write_level
from gamemeta_levels.split import split_of

SMALL = [
    "run.lanes=16",
    "run.rollout_steps=32",
    "run.steps=6144",
    "run.validation_levels=8",
    "run.validations=1",
    "run.checkpoint_s=0",
    "ppo.minibatches=4",
    "network.width=16",
    "trial.episodes=1",
    "levels.height=5..7",
    "levels.width=5..7",
    "levels.goal_distance=2",
    "curriculum.buffer=40",
    "curriculum.warmup_trials=20",
]
KINDS = ("uniform", "plr", "accel")


def small(*overrides):
    return load_config("maze", overrides=[*SMALL, *overrides])


class Silent(Observer):
    def __init__(self, after=None):
        self.after = after

    def iterated(self, done, steps_per_s):
        if self.after:
            self.after(done)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(course, "TEST_LEVELS", 8)
    monkeypatch.setattr(session, "source_commit", lambda: "")


@pytest.fixture
def folder(tmp_path):
    """40 levels: 20 train, 8 validation, 12 test."""
    path = tmp_path / "levels"
    path.mkdir()
    for split, count in (("train", 20), ("validation", 8), ("test", 12)):
        for seed in range(count):
            write_level(generate(Maze(), seed, split), path / f"{split}{seed}.txt")
    return path


def all_arrays(config, level_set=None):
    training = Training(config, level_set)
    list(training.run())
    return training.arrays()


def equal(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_result_does_not_depend_on_the_number_of_threads(kind):
    one, two = (all_arrays(small(f"curriculum.kind={kind}", f"run.threads={n}")) for n in (1, 2))
    assert equal(one, two)


class Killed(BaseException):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plr", "accel"])
def test_a_resumed_training_ends_in_the_identical_checkpoint(tmp_path, kind):
    config = small(f"curriculum.kind={kind}")
    session.train(*session.begin(config, tmp_path / "whole"), Silent())

    def kill(done):
        if done.step == 3072:
            raise Killed

    with pytest.raises(Killed):
        session.train(*session.begin(config, tmp_path / "cut"), Silent(kill))
    session.train(*session.resume(tmp_path / "cut"), Silent())
    for name in ("agent.safetensors", "checkpoint.safetensors", "table.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "cut" / name).read_bytes()


@pytest.mark.slow
def test_levels_are_replayed_and_edited_within_the_training_split():
    training = Training(small("curriculum.kind=accel", "curriculum.edit_share=0.4"))
    terms = [done.terms for done in training.run()]
    buffer = training.curriculum.buffer
    assert terms[-1]["curriculum_levels"] == buffer.count == 40
    assert (buffer.score >= 0).all()
    assert buffer.score.any()
    seeds = buffer.levels.seed[: buffer.count]
    assert (seeds >= 0).any(), "generated ones"
    assert (seeds < 0).any(), "edited ones"
    for shard in training.shards:
        for content in (*shard.trials.levels.content_hash, *buffer.levels.content_hash[: buffer.count]):
            assert split_of(int(content)) == "train"


def test_scores_are_advantages_in_units_of_reward_over_whole_trials():
    training = Training(small("curriculum.kind=plr", "run.shards=1"))
    told, sums, steps = [], np.zeros(16), np.zeros(16)
    training.curriculum.update = told.append
    shard, expected = training.shards[0], []
    inner = shard.played

    def watched():
        for t in range(shard.steps):
            for lane in range(16):
                sums[lane] += max(float(shard.surprise[t, lane]), 0.0)
                steps[lane] += 1
                if shard.reset[t + 1, lane]:
                    expected.append(sums[lane] / steps[lane])
                    sums[lane], steps[lane] = 0.0, 0
        return inner()

    shard.played = watched
    list(training.run())
    found = {int(trial): score for part in told for trial, score in zip(part.trial, part.score, strict=True)}
    assert len(found) == len(expected)
    np.testing.assert_allclose(sorted(found.values()), sorted(expected), rtol=1e-5)
    lanes = sorted(trial % 16 for trial in found)
    assert set(lanes) == set(range(16))


def test_uniform_training_is_as_without_a_curriculum(tmp_path):
    session.begin(small(), tmp_path / "run")
    agent = read_agent(tmp_path / "run" / "agent.safetensors")
    assert "curriculum" not in agent.training["config"]
    assert "[curriculum]" in (tmp_path / "run" / "config.toml").read_text()


@pytest.mark.slow
def test_given_levels_are_trained_on_and_the_agent_remembers_them(tmp_path, folder):
    config = small()
    level_set = level_set_for(config, str(folder))
    outcome = session.train(*session.begin(config, tmp_path / "run", None, level_set), Silent())
    assert (outcome.test.levels, outcome.test.split) == (8, "test")
    agent = read_agent(tmp_path / "run" / "agent.safetensors")
    about = {"digest": level_set.digest, "train": 20, "validation": 8, "test": 12}
    assert agent.training["given_levels"] == about
    assert str(tmp_path) not in json.dumps(agent.metadata())
    result = evaluate_agent(agent, level_set=level_set, levels=1000)
    assert result.levels == 12
    held_out = {level.content_hash for level in level_set.levels if split_of(level.content_hash) == "test"}
    assert set(result.played.content_hash.tolist()) == held_out


def test_only_given_training_levels_are_trained_on(folder):
    config = small()
    level_set = level_set_for(config, str(folder))
    training = Training(config, level_set)
    seen = set()
    for _ in training.run():
        for shard in training.shards:
            seen |= set(shard.trials.levels.content_hash.tolist())
    train = {level.content_hash for level in level_set.levels if split_of(level.content_hash) == "train"}
    assert seen == train


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["uniform", "accel"])
def test_a_training_on_given_levels_goes_on_without_the_files(tmp_path, folder, kind):
    config = small(f"curriculum.kind={kind}")
    level_set = level_set_for(config, str(folder))
    session.train(*session.begin(config, tmp_path / "whole", None, level_set), Silent())

    def kill(done):
        if done.step == 3072:
            raise Killed

    with pytest.raises(Killed):
        session.train(*session.begin(config, tmp_path / "cut", None, level_set), Silent(kill))
    for file in folder.iterdir():
        file.unlink()
    session.train(*session.resume(tmp_path / "cut"), Silent())
    for name in ("agent.safetensors", "checkpoint.safetensors", "table.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "cut" / name).read_bytes()


@pytest.mark.parametrize("damage", ["missing", "cut", "fewer", "other"])
def test_a_run_whose_levels_are_not_as_they_were_is_refused(tmp_path, folder, damage):
    config = small()
    _, directory = session.begin(config, tmp_path / "run", None, level_set_for(config, str(folder)))
    text = directory.levels.read_text()
    directory.levels.unlink()
    if damage == "cut":
        directory.levels.write_text(text[:500])
    if damage == "fewer":
        directory.levels.write_text(json.dumps(json.loads(text)[1:]))
    if damage == "other":
        directory.levels.write_text('{"a": 3}')
    with pytest.raises(TrainingError, match=r"levels\.json"):
        session.resume(tmp_path / "run")


@pytest.mark.slow
def test_without_validation_levels_none_are_played(tmp_path, folder):
    for file in folder.glob("validation*"):
        file.unlink()
    config = small()
    outcome = session.train(
        *session.begin(config, tmp_path / "run", None, level_set_for(config, str(folder))), Silent()
    )
    assert outcome.ended == "done"
    assert "validation" not in (tmp_path / "run" / "log.jsonl").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("game", ["bandit", "mdp", "grid", "dungeon"])
def test_every_game_can_be_trained_on_replayed_and_edited_levels(game):
    words = [word for word in SMALL if not word.startswith(("levels.", "trial.", "run.steps"))]
    steps = ["run.steps=3072", "trial.episodes=1", "curriculum.warmup_trials=1", "curriculum.buffer=4000"]
    config = load_config(game, overrides=[*words, *steps, "curriculum.kind=accel", "run.rollout_steps=96"])
    training = Training(config)
    list(training.run())
    buffer = training.curriculum.buffer
    assert buffer.count > 1
    assert (buffer.levels.seed[: buffer.count] < 0).any() or game == "grid", "edited ones"
