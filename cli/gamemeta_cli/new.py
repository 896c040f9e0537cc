"""`gamemeta new`: a small package to begin one's own game or level family with."""

from pathlib import Path
from typing import Annotated

import typer

from gamemeta_cli.terminal.console import echo
from gamemeta_cli.terminal.help import Application

app = Application(help="Write a package to start your own game or level generator from.")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the package: small letters, digits and _.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder to write into. Default: ./NAME.", show_default=False),
]


@app.command()
def game(name: Name, out: Out = None) -> None:
    """Write a package with a game of your own: rules, levels and tests."""
    _write("game", name, out)


@app.command()
def family(name: Name, out: Out = None) -> None:
    """Write a package with a level generator of your own, for the rules of the maze."""
    _write("family", name, out)


def _write(kind: str, name: str, out: Path | None) -> None:
    from gamemeta.authoring import write_package
    from gamemeta.command_line import command_word

    folder = write_package(kind, name, out)
    echo(f"wrote {folder}. Go on with:")
    echo(f"  cd {command_word(folder)}")
    echo('  pip install -e ".[dev]"')
    echo("  pytest")
    echo(f"  gamemeta train {name}")
