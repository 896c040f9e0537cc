"""`train --levels` and `evaluate --levels`."""

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.training import course
from gamemeta_cli.app import main
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import write_level

SETTINGS = [
    "run.lanes=16",
    "run.rollout_steps=32",
    "run.validation_levels=8",
    "run.validations=1",
    "ppo.minibatches=4",
    "network.width=16",
]
SMALL = [word for setting in SETTINGS for word in ("--set", setting)] + ["--steps", "1024"]
PLAIN = ["--variations", "0"]


@pytest.fixture(autouse=True)
def _in_a_folder_with_levels(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "TEST_LEVELS", 8)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for split, count in (("train", 5), ("validation", 2), ("test", 3)):
        for seed in range(count):
            write_level(generate(Maze(), seed, split), tmp_path / "mine" / f"{split}{seed}.txt")


@pytest.fixture
def run(monkeypatch):
    def command(*words):
        """The exit code of `gamemeta WORDS`."""
        monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0

    return command


@pytest.fixture
def trained(run, capsys):
    assert run("train", *SMALL, "--levels", "mine", *PLAIN, "--out", "run") == 0
    return capsys.readouterr().out


def test_the_printed_command_plays_a_drawn_level_that_is_held_out(run, trained, capsys):
    (command,) = re.findall(r"Watch it: gamemeta (.*)", trained)
    words = shlex.split(command)
    assert words[words.index("--level") + 1] == str(Path("run", "held_out", "test0.txt"))
    drawn = {path.name for path in Path("mine").glob("test*")}
    assert {path.name for path in Path("run", "held_out").iterdir()} == drawn
    assert run(*words, "--no-animation", "--episodes", 1) == 0
    assert "test0.txt" in capsys.readouterr().out


@pytest.mark.slow
def test_train_says_how_many_files_fell_to_each_split_and_why(trained):
    assert "5 train, 2 validation, 3 test" in trained
    assert "3 test levels" in trained


def test_evaluate_plays_the_test_files_once_each(run, trained, capsys):
    assert run("evaluate", "run", "--levels", "mine", "--json") == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert (result["split"], result["levels"]) == ("test", 3)
    assert "10 given levels: 5 train, 2 validation, 3 test." in printed.err
    assert printed.err.rstrip().endswith("Played: the 3 of the split test.")


def test_evaluate_says_when_the_files_are_others(run, trained, capsys, tmp_path):
    (tmp_path / "mine" / "train0.txt").unlink()
    assert run("evaluate", "run", "--levels", "mine/*.txt", "--json") == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert (result["split"], result["levels"]) == ("any", 9)
    assert "9 given levels, all of them played. The agent was not trained on this set" in printed.err


def test_six_levels_are_enough_with_variations(run, capsys, tmp_path):
    (tmp_path / "six").mkdir()
    for seed in range(6):
        write_level(generate(Maze(), seed, "train"), tmp_path / "six" / f"{seed}.txt")
    assert run("train", *SMALL, "--levels", "six", "--variations", "5", "--out", "varied") == 0
    printed = capsys.readouterr().out
    assert "6 given levels: 3 train, 1 validation, 2 test; and 30 variations" in printed
    held_out = printed.split("held out for testing: ")[1].splitlines()[0].split(", ")
    assert len(held_out) == 2
    assert run("evaluate", "varied", "--levels", "six", "--json") == 0
    assert json.loads(capsys.readouterr().out)["levels"] == 2 + 2 * 5
    assert run("train", "--resume", "varied") == 0


def test_evaluate_on_generated_levels_must_be_asked_for(run, trained, capsys):
    assert run("evaluate", "run") == 2
    assert "trained on level files" in capsys.readouterr().err
    assert run("evaluate", "run", "--levels", "6", "--json") == 0
    assert json.loads(capsys.readouterr().out)["levels"] == 6


def test_play_and_info_work_on_an_agent_of_given_levels(run, trained, capsys):
    assert run("play", "run", "--level", "mine/test0.txt", "--no-animation", "--episodes", 1) == 0
    assert run("play", "run", "--level", "test:1", "--no-animation", "--episodes", 1) == 0
    capsys.readouterr()
    assert run("info", "run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["training"]["given_levels"]["train"] == 5


def test_resume_needs_no_files(run, trained, tmp_path):
    for file in (tmp_path / "mine").iterdir():
        file.unlink()
    assert run("train", "--resume", "run") == 0


def test_baselines_need_the_levels_the_agent_was_trained_on(run, trained, capsys):
    assert run("evaluate", "run", "--levels", "6", "--baselines") == 2
    assert "very same" in capsys.readouterr().err


@pytest.mark.slow
def test_baselines_are_trained_on_the_given_levels(run, trained, capsys):
    assert run("evaluate", "run", "--levels", "mine", "--baselines", "--cache", "cache", "--json") == 0
    assert json.loads(capsys.readouterr().out)["reset_trained"]["score"]
    kept = list(Path("cache").glob("*/agent.safetensors"))
    assert len(kept) == 2
    assert all(read_agent(path).training["given_levels"]["train"] == 5 for path in kept)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "--levels", "none"], "none"),
        (["train", "--levels", "mine/train[01].txt"], "at least 2 must be test"),
        (["train", "--levels", "mine/test[01].txt"], "at least 1 must be train"),
        (["train", "--variations", "5"], "--levels"),
        (["train", "--levels", "mine", "--set", "levels.height=9..9"], "levels.height=9..9"),
        (["train", "bandit", "--levels", "mine"], "family 'maze'"),
        (["train", "--resume", "run", "--levels", "mine"], "Leave out"),
        (["train", "--set", "curriculum.kind=hard"], "curriculum.kind = 'hard'"),
        (["evaluate", "run", "--levels", "mine", "--split", "far"], "no `far` split"),
        (["evaluate", "run", "--levels", "mine/train[01].txt", "--split", "test"], "at least 2 must be test"),
        (["evaluate", "run", "--levels", "0"], "--levels 0"),
        (["evaluate", "run", "--levels", "9" * 40], "give 1 to"),
    ],
)
def test_bad_input_ends_in_one_error(run, trained, capsys, words, message):
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
