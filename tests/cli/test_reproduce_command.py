import os
import signal
import sys
import time

import pytest

from gamemeta.reproduction import reproduce as module
from gamemeta.reproduction.jobs import Status
from gamemeta.reproduction.workers import in_turn
from gamemeta.training import course
from gamemeta_cli.app import main
from gamemeta_cli.terminal.reproduce_screen import PlainLines, make_watcher
from tests.helpers.processes import PATIENCE_S, started

TINY = ["--set", "run.lanes=16", "--set", "run.steps=320", "--set", "network.width=16"]
CELL = ["--cell", "10,5", "--seeds", "1", "--instances", "30"]


@pytest.fixture(autouse=True)
def _small(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "TEST_LEVELS", 16)
    monkeypatch.setattr(module, "FEWEST_INSTANCES", 20)
    monkeypatch.setattr(module, "TUNED_ON", 10)
    monkeypatch.setattr(module.reproduce, "__defaults__", (in_turn,))
    monkeypatch.chdir(tmp_path)


def run(monkeypatch, *words):
    """The exit code of `gamemeta reproduce WORDS`."""
    monkeypatch.setattr(sys, "argv", ["gamemeta", "reproduce", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


@pytest.mark.slow
def test_reproduce_prints_the_table_and_where_it_is_kept(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    assert run(monkeypatch, "bandits", *CELL, *TINY) == 0
    printed = capsys.readouterr()
    for word in (
        "structured memory",
        "Gittins",
        "Bayes-optimal",
        "6.7 (c)",
        "bandits.md",
        "done",
        "like-for-like",
    ):
        assert word in printed.out
    assert "warning: 30 instances" in printed.err
    page = (tmp_path / "results" / "bandits.md").read_text(encoding="utf-8")
    assert "gamemeta reproduce bandits --cell 10,5" in page


def test_results_of_a_checkout_go_to_its_documents(monkeypatch, tmp_path):
    (tmp_path / "docs" / "results").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    assert run(monkeypatch, "bandits", *CELL, *TINY) == 0
    assert (tmp_path / "docs" / "results" / "bandits-n10-k5.json").exists()


def test_when_time_is_up_it_says_how_to_go_on(monkeypatch, capsys):
    assert run(monkeypatch, "bandits", *CELL, *TINY, "--hours", "1e-9") == 0
    assert "go on with: gamemeta reproduce bandits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chess"], "no problem called 'chess'"),
        (["bandits", "--cell", "10"], "write n,k for bandits"),
        (["mdp", "--cell", "10,5"], "write n for mdp"),
        (["mdp", "--cell", "11"], "10 25 50 75 100"),
        (["bandits", "--instances", "3"], "--instances 3"),
        (["bandits", "--hours", "0"], "--hours 0"),
        (["bandits", "--hours", "-1"], "--hours -1"),
        (["bandits", "--hours", "soon"], "--hours"),
        (["bandits", "--seeds", "0"], "--seeds"),
        (["bandits", "--set", "ppo.nonsense=1"], "no setting 'nonsense'"),
        (["bandits", "--set", "run.seed=1"], "decide that"),
    ],
)
def test_bad_input_ends_in_one_error_and_exit_code_2(monkeypatch, tmp_path, capsys, words, message):
    assert run(monkeypatch, *words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_shows_a_line_for_every_training(monkeypatch, capsys):
    import rich.console

    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(rich.console.Console, "is_terminal", True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with make_watcher() as watcher:
        watcher.begun(["one", "two", "three"])
        watcher.progressed("one", Status("training", 0.25, 500, 2000, 6.25, 90.0))
        watcher.ended("two", finished=True)
    printed = capsys.readouterr().out
    for word in ("500 of 2,000", "6.25", "1:30", "done", "waiting", "Ctrl-C saves and stops"):
        assert word in printed


def test_plain_lines_do_not_repeat_themselves(capsys):
    lines = PlainLines()
    for step in range(1, 50):
        lines.progressed("one", Status("training", step / 50, step, 50))
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals to a group of processes")
def test_ctrl_c_stops_all_processes_and_loses_nothing(tmp_path):
    words = ["bandits", "--cell", "10,5", "--seeds", "2", "--jobs", "2", "--instances", "1000", *TINY[:2]]
    with started("-m", "gamemeta_cli", "reproduce", *words, cwd=tmp_path, start_new_session=True) as process:
        log = tmp_path / "runs" / "reproduce" / "bandits-n10-k5-table-seed0" / "log.jsonl"
        end = time.monotonic() + PATIENCE_S
        while not (log.exists() and log.read_text()) and time.monotonic() < end:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        output = process.communicate(timeout=PATIENCE_S)[0]
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert "go on with: gamemeta reproduce bandits" in output
    assert (log.parent / "checkpoint.safetensors").exists()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--gru"], "xland has no --gru"),
        (["--cell", "tiny"], "choose a task set: trivial, small, medium, high"),
        (["--page"], "holds no figures of xland"),
    ],
    ids=lambda x: x[0] if isinstance(x, list) else "",
)
def test_xland_says_what_it_has_not(monkeypatch, capsys, words, error):
    assert run(monkeypatch, "xland", *words) == 2
    assert error in " ".join(capsys.readouterr().err.replace("│", " ").split())
