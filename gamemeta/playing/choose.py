"""The agent that plays when none is named."""

from pathlib import Path

import gamemeta
from gamemeta.assets import find_asset
from gamemeta.command_line import command_word
from gamemeta.errors import AgentFileError, UnknownName
from gamemeta.games.adapters import adapter_of
from gamemeta.games.registry import game_class, games, use_game
from gamemeta_levels.plugins import parse_reference

RUNS, AGENT_FILE = Path("runs"), "agent.safetensors"


DEFAULT_GAME = "maze"
"""The game whose included agent plays when no agent is named and none was trained."""


def choose_agent(name: Path | None) -> Path:
    """The path of an agent file: the one named, that of the newest run, or the included one.

    Args:
        name: an agent file, the folder of a run, or a game as a user types it, whose agents alone are then
            looked at: `my_game.py:MyGame`, too. What exists as a path is never taken for a game.

    Raises:
        AgentFileError: there is no such agent.
        PluginError: the package that offers this game cannot be imported.
    """
    if name is not None and name.is_dir():
        return name / AGENT_FILE
    if name is not None and (name.exists() or not _may_be_game(name)):
        return name
    game = None if name is None else game_named(use_game(str(name) if _is_file(name) else name.as_posix()))
    runs = sorted(RUNS.glob(f"*/{AGENT_FILE}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    path = next((run for run in runs if game is None or _plays(run, game)), None)
    path = path or find_asset(f"agents/{game or DEFAULT_GAME}.safetensors")
    if path is None:
        of = f" of {game}" if game else ""
        raise AgentFileError(
            f"there is no agent{of} to watch: none below {RUNS}/, and none came with gamemeta. Train one "
            f"with `gamemeta train {command_word(str(name or DEFAULT_GAME))}`, or name an agent file."
        )
    return path


def _may_be_game(name: Path) -> bool:
    """Whether what is no path can be meant as a game."""
    plain = not name.suffix and name.name == str(name)
    return plain or adapter_of(name.as_posix()) is not None or _is_file(name)


def _is_file(name: Path) -> bool:
    """Whether this names a class in a file."""
    return adapter_of(name.as_posix()) is None and parse_reference(str(name)) is not None


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
