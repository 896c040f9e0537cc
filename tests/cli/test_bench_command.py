"""`gamemeta bench`."""

import json
import signal
import subprocess
import sys

import pytest

from gamemeta.interrupts import Interrupted
from gamemeta_cli import bench
from gamemeta_cli.app import main

SHORT = ("--seconds", "0.001")


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code of `gamemeta bench WORDS`, what it printed, and its errors; in this process."""
    for name in bench.THREAD_SETTINGS:
        monkeypatch.setenv(name, "1")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gamemeta", "bench", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def test_levels_prints_json(run):
    code, printed, _ = run("levels", "maze", *SHORT, "--json")
    found = json.loads(printed)
    assert code == 0
    assert found["bench"] == "levels"
    assert set(found["levels_per_s"]) == {"median", "min", "max"}


def test_sim_prints_a_table(run):
    code, printed, _ = run("sim", "maze", "--lanes", 4, *SHORT)
    assert code == 0
    for words in ("steps/s", "median", "least", "most", "machine", "processor"):
        assert words in printed


def test_act_takes_settings(run):
    words = ("act", "maze", "--set", "network.width=8", "--minds", 2, "--json")
    found = json.loads(run(*words, *SHORT)[1])
    assert found["sizes"]["network"]["width"] == 8
    assert found["sizes"]["minds"] == 2
    assert "us_per_call" in found


def test_rate_counts_levels_of_files_and_generated_ones(run, tmp_path):
    found = json.loads(run("rate", "maze", "--count", 2, "--json")[1])
    assert found["sizes"]["levels"] == 2
    assert found["levels_per_cpu_s"]["min"] > 0
    (tmp_path / "broken.txt").write_text("###\n")
    code, _, error = run("rate", "maze", tmp_path)
    assert code == 2 and "broken.txt" in error


def test_what_a_user_can_put_right_is_one_message(run):
    for words, message in (
        (("sim", "nonsense"), "nonsense"),
        (("sim", "bandit", "--view", 11), "no view"),
        (("levels", "maze", "--set", "levels.height=4"), "height"),
    ):
        code, _, error = run(*words)
        assert code == 2
        assert message in error


@pytest.mark.parametrize(
    ("stop", "wanted"), [(KeyboardInterrupt(), 130), (Interrupted(signal.SIGTERM), 128 + signal.SIGTERM)]
)
def test_a_stop_is_said_and_its_signal_is_the_exit_code(run, monkeypatch, stop, wanted):
    def interrupted(*_, **__):
        raise stop

    monkeypatch.setattr("gamemeta.bench.levels.levels", interrupted)
    code, _, error = run("levels", "maze")
    assert code == wanted
    assert "stopped" in error


def test_the_number_of_threads_holds_for_matrix_products_too(run, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    seen = {}

    def restarted(words, env, check):
        seen.update(env)
        return subprocess.CompletedProcess(words, 5)

    monkeypatch.setattr(bench.subprocess, "run", restarted)
    assert run("levels", "maze", "--threads", 2)[0] == 5
    assert {seen[name] for name in bench.THREAD_SETTINGS} == {"2"}
