"""One web page that runs from a file: an agent, its runtime in JavaScript, a self-check, and what to watch.

An agent of the game `maze` plays it, by the rules of assets/runtimes/html/page/maze.js, on levels of the
split `test`. Of all other agents the page replays the golden trace.
"""

import json
import re
from base64 import b64encode
from html import escape
from typing import Any

from gamemeta.assets import asset
from gamemeta.export.binary import agent_bin
from gamemeta.export.manifest import parts
from gamemeta.export.target import Export
from gamemeta.export.trace_file import trace_bin
from gamemeta_levels.level import Level
from gamemeta_levels.packages import for_training
from gamemeta_levels.text import in_one_line
from gamemeta_levels.tiles import GLYPHS

LEVELS = 48
"""Levels of the split `test` that a page has."""
MODULES = {"gamemeta.mjs": "Agent, GamemetaError, Mind, load", "replay.mjs": "Replay, report"}
"""Modules of the runtime in JavaScript, and the names that the page uses of each."""
SCRIPTS = ("shell.js", "maze.js", "trial.js", "maze_view.js", "trace_view.js")
_EXPORT = re.compile(r"^export (?=class|const|function)", re.MULTILINE)
_IMPORT = re.compile(r"^import .*$", re.MULTILINE)
_PLACE = re.compile(r"\{\{([A-Z]+)\}\}")


def web_page(export: Export) -> bytes:
    """The page."""
    texts = {
        "TITLE": escape(in_one_line(f"{export.name}, an agent of gamemeta")),
        "STYLE": _source("style.css"),
        "DATA": _in_markup(_data(export)),
        "SCRIPT": _script(),
    }
    return _PLACE.sub(lambda place: texts[place[1]], _source("index.html")).encode()


def _source(name: str, folder: str = "html/page") -> str:
    return asset(f"runtimes/{folder}/{name}").read_text("utf-8").strip()


def _script() -> str:
    """All scripts as one, without imports; it starts where there is a document."""
    modules = [_as_function(_source(name, "js"), names) for name, names in MODULES.items()]
    start = 'if (typeof document !== "undefined") show();'
    return "\n\n".join(['"use strict";', *modules, *map(_source, SCRIPTS), start])


def _as_function(module: str, names: str) -> str:
    """A module as a function that is called at once, and the names that it exports."""
    source = _EXPORT.sub("", _IMPORT.sub("", module))
    return f"const {{ {names} }} = (() => {{\n{source}\nreturn {{ {names} }};\n}})();"


def _in_markup(data: dict[str, Any]) -> str:
    """JSON in which no text ends the element that it stands in."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _data(export: Export) -> dict[str, Any]:
    agent = export.description.agent
    action = agent.spec.action
    names = [*action.names, *[()] * (len(action.heads) - len(action.names))]
    obs = [part | {"name": in_one_line(part["name"])} for part in parts(export.description)]
    return {
        "game": in_one_line(agent.game),
        "attempts": max(2, agent.episodes),
        "memory": agent.memory,
        "skill": agent.skill,
        "baked": not agent.start.blank,
        "obs": obs,
        "names": [[*map(in_one_line, head)] for head in names],
        "agent": b64encode(agent_bin(export.description)).decode(),
        "trace": b64encode(trace_bin(export.trace)).decode(),
        "maze": maze(export) if agent.game == "maze" else None,
    }


@for_training()
def maze(export: Export) -> dict[str, Any] | None:
    """Rules and levels of an agent's mazes; None where it sees or does something else.

    Raises:
        MissingPackage: what makes levels is not installed.
    """
    from gamemeta.games.builtin.maze.game import MazeGame
    from gamemeta.games.setup import GameSetup
    from gamemeta_levels.family import generate

    agent = export.description.agent
    setup = GameSetup.of(agent)
    game = MazeGame(1, setup.config)
    if game.spec != agent.spec:
        return None
    family, config = game.family(setup.parameters), setup.config
    levels = [generate(family, seed, "test") for seed in range(LEVELS)]
    return {
        "view": config.view,
        "goalVisible": config.goal_visible,
        "revealed": config.revealed,
        "stepsPerTile": config.steps_per_tile,
        "levels": [{"name": f"test:{seed}", "rows": drawn(level)} for seed, level in enumerate(levels)],
    }


def drawn(level: Level) -> list[str]:
    """The rows of a level, a glyph a tile."""
    return ["".join(GLYPHS[tile] for tile in row) for row in level.tiles]
