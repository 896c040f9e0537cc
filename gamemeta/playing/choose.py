"""Which agent plays when none is named."""

from pathlib import Path

import gamemeta
from gamemeta.assets import find_asset
from gamemeta.errors import AgentFileError, UnknownName
from gamemeta.games.adapters import is_path_like
from gamemeta.games.registry import game_class, games

RUNS, AGENT_FILE = Path("runs"), "agent.safetensors"


DEFAULT_GAME = "maze"
"""Whose shipped agent plays when nothing is named and nothing was trained."""


def choose_agent(given: Path | None) -> Path:
    """The agent file that is meant: the one given, the newest run's, or the shipped one.

    Args:
        given: an agent file, the folder of a run, or the name of a game, whose agents alone are then
            looked at. What exists as a path is never taken for a game.

    Raises:
        AgentFileError: there is no such agent.
        PluginError: the package that offers this game cannot be imported.
    """
    if given is not None and given.is_dir():
        return given / AGENT_FILE
    outside = given is not None and is_path_like(given.as_posix())
    if given is not None and (given.exists() or (not outside and (given.suffix or given.name != str(given)))):
        return given
    game = None if given is None else game_named(given.as_posix())
    runs = sorted(RUNS.glob(f"*/{AGENT_FILE}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    found = next((run for run in runs if game is None or _plays(run, game)), None)
    found = found or find_asset(f"agents/{game or DEFAULT_GAME}.safetensors")
    if found is None:
        of = f" of {game}" if game else ""
        raise AgentFileError(
            f"there is no agent{of} to watch: none below {RUNS}/, and none came with gamemeta. Train one "
            f"with `gamemeta train {game or DEFAULT_GAME}`, or name an agent file."
        )
    return found


def game_named(name: str) -> str:
    """The name, where a game has it. Raises AgentFileError where none has."""
    try:
        game_class(name)
    except UnknownName:
        raise AgentFileError(
            f"{name}: this is no agent file, no folder of a run and no game. Name a file, or one of the "
            f"games: {', '.join(sorted(games()))}."
        ) from None
    return name


def _plays(run: Path, game: str) -> bool:
    """Whether this file holds an agent of the game; a damaged file does not."""
    try:
        return gamemeta.load(run).game == game
    except AgentFileError:
        return False
