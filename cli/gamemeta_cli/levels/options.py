"""Options and small parts that the commands about levels share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from gamemeta.config import make, parse_value
from gamemeta_cli.options import words_in
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_levels.errors import ConfigError
from gamemeta_levels.family import LevelFamily
from gamemeta_levels.formats import DEFAULT_FAMILY, family_named_by, resolve
from gamemeta_levels.formats.once import ReadOnce
from gamemeta_levels.level import Level
from gamemeta_levels.registry import family_class


class Split(StrEnum):
    """The choices of `--split`."""

    train = "train"
    validation = "validation"
    test = "test"
    far = "far"
    any = "any"


class Format(StrEnum):
    """The choices of `--format`."""

    txt = "txt"
    json = "json"
    tmx = "tmx"
    tmj = "tmj"
    ldtk = "ldtk"


FamilyArgument = Annotated[
    str, typer.Argument(metavar="FAMILY", help="Level generator: a name of `gamemeta levels list`.")
]
FamilyOption = Annotated[
    str, typer.Option("--family", metavar="FAMILY", help="Level generator, where a file does not name it.")
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of the first level.")]
SplitOption = Annotated[Split, typer.Option("--split", help="Part of the levels to draw from.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
CountOption = Annotated[
    int, typer.Option("--count", metavar="N", min=1, help="How many levels; their seeds follow one another.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE|DIR", help="Write to a file or folder instead of printing.", show_default=False
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="File format; tmx and tmj are of Tiled. Default: txt where it can hold the level, else json.",
    ),
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")]
SetOption = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=LOW..HIGH",
        help="Change one parameter of the generator, such as width=9..13; repeatable.",
    ),
]
WORDS_FOR_LEVEL = "A level: a seed (17), a seed of a split (test:17, far:3), or a level file."


def family_with(name: str, overrides: list[str]) -> LevelFamily:
    """The family of this name, with some of its parameters overridden as `name=value`.

    Raises:
        UnknownName: no such family.
        ConfigError: no such parameter, or a value out of range.
    """
    source = family_class(name)()
    if not overrides:
        return source
    values = dict(vars(source.parameters))
    for text in overrides:
        parameter, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--set {text!r}: write name=value, such as width=9..13.")
        values[parameter.strip()] = parse_value(value)
    return family_class(name)(make(type(source.parameters), values, name))


def open_level(
    word: str, family: str = DEFAULT_FAMILY, tiles: Path | None = None
) -> tuple[LevelFamily, Level]:
    """The level that a word names, and its family: the one a level file names, or else `family`.

    Raises: as `gamemeta_levels.formats.resolve` and `words_in`.
    """
    words, read = words_in(tiles), ReadOnce()
    source = family_class(family_named_by(word, family, words, read))()
    return source, resolve(word, source, words, read)


def console() -> Console:
    """Where these commands print."""
    return PlainConsole(soft_wrap=True)


def number_of(count: int, what: str) -> str:
    """A count with its word in the plural where it takes one: `1 step`, `1,024 levels`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


@contextmanager
def progress_of(count: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on the terminal's error stream; yields a function to call with the number done."""
    with Progress(console=PlainConsole(stderr=True), transient=True) as progress:
        task = progress.add_task("levels", total=count)

        def seen(levels: int) -> None:
            progress.update(task, completed=levels)

        yield seen
