"""What docs/other-libraries.md shows is run."""

import re
from pathlib import Path

import numpy as np

from gamemeta.agent.file import write_agent
from gamemeta.games.setup import GameSetup
from tests.gamemeta.agent.test_exchange import agent_for

PAGE = Path(__file__).parent.parent / "docs" / "other-libraries.md"
PLAY, USE, XLAND, FILES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_runs_as_it_stands():
    names = {}
    exec(USE, names)
    assert names["rewards"].shape == (64,)
    assert names["rewards_of"].keys() == {"guard_0", "guard_1", "runner_0"}
    assert "previous_action" in names["anybody"].observation_space.spaces


def test_the_loop_of_the_page_runs_as_it_stands(tmp_path, monkeypatch):
    kind = GameSetup("gymnasium/CartPole-v1").game().kind
    (tmp_path / "runs/mine").mkdir(parents=True)
    write_agent(agent_for(kind.observations, kind.actions).file, tmp_path / "runs/mine/agent.safetensors")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(PLAY, names)
    assert names["env"].action_space.contains(names["mind"].act(names["obs"]))


def test_xland_is_made_as_the_page_says():
    names = {}
    exec(XLAND, names)
    assert names["obs"]["view"].shape == (1024, 5, 5, 2)
    assert names["env"].unwrapped.spec.kwargs["parameters"] == {"tasks": "medium"}


def test_a_benchmark_file_becomes_levels_as_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    things = np.zeros((1, 1, 2), np.uint8)
    things[0, 0] = 3, 1  # a red ball, which is to be held
    goals, rules = np.array([[1, 3, 1, 0, 0]], np.uint8), np.zeros((1, 1, 7), np.uint8)
    np.savez("small-1m.npz", goals=goals, rules=rules, init_tiles=things)
    exec(FILES, {})
    assert [path.name for path in Path("rulesets").iterdir()] == ["0.json"]
