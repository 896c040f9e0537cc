"""`gamemeta new`: a small package to begin one's own game or level family with."""

from pathlib import Path
from typing import Annotated

import typer

from gamemeta_cli.terminal.help import Application

app = Application(help="Write a small package: a game or a level family of your own.")

Name = Annotated[str, typer.Argument(help="Its name: small letters, digits and _.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The folder to write. Default: ./NAME.", show_default=False),
]


@app.command()
def game(name: Name, out: Out = None) -> None:
    """Write a game with rules, levels and tests of its own; it can be trained at once."""
    _write("game", name, out)


@app.command()
def family(name: Name, out: Out = None) -> None:
    """Write a generator of levels, played by the rules of the maze; it can be trained at once."""
    _write("family", name, out)


def _write(kind: str, name: str, out: Path | None) -> None:
    from gamemeta.authoring import write_package

    folder = write_package(kind, name, out)
    place = f'"{folder}"' if " " in str(folder) else str(folder)
    typer.echo(f"wrote {folder}. Go on with:")
    typer.echo(f"  cd {place}")
    typer.echo('  pip install -e ".[dev]"')
    typer.echo("  pytest")
    typer.echo(f"  gamemeta train {name}")
