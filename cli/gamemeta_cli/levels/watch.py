"""`gamemeta levels watch`: levels are play-tested again whenever they are saved."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta.errors import GamemetaError
from gamemeta.playing.choose import choose_agent
from gamemeta_cli.levels.playtest import Repeats
from gamemeta_cli.options import Seed, Tiles, words_in
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_levels.errors import LevelError
from gamemeta_levels.files.saves import saves
from gamemeta_levels.formats.gather import each_level, level_files
from gamemeta_levels.formats.once import ReadOnce
from gamemeta_levels.formats.tile_words import TileWords

if TYPE_CHECKING:
    from rich.console import Console

    from gamemeta.evaluation.playtest.level_test import LevelTest


def watch(
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE|DIR",
            help="A level file, a folder of them, or a pattern in quotes.",
            show_default=False,
        ),
    ],
    agent: Annotated[
        Path | None,
        typer.Option(
            metavar="AGENT",
            help="Agent file, run or game. Default: the newest run that fits, else one included.",
            show_default=False,
        ),
    ] = None,
    repeats: Repeats = 16,
    seed: Seed = 0,
    tiles: Tiles = None,
) -> None:
    """Play-test level files now and on every save, until Ctrl-C."""
    meaning = words_in(tiles)
    level_files(place)  # a name that is wrong is refused; later files may come and go
    console = PlainConsole(soft_wrap=True)
    for saved in saves(lambda: _files(place)):
        for file in saved:
            for level in each_level(str(file)):
                _show(console, level, agent, repeats, seed, meaning)


def _files(place: str) -> Iterable[Path]:
    """The files of levels that there are now; of a file of several levels, the file."""
    try:
        paths = level_files(place)
    except LevelError:
        return []
    return dict.fromkeys(Path(str(path).partition("#")[0]) if not path.exists() else path for path in paths)


def _show(
    console: "Console", level: str, agent: Path | None, repeats: int, seed: int, tiles: TileWords
) -> None:
    """A block of lines about one level."""
    from gamemeta.agent.file import read_agent
    from gamemeta.evaluation.playtest.playtest import playtest

    console.print(level, style="bold")
    read = ReadOnce()
    try:
        file = read_agent(choose_agent(agent, level=level, tiles=tiles, read=read))
        result = playtest(file, [level], tiles=tiles, read=read, repeats=repeats, seed=seed, generated=0)
    except GamemetaError as error:
        console.print(f"  {error}", style="red")
        return
    (test,) = result.tests
    if test.tries is not None:
        console.print(f"  {_summary(test)}", style="green")
    elif not test.findings:
        console.print(f"  {test.rating.error}", style="red")
    for finding in test.findings:
        console.print(f"  {finding.words}", style="red" if finding.problem else "yellow")


def _summary(test: "LevelTest") -> str:
    """A level that was played, in a line."""
    agent = test.curves["agent"]
    tries = zip(agent.success, agent.steps, strict=True)
    words = [f"{share:.0%} solve it, {steps:.1f} steps" for share, steps in tries]
    return f"difficulty {test.difficulty:.2f}; first try: {words[0]}; last try: {words[-1]}"
