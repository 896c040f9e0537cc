"""The command `gamemeta`: one file a command; each parses, calls the library and shows the answer."""

import io
import sys
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer

from gamemeta import __version__
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.help import Application
from gamemeta_levels.errors import GamemetaError

COMMANDS = {
    "train": "train:train",
    "evaluate": "evaluate:evaluate",
    "study": "judging.study:study",
    "tune": "judging.tune:tune",
    "crossplay": "judging.crossplay:crossplay",
    "play": "play:play",
    "playground": "playground:playground",
    "reproduce": "judging.reproduce:reproduce",
    "info": "info:info",
    "export": "export.command:export",
    "games": "games:games",
    "levels": "levels:app",
    "demos": "demos:app",
    "bench": "bench:app",
    "new": "new:app",
}
"""Where the function of each command is, or the group of commands."""


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gamemeta {__version__}")
        raise typer.Exit


def gamemeta(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
) -> None:
    """What stands before every command."""


@cache
def application(wanted: str = "") -> Application:
    """The command line.

    Args:
        wanted: a command that comes alone, so that the others need not be imported; all come with any other
            word.
    """
    made = Application(
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Train agents that adapt by themselves to levels they have never seen.",
    )
    made.callback()(gamemeta)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        _add(made, name)
    return made


def _add(made: Application, name: str) -> None:
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(import_module(f"gamemeta_cli.{module}"), attribute)
    if isinstance(command, typer.Typer):
        made.add_typer(command, name=name)
    elif name == "train":
        from gamemeta_cli.terminal.settings_help import TrainCommand

        made.command(name, cls=TrainCommand)(command)
    else:
        made.command(name)(command)


def __getattr__(name: str) -> Any:
    """`app`, with all commands."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return application()


def main() -> None:
    """Run the command line; whatever a user can put right ends in one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        application(next((word for word in sys.argv[1:] if not word.startswith("-")), ""))()
    except GamemetaError as error:
        fail(str(error))
    except MemoryError:
        fail("there is not enough memory for these sizes. Give smaller ones.")
    except OSError as error:
        _fail_for_game(error)
        place = f"{error.filename}: " if error.filename else ""
        fail(f"{place}{error.strerror or error}.")
    except Exception as error:
        _fail_for_game(error)
        raise


def _fail_for_game(error: BaseException) -> None:
    """Leave with an error that names the game's own code, where the error came from there."""
    from gamemeta.games.blame import blamed, place_of

    if place_of(error, packages=False):
        fail(str(blamed(error)))


def fail(message: str) -> None:
    """Print an error and leave with exit code 2."""
    PlainConsole(stderr=True, soft_wrap=True).print(f"error: {message}", style="red")
    sys.exit(2)
