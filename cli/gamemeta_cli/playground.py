"""`gamemeta playground`: a page in the browser to draw levels, watch an agent learn them, and play."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gamemeta.errors import ConfigError
from gamemeta.playing.choose import choose_agent
from gamemeta_cli.terminal.console import echo
from gamemeta_levels.packages import install_command

LOCAL = "127.0.0.1"


def playground(
    agent: Annotated[
        Path | None,
        typer.Argument(
            metavar="AGENT",
            help="Agent file, run or game. Default: the included agents.",
            show_default=False,
        ),
    ] = None,
    other: Annotated[
        Path | None,
        typer.Argument(
            metavar="OTHER",
            help="Another agent of the same game, which plays beside it in place of the twin without memory.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="P", help="Port to listen at; 0 takes a free one.")
    ] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen at, such as 0.0.0.0 for other machines; the page then has a token in its "
            "address.",
        ),
    ] = LOCAL,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the page to a file that needs no Python and no network, instead of serving it.",
        ),
    ] = None,
    game: Annotated[
        str | None,
        typer.Option(metavar="GAME", help="With --out: maze, dungeon or tag, by the included agent."),
    ] = None,
) -> None:
    """Draw levels in the browser, watch an agent learn them, and play yourself."""
    path = None if agent is None else choose_agent(agent)
    beside = None if other is None else choose_agent(other)
    if out is not None:
        if port or not browser or host != LOCAL:
            raise ConfigError(
                "--out writes a file: --port, --host and --no-browser are for a page that is served."
            )
        from gamemeta.playground.single_file import write_page

        size = write_page(out, path, game)
        echo(f"{out}, {size / 1e6:.2f} MB: open it in any browser")
        return
    if game is not None:
        raise ConfigError("--game is for --out. Without it the page offers all games.")
    with its_packages():
        from gamemeta.playground.serve import serve
    serve(path, port=port, host=host, browser=browser, show=show_address, beside=beside)


def show_address(address: str) -> None:
    """Print the address of a page."""
    echo(f"{address}  (Ctrl-C ends)")


@contextmanager
def its_packages() -> Iterator[None]:
    """A block that imports the playground. Raises ConfigError where one of its packages is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("anyio", "starlette", "uvicorn", "websockets"):
            raise
        raise ConfigError(
            f"the playground needs {error.name}. Run: {install_command('playground')}"
        ) from None
