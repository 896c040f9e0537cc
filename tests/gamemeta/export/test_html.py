"""The web page: its maze has the rules of the game, its agent plays as in Python, and names are text."""

import json
import re
import shutil
import subprocess
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.runtime import Agent
from gamemeta.assets import asset
from gamemeta.export.checker import run_checker
from gamemeta.export.description import describe
from gamemeta.export.registry import targets
from gamemeta.export.target import Export
from gamemeta.export.targets.html import PAGE
from gamemeta.export.trace import golden_trace
from gamemeta.export.web_page import drawn, web_page
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.family import generate_arrays
from tests.helpers.agents import tiny_agent
from tests.helpers.exports import agent_for

HTML = targets()["html"]
PROBE = Path(__file__).with_name("page_probe.mjs")
MIXED, MASKED = ("gru", "mixed", "episode"), ("place", "mask", "trial")
LOOP = 'import { load } from "./agent/gamemeta.mjs";'
"""What the page shows to be copied."""
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@cache
def export_of(name):
    agent = gamemeta.load(name, backend="numpy") if isinstance(name, str) else agent_for(*name)
    return Export(agent.game, describe(agent), golden_trace(agent))


@cache
def page_of(name):
    return web_page(export_of(name)).decode()


def written(text, folder):
    shutil.copy(asset("runtimes/html/check.mjs"), folder)
    (folder / PAGE).write_text(text, "utf-8")
    return folder


def probed(name, folder, frames=60, **asked):
    asked = {"mazes": [], "walls": [], "levels": 0, "frames": frames} | asked
    command = ["node", str(PROBE), str(written(page_of(name), folder) / PAGE)]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@needs_node
def test_the_scripts_of_the_page_do_what_python_does(tmp_path):
    assert run_checker(HTML, written(page_of("maze"), tmp_path)).good


@needs_node
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    add(0, k);\n", "    add(0, k + 1);\n"),
        ("      this.begun[i] = 0;\n", ""),
        ('"agent":"', '"agent":"AAAA'),
    ],
    ids=["stream", "forget", "weights"],
)
def test_a_planted_fault_is_found(right, wrong, tmp_path):
    text = page_of(MIXED)
    assert text.count(right) == 1
    folder = written(text.replace(right, wrong), tmp_path)
    done = subprocess.run(["node", *HTML.commands(folder, tmp_path)[0][1:]], capture_output=True, check=False)
    assert done.returncode == 1


CONFIGS = [
    {},
    {"view": 7, "goal_visible": True, "steps_per_tile": 0.3},
    {"view": 3, "revealed": True, "steps_per_tile": 1.1},
]


def recorded(config, split):
    """Mazes and what happened in them: two episodes, the first some steps of the shortest way."""
    game, rng = MazeGame(12, MazeConfig(**config)), np.random.default_rng(0)
    family = game.family().far() if split == "far" else game.family()
    levels, out = (
        generate_arrays(family, range(12), "any" if split == "far" else split),
        StepBuffers.empty(game),
    )
    drawings = [family.unpack(levels, i) for i in range(12)]
    actions = rng.integers(0, 4, (2, 130, 12, 1, 1))
    for i in range(0, 12, 2):
        plan = family.solve(drawings[i])
        actions[0, : len(plan), i, 0, 0] = plan
    rules = {"view": game.config.view, "goalVisible": game.config.goal_visible}
    rules |= {"revealed": game.config.revealed, "stepsPerTile": game.config.steps_per_tile}
    mazes = [
        {"rules": rules, "rows": drawn(level), "episodes": actions[:, :, i, 0, 0].tolist()}
        for i, level in enumerate(drawings)
    ]
    happened = []
    for episode in actions:
        game.reset(levels, np.ones(12, np.bool_), out)
        shown = [{name: values.copy() for name, values in out.obs.items()}]
        results = []
        for action in episode:
            game.step(action, out)
            shown.append({name: values.copy() for name, values in out.obs.items()})
            results.append((out.reward[:, 0].copy(), (out.terminated | out.truncated)[:, 0].copy()))
        happened.append((shown, results))
    return mazes, happened


@needs_node
def test_the_maze_of_the_page_has_the_rules_of_the_game_step_by_step(tmp_path):
    cases = [recorded(config, split) for config in CONFIGS for split in ("test", "far")]
    played = probed("maze", tmp_path, mazes=[maze for mazes, _ in cases for maze in mazes])["mazes"]
    ends = set()
    for k, (_, happened) in enumerate(cases):
        for e, (shown, results) in enumerate(happened):
            for i in range(12):
                first, *steps = played[12 * k + i][e]
                seen = [first, *(step["obs"] for step in steps)]
                assert seen == [
                    {name: values[i, 0].ravel().tolist() for name, values in obs.items()} for obs in shown
                ]
                assert [step["reward"] for step in steps] == [float(reward[i]) for reward, _ in results]
                assert [step["done"] for step in steps] == [bool(done[i]) for _, done in results]
                ends.add(
                    "goal" if any(step["reward"] for step in steps) else "limit" if steps[-1]["done"] else ""
                )
    assert {"goal", "limit"} <= ends


@needs_node
def test_the_agent_of_the_page_plays_as_in_python_and_the_page_says_so(tmp_path):
    answer = probed("maze", tmp_path, levels=6)
    agent = gamemeta.load("maze", backend="numpy")
    mind, game, curves = agent.begin(1, seed=7), MazeGame(1), []
    out = StepBuffers.empty(game)
    for seed in range(6):
        levels, curve, reward, done = generate_arrays(game.family(), [seed], "test"), [], 0.0, False
        mind.forget()
        for _ in range(agent.episodes):
            game.reset(levels, np.ones(1, np.bool_), out)
            for step in range(1, 1000):
                action = mind.act({name: values[0, 0] for name, values in out.obs.items()}, reward, done)
                game.step(np.full((1, 1, 1), action), out)
                reward, done = float(out.reward[0, 0]), bool(out.terminated[0, 0] | out.truncated[0, 0])
                if done:
                    curve.append(step)
                    break
        curves.append(curve)
    assert answer["curves"] == curves
    texts = answer["texts"]
    assert "1,640 of 1,640 actions equal" in texts["check"]
    assert "Means of" in texts["playing"] and "25 tiles" in texts["intro"]
    assert texts["clicked"] == "The outer wall stays."
    assert texts["paused"]


@needs_node
def test_walls_are_built_unless_they_shut_the_agent_off(tmp_path):
    rules = {"view": 5, "goalVisible": False, "revealed": False, "stepsPerTile": 0.5}
    rows = ["#######", "#S...G#", "#.###.#", "#.....#", "#######"]
    places = [[0, 3], [1, 1], [1, 5], [1, 3], [3, 3], [1, 3], [2, 3]]
    wall = {"rules": rules, "rows": rows, "places": places}
    (answers,) = probed("maze", tmp_path, frames=1, walls=[wall])["walls"]
    shut = "The goal must stay within reach."
    free = "Start and goal stay free."
    assert answers == [
        ["The outer wall stays.", 4],
        [free, 4],
        [free, 4],
        ["", 8],
        [shut, 8],
        ["", 4],
        ["", 4],
    ]


@needs_node
@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            MIXED,
            {"check": "4,920 of 4,920", "playing": "number 1", "loop": '"speed": [], // 2 numbers, real'},
        ),
        (
            MASKED,
            {"check": "3,280 of 3,280", "playing": "chosen", "loop": '"place": [], // 2 numbers, 0 to 2'},
        ),
    ],
    ids=str,
)
def test_a_page_of_another_agent_replays_its_trace(name, texts, tmp_path):
    answer = probed(name, tmp_path)["texts"]
    texts = {"intro": "has no game of", "clicked": "3 minds begin"} | texts
    assert {word: text for word, text in texts.items() if text not in answer[word]} == {}


class Tags(HTMLParser):
    """Every tag of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)


def test_hostile_names_stay_text(tmp_path):
    bad = "</script><img src=x onerror=alert(1)>\u202e<!--<script>"
    spec = Spec(obs=(symbols(bad, (2,), 3),), action=ActionSpec(heads=(2,), names=((bad, "b"),)))
    file = tiny_agent(spec=spec)
    file.game = bad
    agent = Agent(file, backend="numpy")
    export = Export(bad, describe(agent), golden_trace(agent))
    text = web_page(export).decode()
    assert Tags(text).tags == Tags(page_of(MIXED)).tags
    assert "\u202e" not in text
    if shutil.which("node"):
        assert run_checker(HTML, written(text, tmp_path)).good


def test_the_page_loads_nothing():
    """A page that has no address of anything, and that forbids itself to load."""
    head, data, script = page_of("maze").split("<script")
    assert "default-src 'none'" in head and " src=" not in head and head.count(" href=") == 1
    assert "://" not in head + data + script
    calls = r"fetch\(|XMLHttpRequest|import\(|WebSocket|^import |^export "
    assert not re.findall(
        calls, script.replace('await fetch("agent/agent.bin")', "").replace(LOOP, ""), re.MULTILINE
    )


def test_a_weaker_player_with_a_baked_memory_is_called_so():
    agent = gamemeta.load("maze", backend="numpy")
    mind = agent.begin()
    mind.act({"view": np.zeros((5, 5), np.uint8), "place": np.zeros(2, np.uint8)}, 0.0, False)
    weak = agent.beginning_with(mind.memory).with_skill(0.5)
    page = web_page(Export("maze", describe(weak), export_of("maze").trace)).decode()
    data = json.loads(page.partition('type="application/json">')[2].partition("</script>")[0])
    assert (data["skill"], data["baked"], data["attempts"]) == (0.5, True, 4)
