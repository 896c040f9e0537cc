"""The playground of one game in a single file, which runs without Python and without a network."""

import json
import re
from base64 import b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gamemeta.agent.runtime import Agent, load
from gamemeta.assets import asset
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.export.binary import agent_bin
from gamemeta.export.description import describe
from gamemeta.games.builtin.dungeon import words as dungeon_words
from gamemeta.games.builtin.tag import words as tag_words
from gamemeta.games.game import Game
from gamemeta.games.setup import GameSetup
from gamemeta.playground.bundle import Bundle
from gamemeta.playground.offers import about
from gamemeta.playing.versus import BOT, Versus
from gamemeta_levels.errors import shortened
from gamemeta_levels.files.atomic import write_atomically
from gamemeta_levels.formats import editor_tiles
from gamemeta_levels.text import in_one_line
from gamemeta_levels.tiles import NAMES

GAMES = ("maze", "dungeon", "tag")
"""Games whose rules there are in JavaScript."""
FOLDER = "playground"
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)
_IN_HEAD = re.compile(r'<link rel="(?:stylesheet|modulepreload)".*\n|<script .*</script>\n')


def write_page(out: Path, agent: Path | None, game: str | None = None) -> int:
    """Write the page; returns its size in bytes.

    Args:
        out: the file; one that is there is replaced.
        agent: an agent file, or None for the included one of `game`.
        game: one of `GAMES`; that of the agent if None, or the first where there is no agent either.
    Raises:
        AgentFileError, ConfigError, ExportError: the agent cannot be shown so, or the file cannot be written.
    """
    if agent is None:
        name = game or GAMES[0]
        if name not in GAMES:
            raise ConfigError(f"--game {shortened(name)}: a page without Python plays {', '.join(GAMES)}.")
        agent = asset(f"agents/{name}.safetensors")
    loaded = load(agent)
    if loaded.game not in GAMES:
        raise ConfigError(
            f"{in_one_line(loaded.game)} needs Python: a page without it plays {', '.join(GAMES)}. Leave out "
            "--out to play it with a server."
        )
    if game not in (None, loaded.game):
        raise ConfigError(f"this agent plays {loaded.game}, not {shortened(game)}. Leave out --game.")
    data = page(agent.stem if agent.stem != "agent" else agent.parent.name, loaded)
    try:
        write_atomically(out, data)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror or error}.") from None
    return len(data)


def page(name: str, agent: Agent) -> bytes:
    """The page of an agent that plays one of `GAMES`.

    Raises:
        ConfigError, AgentFileError, ExportError: it adapts in a way that only Python knows, or sees another
            form of the game.
    """
    data = json.dumps(page_data(name, agent), separators=(",", ":")).replace("<", "\\u003c")
    root = asset(f"{FOLDER}/index.html").parent.parent
    engine = engine_function(agent.game)
    main = Bundle(root, {f"{FOLDER}/live.js": f"{FOLDER}/engine/world.js"}).script(f"{FOLDER}/main.js")
    head = (
        f'<meta http-equiv="content-security-policy" content="{POLICY}">\n'
        f"<style>\n{(root / FOLDER / 'style.css').read_text('utf-8')}</style>\n"
    )
    scripts = (
        f'<script type="application/json" id="data">{data}</script>\n'
        f"<script>window.playgroundEngine = {engine};</script>\n"
        f'<script type="module">\n{main}\n</script>\n'
    )
    html = _IN_HEAD.sub("", (root / FOLDER / "index.html").read_text("utf-8"))
    html = html.replace("/tiles/agent.png", _address(asset("tiles/agent.png").read_bytes()))
    html = html.replace("</head>", f"{head}</head>").replace("</body>", f"{scripts}</body>")
    return html.encode()


def engine_function(game: str) -> str:
    """The engine of a game as a function of JavaScript, which returns its parts."""
    root = asset(f"{FOLDER}/index.html").parent.parent
    games = f"{FOLDER}/engine/games"
    return Bundle(root, {f"{games}/game.js": f"{games}/{game}.js"}).function(f"{FOLDER}/engine/engine.js")


def page_data(name: str, agent: Agent) -> dict[str, Any]:
    """What the engine needs to know of an agent and its game."""
    setup = GameSetup.of(agent)
    setup.check_fits(agent.spec)
    return {
        "about": about(name, agent),
        "agent": b64encode(agent_bin(describe(agent))).decode(),
        "config": asdict(setup.config),
        "form": _form(setup.game()),
        "actions": [list(names) for names in agent.spec.action.names],
        "family": {"near": _family_values(setup.family()), "far": _far(setup)},
        "matches": _matches(agent) if setup.has_setting("others") else None,
        "tiles": list(NAMES),
        "words": _WORDS.get(agent.game),
        "pictures": {
            "sheet": _address(editor_tiles.picture()),
            "agent": _address(asset("tiles/agent.png").read_bytes()),
        },
    }


_WORDS: dict[str, Any] = {
    "dungeon": {
        "things": dungeon_words.THINGS,
        "sentences": dungeon_words.SENTENCES,
        "metals": dungeon_words.METALS,
        "monsters": dungeon_words.MONSTERS,
    },
    "tag": {"exits": tag_words.COLOURS},
}
"""Tables of words by game, as its module `words` has them."""


def _form(game: Game) -> dict[str, Any]:
    """What a seat of a game sees and does."""
    obs = [[part.name, list(part.shape), str(part.dtype)] for part in game.spec.obs]
    return {"seats": game.seats, "obs": obs, "heads": len(game.spec.action.heads)}


def _far(setup: GameSetup) -> dict[str, Any]:
    try:
        return _family_values(setup.family().far())
    except ConfigError as error:
        return {"refused": in_one_line(error)}


def _family_values(family: Any) -> dict[str, Any]:
    p = family.parameters
    values: dict[str, Any] = {"height": p.height[1], "width": p.width[1], "ranges": p.ranges().tolist()}
    if family.name == "dungeon":
        values |= {"settings": p.settings().tolist(), "shuffled": p.shuffled_moves}
    if family.name == "arena":
        values["others"] = p.others().tolist()
    return values


def _matches(agent: Agent) -> dict[str, Any]:
    """Who plays what in matches of a person against the agent, and against the game's own player."""
    sides: dict[str, Any] = {}
    for name, against in (("agent", agent), ("bot", BOT)):
        try:
            versus = Versus(agent.game, against)
        except (ConfigError, AgentFileError) as error:
            sides[name] = {"refused": in_one_line(error, 400)}
            continue
        seat, game = versus.people[0], versus.game
        sides[name] = {
            "seat": seat,
            "you": in_one_line(versus.who(seat)),
            "goal": in_one_line(game.goal(seat), 400),
            "outcomes": dict(versus.outcomes),
            "others": game.config.others,
            "form": _form(game),
        }
    return sides


def _address(picture: bytes) -> str:
    return f"data:image/png;base64,{b64encode(picture).decode()}"
