"""The agent that a word of the command line names, or that is taken when none is named."""

from collections.abc import Callable, Iterator
from pathlib import Path

from gamemeta.agent.file import AGENT_FILE, agent_path, read_agent
from gamemeta.assets import find_asset, shipped_agents
from gamemeta.command_line import command_word
from gamemeta.errors import AgentFileError, GamemetaError, UnknownName
from gamemeta.games.adapters import adapter_of
from gamemeta.games.registry import game_class, use_game
from gamemeta.games.setup import GameSetup
from gamemeta_levels.formats import NO_WORDS, Reading, family_named_by, is_level_file
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.plugins import parse_reference

RUNS = Path("runs")
DEFAULT_GAME = "maze"
"""The game whose included agent plays when no agent is named and none was trained."""


def choose_agent(
    name: Path | str | None,
    *,
    level: str | None = None,
    tiles: TileWords = NO_WORDS,
    read: Reading | None = None,
) -> Path:
    """The path of an agent file: the one named, that of the newest run, or the included one.

    Args:
        name: an agent file, the directory of a run, the name of a run below ./runs, or a game as a user types
            it (`tag`, `my_game.py:MyGame`), whose agents alone are then looked at. What exists as a path is
            never taken for a game.
        level: a level as a user types it (`test:17`, a file). Where no agent is named, one is taken that
            plays such levels.
        tiles: what the tiles of that file mean, where an editor wrote it.
        read: reads it; `gamemeta_levels.formats.read_level` if None.

    Raises:
        AgentFileError: there is no such agent.
        LevelError, UnknownName: the level is in a file that cannot be read, or in a split that is none.
        PluginError: the package that offers this game cannot be imported.
    """
    path = None if name is None else Path(name)
    if path is not None and is_level_file(path) and not path.is_dir():
        raise AgentFileError(
            f"{path} is named as a level file, and this must be an agent. Give the level by itself: "
            f"`gamemeta play --level {command_word(path)}`, `gamemeta levels rate {command_word(path)}`."
        )
    if path is not None and (_is_there(path) or not _may_be_game(path)):
        return agent_path(path)
    if path is None:
        return _of_any_game(None if level is None else family_named_by(level, words=tiles, read=read))
    game = use_game(_typed(path))
    try:
        game_named(game)
    except AgentFileError:
        if _is_run(path):
            return RUNS / path / AGENT_FILE
        raise
    return _of_game(game, str(path))


def agent_or_game(name: Path) -> Path | str:
    """As `choose_agent`; the name of the game where a game is named of which there is no agent yet.

    Raises: as `choose_agent`, and UnknownName or PluginError where the game cannot be played.
    """
    if _is_there(name) or not _may_be_game(name) or _is_run(name):
        return choose_agent(name)
    game = use_game(_typed(name))
    return _any_of_game(game_named(game)) or game


def _of_game(game: str, word: str) -> Path:
    return _any_of_game(game) or _none(f" of {game}", word)


def _any_of_game(game: str) -> Path | None:
    """The newest run of a game, else the agent that comes with gamemeta for it."""
    return _newest(lambda run: read_agent(run).game == game) or find_asset(f"agents/{game}.safetensors")


def _of_any_game(family: str | None) -> Path:
    """The newest run that plays levels of this family, or of any; else what comes with gamemeta."""
    path = _newest(lambda run: family is None or _family_of(run) == family)
    if path is None:
        shipped = (find_asset(f"agents/{game}.safetensors") for game in _default_first())
        path = next((one for one in shipped if one and (family is None or _family_of(one) == family)), None)
    of = "" if family in (None, DEFAULT_GAME) else f" that plays levels of the family {family!r}"
    return path or _none(of, DEFAULT_GAME if family is None else family)


def _default_first() -> list[str]:
    return [DEFAULT_GAME, *(game for game in shipped_agents() if game != DEFAULT_GAME)]


def _newest(wanted: Callable[[Path], bool]) -> Path | None:
    """The newest run whose agent is wanted; a damaged one is not."""
    for run in _runs():
        try:
            if wanted(run):
                return run
        except GamemetaError:
            continue
    return None


def _runs() -> Iterator[Path]:
    """Agents of runs, from the newest to the oldest."""
    yield from sorted(RUNS.glob(f"*/{AGENT_FILE}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)


def _family_of(agent: Path) -> str:
    """The family whose levels an agent plays. Raises GamemetaError where its game cannot be made."""
    return GameSetup.of(read_agent(agent)).family().name


def _none(of: str, word: str) -> Path:
    raise AgentFileError(
        f"there is no agent{of}: none below {RUNS}/, and none came with gamemeta. Train one with "
        f"`gamemeta train {command_word(word)}`, or name an agent file."
    )


def _is_there(name: Path) -> bool:
    """Whether this is a path that exists; a file of Python lacks the name of its class."""
    return name.exists() and name.suffix != ".py"


def _may_be_game(name: Path) -> bool:
    """Whether what is no path can be meant as a game."""
    return _is_plain(name) or adapter_of(name.as_posix()) is not None or _is_file(name)


def _typed(name: Path) -> str:
    """A game as the user typed it; the path of a file has the slashes of this system."""
    return str(name) if _is_file(name) else name.as_posix()


def _is_run(name: Path) -> bool:
    """Whether a run below ./runs has this name."""
    return _is_plain(name) and (RUNS / name / AGENT_FILE).is_file()


def _is_plain(name: Path) -> bool:
    return not name.suffix and name.name == str(name)


def _is_file(name: Path) -> bool:
    """Whether this names a class in a file."""
    return adapter_of(name.as_posix()) is None and parse_reference(str(name)) is not None


def game_named(name: str) -> str:
    """The name, where a game has it. Raises AgentFileError where none has."""
    try:
        game_class(name)
    except UnknownName as error:
        raise AgentFileError(
            f"{name}: this is no agent file and no directory of a run, and there is {error}"
        ) from None
    return name
