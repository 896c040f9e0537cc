import json
import signal
import sys
import time
from dataclasses import replace

import pytest

from gamemeta.agent.file import read_agent, write_agent
from gamemeta.config import settings, show_value
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.training import course
from gamemeta.training.config import load_config
from gamemeta_cli.app import main
from gamemeta_cli.terminal.tables import shown_episodes
from tests.helpers.agents import tiny_agent
from tests.helpers.processes import PATIENCE_S, started

SMALL = [
    *("--set", "run.lanes=16"),
    *("--set", "run.rollout_steps=32"),
    *("--set", "run.validation_levels=8"),
    *("--set", "run.validations=2"),
    *("--set", "ppo.minibatches=4"),
    *("--set", "network.width=16"),
    *("--steps", "2048"),
]


@pytest.fixture(autouse=True)
def _few_test_levels(monkeypatch):
    monkeypatch.setattr(course, "TEST_LEVELS", 16)


def run(monkeypatch, *words):
    """The exit code of `gamemeta WORDS`."""
    monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


def test_train_prints_the_table_and_says_when_levels_are_too_few(monkeypatch, tmp_path, capsys):
    assert run(monkeypatch, "train", *SMALL, "--out", tmp_path / "run") == 0
    printed = capsys.readouterr().out
    assert "compiles" in printed
    assert "score by episode of the trial" in printed
    for player in ("agent", "memory wiped", "random", "par"):
        assert player in printed
    assert "too few to tell the agent from random play" in " ".join(printed.split())
    assert "gamemeta play" in printed


def test_train_in_a_terminal_shows_a_live_screen(monkeypatch, tmp_path, capsys):
    import rich.console

    monkeypatch.setattr(rich.console.Console, "is_terminal", True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert run(monkeypatch, "train", *SMALL, "--out", tmp_path / "run") == 0
    printed = capsys.readouterr().out
    for word in ("steps/s", "left", "validation score", "explained variance", "gradient norm", "KL"):
        assert word in printed


@pytest.mark.slow
def test_the_default_directory_never_overwrites_a_run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(monkeypatch, "train", *SMALL) == 0
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == ["maze", "maze-2"]


@pytest.mark.slow
def test_revealed_and_reset_trained_are_options(monkeypatch, tmp_path):
    run(monkeypatch, "train", *SMALL, "--revealed", "--out", tmp_path / "a")
    run(monkeypatch, "train", *SMALL, "--reset-trained", "--out", tmp_path / "b")
    assert "goal_offset" in [b.name for b in read_agent(tmp_path / "a" / "agent.safetensors").spec.obs]
    assert read_agent(tmp_path / "b" / "agent.safetensors").memory == "episode"


def test_tensorboard_is_written_when_asked(monkeypatch, tmp_path):
    run(monkeypatch, "train", *SMALL, "--tensorboard", "--out", tmp_path / "run")
    assert list((tmp_path / "run" / "tensorboard").glob("events*"))


@pytest.mark.slow
def test_from_goes_on_from_an_agent_with_its_settings(monkeypatch, tmp_path):
    run(monkeypatch, "train", *SMALL, "--revealed", "--out", tmp_path / "a")
    agent = tmp_path / "a" / "agent.safetensors"
    assert run(monkeypatch, "train", *SMALL, "--from", agent, "--out", tmp_path / "b") == 0
    assert read_agent(tmp_path / "b" / "agent.safetensors").game_config["revealed"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chess"], "no game called 'chess'"),
        (["--set", "ppo.nonsense=1"], "no setting 'nonsense'"),
        (["--set", "nonsense"], "section.name=value"),
        (["--set", "run.lanes=-5"], "run.lanes = -5"),
        (["--config", "none.toml"], "none.toml"),
        (["--resume", "none"], "cannot be read"),
        (["--resume", "none", "--steps", "5"], "--resume goes on with the settings of the run"),
        (["--from", "none.safetensors"], "none.safetensors"),
        (["--out", "file"], "this is a file"),
        (["--steps", "0"], "--steps"),
        (["--minutes", "soon"], "--minutes"),
        (["--device", "gpu"], "run.device = 'gpu'"),
        (["--device", "cuda"], "run.device = 'cuda': PyTorch"),
        (["--resume", "none", "--device", "cpu"], "--resume goes on with the settings of the run"),
        (["--set", "run.lanes=1048576", "--set", "run.rollout_steps=65536"], "does not fit into memory"),
    ],
)
def test_bad_input_ends_in_one_error_and_exit_code_2(monkeypatch, tmp_path, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("torch.version.cuda", None)
    (tmp_path / "file").write_text("kept")
    assert run(monkeypatch, "train", *words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert (tmp_path / "file").read_text() == "kept"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_pickle_is_no_agent_to_go_on_from(monkeypatch, tmp_path, capsys):
    import pickle

    path = tmp_path / "agent.safetensors"
    path.write_bytes(pickle.dumps({"weights": 1}))
    assert run(monkeypatch, "train", "--from", path) == 2
    assert "pickle" in capsys.readouterr().err


def training(directory, *words):
    code = "from gamemeta.training import course; course.TEST_LEVELS = 16; "
    code += "from gamemeta_cli.app import main; main()"
    return started("-c", code, "train", *words, cwd=directory)


def wait_for_lines(path, count):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if path.exists() and path.read_text().count("\n") >= count:
            return
        time.sleep(0.02)
    raise TimeoutError(path)


LONGER = [*SMALL[:-1], "16384", "--set", "run.checkpoint_s=0"]


@pytest.mark.slow
def test_kill_9_loses_nothing_and_the_agent_ends_up_identical(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "train", *LONGER, "--out", "whole") == 0
    words = (*LONGER, "--out", "cut")
    for lines in (4, 13):
        with training(tmp_path, *words) as cut:
            wait_for_lines(tmp_path / "cut" / "log.jsonl", lines)
            assert cut.poll() is None, "it must be killed while it runs"
            cut.send_signal(signal.SIGKILL)
            cut.communicate()
        words = ("--resume", "cut")
    assert run(monkeypatch, "train", *words) == 0
    agents = [(tmp_path / k / "agent.safetensors").read_bytes() for k in ("whole", "cut")]
    assert agents[0] == agents[1]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of another process")
def test_ctrl_c_says_how_to_go_on(tmp_path):
    with training(tmp_path, *SMALL[:-1], "10000000", "--out", "run") as process:
        wait_for_lines(tmp_path / "run" / "log.jsonl", 2)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=PATIENCE_S)[0]
    assert process.returncode == 130
    assert "gamemeta train --resume run" in output
    assert "Traceback" not in output


@pytest.fixture
def agent(tmp_path):
    path = tmp_path / "agent.safetensors"
    write_agent(tiny_agent(), path)
    return path


def test_evaluate_prints_json_with_the_promised_keys(monkeypatch, agent, capsys):
    words = ("--levels", 20, "--episodes", 3, "--split", "far", "--json")
    assert run(monkeypatch, "evaluate", agent, *words) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["game"], result["split"], result["levels"], result["episodes"]) == ("maze", "far", 20, 3)
    for player in ("agent", "wiped", "swapped", "random", "par"):
        assert set(result[player]) == {"score", "score_low", "score_high", "return", "success", "steps"}
        assert all(len(values) == 3 for values in result[player].values())


@pytest.mark.slow
def test_evaluate_shows_tables_and_a_verdict(monkeypatch, agent, capsys):
    assert run(monkeypatch, "evaluate", agent.parent, "--levels", 20, "--episodes", 30) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines() if line.lstrip().startswith("30 ")] == ["30"] * 2
    assert "othing was learned" in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.safetensors"], "none.safetensors"),
        (["agent.safetensors", "--split", "best"], "no split called 'best'"),
        (["agent.safetensors", "--levels", "0"], "--levels"),
        (["agent.safetensors", "--episodes", "9999"], "episodes = 9999"),
        (["agent.safetensors", "--seed", "9" * 30], "--seed"),
        (["other.safetensors"], "made for another form of the game"),
    ],
)
def test_evaluate_names_what_is_wrong(monkeypatch, agent, capsys, words, message):
    monkeypatch.chdir(agent.parent)
    fewer = MazeGame(1).spec
    fewer = replace(fewer, obs=(fewer.obs[0], replace(fewer.obs[1], codes=3)))
    write_agent(tiny_agent(spec=fewer), agent.parent / "other.safetensors")
    assert run(monkeypatch, "evaluate", *words) == 2
    assert message in capsys.readouterr().err


def test_info_tells_what_an_agent_is(monkeypatch, agent, capsys):
    assert run(monkeypatch, "info", agent) == 0
    printed = capsys.readouterr().out
    assert tiny_agent().digest in printed
    assert "mingru" in printed
    assert run(monkeypatch, "info", agent, "--json") == 0
    assert json.loads(capsys.readouterr().out)["game"] == "maze"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_info_takes_the_name_of_a_game_whose_agent_is_included(monkeypatch, tmp_path, capsys, width):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(width))
    assert run(monkeypatch, "info", "duel") == 0
    printed = capsys.readouterr().out
    for word in ("duel", "observations", "in_line", "shoot", "score, test"):
        assert word in printed
    assert max(map(len, printed.splitlines())) <= width


def test_info_names_what_is_no_agent(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "info", "chess") == 2
    assert "chess" in capsys.readouterr().err


def test_version_is_shown(monkeypatch, capsys):
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.startswith("gamemeta 0.")


def test_the_help_of_train_lists_the_settings_of_all_games(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "200")
    assert run(monkeypatch, "train", "--help") == 0
    printed = capsys.readouterr().out
    for name in (
        "--learner",
        "maml.order=full",
        "ppo.clip=0.2",
        "trial.memory=trial",
        "run.shards=2",
        "levels.braiding",
        "game.others",
    ):
        assert name in printed


@pytest.mark.parametrize(
    "game", ["maze", "dungeon", "tag", "forage", "duel", "bandit", "mdp", "grid", "navigation", "corridor"]
)
def test_the_help_of_train_for_a_game_shows_its_settings_and_its_defaults(monkeypatch, capsys, game):
    monkeypatch.setenv("COLUMNS", "200")
    assert run(monkeypatch, "train", game, "--help") == 0
    printed = capsys.readouterr().out
    for section, values in load_config(game).sections().items():
        for setting in settings(type(values)):
            default = show_value(getattr(values, setting.name))
            assert f"{section}.{setting.name}={default}" in printed


def test_the_help_of_train_names_a_game_that_does_not_exist(monkeypatch, capsys):
    assert run(monkeypatch, "train", "mase", "--help") == 2
    assert "Did you mean maze?" in capsys.readouterr().err


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_a_help_is_wider_than_the_terminal(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", str(width))
    for words in ((), ("train", "duel"), ("play",), ("levels", "new"), ("bench", "act")):
        assert run(monkeypatch, *words, "--help") == 0
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= width
        assert all(line == line.rstrip() for line in lines)


def test_of_a_long_trial_some_episodes_are_shown():
    assert shown_episodes(4) == [1, 2, 3, 4]
    assert shown_episodes(100) == [1, 2, 5, 10, 20, 50, 100]
    assert shown_episodes(137) == [1, 2, 5, 10, 20, 50, 100, 137]
    assert shown_episodes(0) == []
