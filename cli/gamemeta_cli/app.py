"""The command `gamemeta`: one file a command; each parses, calls the library and shows the answer."""

import io
import sys
from typing import Annotated

import typer

from gamemeta import __version__
from gamemeta_cli import bench, demos, evaluate, games, info, levels, new, play, playground, train
from gamemeta_cli.export.bench import export as bench_export
from gamemeta_cli.export.command import export
from gamemeta_cli.judging import crossplay, reproduce, study
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.help import Application
from gamemeta_cli.terminal.settings_help import TrainCommand
from gamemeta_levels.errors import GamemetaError

app = Application(
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Train agents that adapt by themselves to levels they have never seen.",
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gamemeta {__version__}")
        raise typer.Exit


@app.callback()
def gamemeta(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
) -> None:
    """What stands before every command."""


app.command(cls=TrainCommand)(train.train)
app.command()(evaluate.evaluate)
app.command()(study.study)
app.command()(crossplay.crossplay)
app.command()(play.play)
app.command()(playground.playground)
app.command()(reproduce.reproduce)
app.command()(info.info)
app.command()(export)
app.command()(games.games)
app.add_typer(levels.app, name="levels")
app.add_typer(demos.app, name="demos")
bench.app.command("export")(bench_export)
app.add_typer(bench.app, name="bench")
app.add_typer(new.app, name="new")


def main() -> None:
    """Run the command line; whatever a user can put right ends in one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
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
