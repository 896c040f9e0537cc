"""Four places say whether an agent adapts, and say the same: a training, a file, an evaluation, a page."""

import json
from dataclasses import replace

import pytest

from gamemeta.agent.file import read_agent, write_agent
from gamemeta.assets import find_asset
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.evaluation.page.report import report_page
from gamemeta.evaluation.statistics.verdict import ADAPTS, TOO_SMALL
from gamemeta.evaluation.study import evaluate_study
from gamemeta.training import course, session
from gamemeta.training.config import load_config
from gamemeta_cli.app import main
from tests.gamemeta.training.test_training import SMALL, Watcher

LEVELS = 24
SHORT = [*SMALL[:2], "run.steps=512", "run.validations=0", "ppo.minibatches=4", "ppo.learning_rate=0.0"]
AGENTS = {
    "adapts": (True, []),
    "adapts, other draws": (True, ["run.seed=5"]),
    "adapts over more episodes": (True, ["trial.episodes=6"]),
    "forgets at every episode": (True, ["trial.memory=episode"]),
    "forgets at every step": (True, ["trial.memory=step"]),
    "plays one episode": (True, ["trial.episodes=1"]),
    "on small mazes": (True, ["levels.height=7..9", "levels.width=7..9"]),
    "knows nothing": (False, ["network.width=16"]),
    "knows nothing, other draws": (False, ["network.width=16", "run.seed=1"]),
    "knows nothing, gru": (False, ["network.width=16", "network.cell=gru"]),
}


@pytest.fixture(scope="module")
def words():
    """What each agent's word was, over all tests."""
    return {}


@pytest.mark.parametrize("name", AGENTS)
def test_four_places_give_one_verdict(name, tmp_path, monkeypatch, capsys, words):
    monkeypatch.setattr(course, "TEST_LEVELS", LEVELS)
    shipped, settings = AGENTS[name]
    start = read_agent(find_asset("agents/maze.safetensors")) if shipped else None
    own = {"network": {"reward_input": "raw"} | start.network} if start else {}
    config = load_config("maze", None, [*SHORT, *settings], own)
    ended = session.train(*session.begin(config, tmp_path / "run", start), Watcher()).test
    file = read_agent(tmp_path / "run" / "agent.safetensors")
    sentence = ended.verdict()
    assert evaluate_agent(file, levels=LEVELS).verdict() == sentence
    assert file.scores["test"]["verdict"]["sentence"] == sentence
    assert json.loads((tmp_path / "run" / "table.json").read_text())["verdict"]["word"] == ended.word
    assert sentence in report_page(evaluate_study([file], levels=LEVELS)).replace("&#39;", "'")
    monkeypatch.setattr("sys.argv", ["gamemeta", "info", str(tmp_path / "run")])
    monkeypatch.setenv("COLUMNS", "400")
    with pytest.raises(SystemExit):
        main()
    assert sentence in capsys.readouterr().out
    words[name] = ended.word


def test_the_agents_are_of_all_sorts(words):
    if len(words) == len(AGENTS):
        assert {ADAPTS, TOO_SMALL} < set(words.values())
        assert words["adapts"] == ADAPTS
        assert words["forgets at every episode"] == TOO_SMALL


def test_a_file_of_an_earlier_release_says_that_it_has_no_verdict(tmp_path, monkeypatch, capsys):
    shipped = read_agent(find_asset("agents/maze.safetensors"))
    scores = {
        split: {k: v for k, v in one.items() if k != "verdict"} for split, one in shipped.scores.items()
    }
    write_agent(replace(shipped, scores=scores), tmp_path / "old.safetensors")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.argv", ["gamemeta", "info", str(tmp_path / "old.safetensors")])
    with pytest.raises(SystemExit):
        main()
    assert "gamemeta evaluate" in capsys.readouterr().out
