import json
import sys

import pytest

from gamemeta.agent.file import write_agent
from gamemeta.evaluation import fine_tuning
from gamemeta.training import course
from gamemeta_cli.app import main
from gamemeta_cli.judging.baselines import EXIT_CODES
from tests.helpers.agents import tiny_agent

TINY = [
    *("--set", "levels.height=5..5"),
    *("--set", "levels.width=5..5"),
    *("--set", "levels.goal_distance=2"),
    *("--set", "run.lanes=32"),
    *("--set", "run.rollout_steps=32"),
    *("--set", "run.validations=0"),
    *("--set", "run.shards=1"),
    *("--set", "ppo.minibatches=4"),
    *("--set", "network.width=16"),
    *("--set", "network.layers=1"),
]


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(course, "TEST_LEVELS", 16)
    monkeypatch.setattr(fine_tuning, "RATES", (1e-3,))  # one choice: that there are nine is tested elsewhere
    monkeypatch.setattr(fine_tuning, "GRADIENT_STEPS", (1,))
    return tmp_path


@pytest.mark.slow
def test_baselines_are_trained_once_and_give_room_and_index(folder, monkeypatch, capsys):
    run(monkeypatch, "train", *TINY, "--steps", 4096, "--out", "agent")
    for _ in range(2):
        capsys.readouterr()
        assert run(monkeypatch, "evaluate", "agent", "--baselines", "--levels", 12, "--json") == 0
        out, err = capsys.readouterr()
        result = json.loads(out)
    assert "step" not in err, "the second time nothing is trained"
    for name in ("reset_trained", "revealed", "fine_tuned", "agent", "wiped"):
        assert len(result[name]["score"]) == 4
    assert result["verdict"]["word"] in EXIT_CODES
    assert result["fine_tuning"][0]["gradient_steps"] in (1, 4, 16)
    assert len(list((folder / "runs" / "baselines").iterdir())) == 2


@pytest.mark.slow
def test_an_agent_that_is_shown_the_goal_has_not_adapted(folder, monkeypatch, capsys):
    """A planted cheat: with the goal in the observation, a good score is not adaptation."""
    run(monkeypatch, "train", *TINY, "--revealed", "--steps", 40_000, "--out", "cheat")
    capsys.readouterr()
    words = ("evaluate", "cheat", "--assert", "adapted", "--levels", 150)
    assert run(monkeypatch, *words) == 3
    printed = capsys.readouterr().out
    assert "too small to matter" in printed
    assert "adaptation index" in printed


@pytest.mark.slow
def test_an_agent_without_memory_has_not_adapted(folder, monkeypatch, capsys):
    run(monkeypatch, "train", *TINY, "--reset-trained", "--steps", 4096, "--out", "agent")
    assert run(monkeypatch, "evaluate", "agent", "--assert", "adapted", "--levels", 60) == 3


@pytest.mark.slow
def test_several_seeds_are_judged_together_with_baselines_for_each(folder, monkeypatch, capsys):
    for seed in (0, 1):
        run(monkeypatch, "train", *TINY, "--steps", 4096, "--seed", seed, "--out", f"agent{seed}")
    capsys.readouterr()
    words = ("evaluate", "agent0", "agent1", "--levels", 40, "--assert", "adapted")
    code = run(monkeypatch, *words, "--json", "--report", "a.html")
    result = json.loads(capsys.readouterr().out)
    assert code == EXIT_CODES[result["verdict"]["word"]]
    assert [one["seed"] for one in result["agents"]] == [0, 1]
    assert len({one[k] for one in result["agents"] for k in ("digest", "revealed_digest")}) == 4
    for name in ("agent", "reset_trained", "fine_tuned"):
        mean = [
            sum(pair) / 2 for pair in zip(*(one[name]["return"] for one in result["agents"]), strict=True)
        ]
        assert result[name]["return"] == pytest.approx(mean, abs=2e-5)
    assert len(list((folder / "runs" / "baselines").iterdir())) == 4
    page = (folder / "a.html").read_text("utf-8")
    assert "By training seed" in page
    assert "Beside its baselines" in page
    assert run(monkeypatch, *words) == code
    printed = capsys.readouterr().out
    assert "2 training seeds" in printed
    assert all(one["digest"] in printed for one in result["agents"])
    assert max(len(line.rstrip()) for line in printed.splitlines() if "±" in line) <= 80


def test_agents_of_different_settings_are_refused_in_one_line(folder, monkeypatch, capsys):
    run(monkeypatch, "train", *TINY, "--steps", 1024, "--out", "one")
    run(monkeypatch, "train", *TINY, "--steps", 1024, "--seed", 1, "--set", "ppo.clip=0.1", "--out", "other")
    capsys.readouterr()
    assert run(monkeypatch, "evaluate", "one", "other", "--levels", 10) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "ppo.clip (0.1 instead of 0.2)" in line


def test_an_agent_that_can_have_no_baselines_is_refused_before_anything_is_played(
    folder, monkeypatch, capsys
):
    write_agent(tiny_agent(), folder / "silent.safetensors")
    monkeypatch.setattr("gamemeta.evaluation.study.evaluate_agent", None)
    assert run(monkeypatch, "evaluate", "silent.safetensors", "--baselines") == 2
    assert "does not say how it was trained" in capsys.readouterr().err


def test_only_adapted_can_be_asserted(folder, monkeypatch, capsys):
    assert run(monkeypatch, "evaluate", "agent.safetensors", "--assert", "good") == 2
    assert "--assert good" in capsys.readouterr().err
