"""Commands of gamemeta as text that a terminal takes as it is printed."""

import os
import re
import shlex
from pathlib import Path

_PLAIN = re.compile(r"[\w@:,./\\=+~-]+", re.ASCII)
"""What no shell of Windows reads in a way of its own."""


def command_word(word: Path | str) -> str:
    """A path or a name as one word of a command line, in quotes where a shell would read it otherwise.

    On Windows in double quotes, which `cmd` and PowerShell both take.
    """
    text = str(word)
    if os.name != "nt":
        return shlex.quote(text)
    return text if _PLAIN.fullmatch(text) else f'"{text}"'


def resume_command(directory: Path, game: str | None = None) -> str:
    """The command that goes on with a run.

    Args:
        directory: of the run.
        game: what a user types as its game; None where it need not be named.
    """
    named = f"{command_word(game)} " if game else ""
    return f"gamemeta train {named}--resume {command_word(directory)}"


def par_command(agent: Path | str, game: str | None = None) -> str:
    """The command that goes on from an agent with a return to aim at; `game` as `resume_command` has it."""
    named = f"{command_word(game)} " if game else ""
    return f"gamemeta train {named}--from {command_word(agent)} --set game.par=N"


def play_command(agent: Path, game: str | None = None, level: Path | str = "test:0") -> str:
    """The command that shows an agent on a level, by default the first for testing; `game` as
    `resume_command` has it."""
    named = f" --game {command_word(game)}" if game else ""
    return f"gamemeta play {command_word(agent)} --level {command_word(level)}{named}"


def evaluate_command(agent: Path, game: str | None = None, levels: Path | None = None) -> str:
    """The command that judges an agent on test levels, or on those in files; `game` as `resume_command` has
    it."""
    named = f" --game {command_word(game)}" if game else ""
    chosen = f" --levels {command_word(levels)}" if levels else ""
    return f"gamemeta evaluate {command_word(agent)}{named}{chosen}"
