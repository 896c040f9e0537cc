"""`gamemeta playground`: a page in the browser to draw levels, watch an agent learn them, and play."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta.errors import ConfigError
from gamemeta_cli.terminal.console import echo
from gamemeta_levels.packages import install_command

if TYPE_CHECKING:
    from gamemeta.playground.levels.openings import Opening

LOCAL = "127.0.0.1"
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Read when NumPy is imported. The products here are small: threads would mostly wait for each other."""


AgentWord = Annotated[
    Path | None,
    typer.Argument(
        metavar="AGENT",
        help="Agent file, run or game, also your own class as FILE.py:CLASS. A game without an agent is "
        "played at random. Default: the included agents.",
        show_default=False,
    ),
]
OtherAgent = Annotated[
    Path | None,
    typer.Argument(
        metavar="OTHER",
        help="Another agent of the same game, which plays beside it in place of the twin without memory.",
        show_default=False,
    ),
]
Levels = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SEED|FILE",
        help="Level to begin with: a seed (17, test:17) or a level file. Given twice, the two levels are "
        "played side by side. Default: test:0.",
        show_default=False,
    ),
]
Port = Annotated[
    int, typer.Option(min=0, max=65535, metavar="P", help="Port to listen at; 0 takes a free one.")
]
OpenBrowser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")]
Host = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Address to listen at, such as 0.0.0.0 for other machines; the page then has a token in its "
        "address.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the page to a file that needs no Python and no network, instead of serving it.",
    ),
]
GameWord = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.py:CLASS|GAME",
        help="Game of an agent that was trained on a class in a file (the file is run). With --out: "
        "maze, dungeon or tag, by the included agent.",
        show_default=False,
    ),
]


def playground(
    agent: AgentWord = None,
    other: OtherAgent = None,
    level: Levels = None,
    port: Port = 0,
    browser: OpenBrowser = True,
    host: Host = LOCAL,
    out: Out = None,
    game: GameWord = None,
) -> None:
    """Draw levels in the browser, watch an agent learn them, and play yourself."""
    if out is not None:
        if port or not browser or host != LOCAL or level or other:
            raise ConfigError(
                "--out writes a file with one agent: OTHER, --level, --port, --host and --no-browser are for "
                "a page that is served."
            )
        from gamemeta.playground.single_file import write_page
        from gamemeta.playing.choose import choose_agent

        size = write_page(out, None if agent is None else choose_agent(agent), game)
        echo(f"{out}, {size / 1e6:.2f} MB: open it in any browser")
        return
    for name in THREAD_SETTINGS:
        os.environ.setdefault(name, "1")
    with its_packages():
        from gamemeta.playground.serve import serve
    path, untrained = chosen(agent, game, level) if agent or game or level else (None, "")
    serve(
        path,
        untrained=untrained,
        levels=opening_levels(path, untrained, level or []),
        port=port,
        host=host,
        browser=browser,
        show=show_address,
        beside=None if other is None else file_of(other),
    )


def file_of(agent: Path) -> Path:
    """The file of an agent, run or game."""
    from gamemeta.playing.choose import choose_agent

    return choose_agent(agent)


def chosen(agent: Path | None, game: str | None, levels: list[str] | None) -> tuple[Path | None, str]:
    """The agent file that comes first, or the name of the game that is played at random, or neither."""
    from gamemeta.agent.file import read_agent
    from gamemeta.games.registry import refuse_other_game, use_game
    from gamemeta.playing.choose import agent_or_game, choose_agent

    named = None if game is None else use_game(game)
    if agent is None and game is None:
        return (choose_agent(None, level=levels[0]) if levels else None), ""
    choice = agent_or_game(agent or Path(str(game)))
    if isinstance(choice, str):
        refuse_other_game(named, choice)
        return None, choice
    refuse_other_game(named, read_agent(choice).game)
    return choice, ""


def opening_levels(agent: Path | None, game: str, words: list[str]) -> "list[Opening]":
    """The levels that the page begins with."""
    if not words:
        return []
    from gamemeta.agent.file import read_agent
    from gamemeta.games.setup import GameSetup
    from gamemeta.playground.levels.openings import openings

    setup = GameSetup(game) if agent is None else GameSetup.of(read_agent(agent))
    return openings(words, setup.family())


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
