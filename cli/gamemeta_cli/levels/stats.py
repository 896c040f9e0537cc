"""`gamemeta levels stats`."""

from typing import Annotated

import typer

from gamemeta_cli.levels.options import (
    CountOption,
    FamilyOption,
    JsonOption,
    SeedOption,
    SetOption,
    Split,
    SplitOption,
    family_with,
    progress_of,
)
from gamemeta_cli.levels.report import show_inspection
from gamemeta_cli.options import Tiles, words_in
from gamemeta_levels.formats import DEFAULT_FAMILY
from gamemeta_levels.formats.gather import is_gathering, level_files, read_levels
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.inspection.inspect import Inspection, inspect_generated, inspect_levels
from gamemeta_levels.registry import families, family_class


def stats(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FAMILY|DIR|GLOB",
            help="A level generator, a folder of level files, or a pattern in quotes, such as 'mine/*.json'.",
        ),
    ] = DEFAULT_FAMILY,
    count: CountOption = 100_000,
    split: SplitOption = Split.any,
    seed: SeedOption = 0,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
    family: FamilyOption = DEFAULT_FAMILY,
    as_json: JsonOption = False,
    tiles: Tiles = None,
) -> None:
    """Measure levels: share that is solvable, duplicates, difficulty, splits, ranges of parameters."""
    if source not in families() and is_gathering(source):
        report = _of_files(source, family, words_in(tiles))
    else:
        drawn = family_with(source, overrides)
        with progress_of(count) as progress:
            report = inspect_generated(drawn, split.value, count, first_seed=seed, progress=progress)
    show_inspection(report, as_json)


def _of_files(word: str, family: str, words: TileWords) -> Inspection:
    levels = read_levels(level_files(word), family, words)
    with progress_of(len(levels)) as progress:
        return inspect_levels(family_class(levels[0].family)(), levels, progress=progress)
