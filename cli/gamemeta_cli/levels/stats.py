"""`gamemeta levels stats`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gamemeta.evaluation.level_range.level_stats import LevelStats
from gamemeta.evaluation.level_range.measuring import Generated, measure_family, measure_files
from gamemeta_cli.levels.options import (
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
from gamemeta_cli.terminal.console import echo
from gamemeta_levels.errors import ConfigError
from gamemeta_levels.formats import DEFAULT_FAMILY, in_lines
from gamemeta_levels.formats.gather import is_gathering, level_files, read_levels
from gamemeta_levels.inspection.features import PAIRS, parse_pair
from gamemeta_levels.inspection.inspect import Inspection, inspect_generated, inspect_levels
from gamemeta_levels.registry import families

GENERATED, BEHIND = 100_000, 2000
"""Levels that are generated: of a family, and behind the levels of files."""
USUAL_PAIRS = "; ".join(f"{family}: {','.join(pair)}" for family, pair in PAIRS.items())

Count = Annotated[
    int | None,
    typer.Option(
        "--count",
        metavar="N",
        min=1,
        help=f"Generated levels; their seeds follow one another. Default: {GENERATED:,}, or {BEHIND:,} "
        "behind the levels of files in a page or a figure.",
        show_default=False,
    ),
]
Measures = Annotated[
    str | None,
    typer.Option(
        metavar="X,Y",
        help="Two measures for the picture: size, par_steps, openness, dead_ends, junctions, braiding, or a "
        f"parameter of the family, such as monsters. Default of {USUAL_PAIRS}.",
        show_default=False,
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.html", help="Also write a page with pictures of all of this.", show_default=False
    ),
]
Figure = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.png|.svg",
        help="Also draw the expressive range: how many levels have which values of two measures. Levels of "
        "files are points on those that their family generates.",
        show_default=False,
    ),
]


def stats(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FAMILY|DIR|GLOB",
            help="A level generator, a folder of level files, or a pattern in quotes, such as 'mine/*.json'.",
        ),
    ] = DEFAULT_FAMILY,
    count: Count = None,
    split: SplitOption = Split.any,
    seed: SeedOption = 0,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
    family: FamilyOption = DEFAULT_FAMILY,
    measures: Measures = None,
    report: Report = None,
    figure: Figure = None,
    as_json: JsonOption = False,
    tiles: Tiles = None,
) -> None:
    """Measure levels: which are solvable or equal, difficulty, what they are like, their expressive range."""
    pair = parse_pair(measures) if measures is not None else None
    drawn = bool(report or figure or (pair and as_json))
    if pair and not drawn:
        raise ConfigError("--measures is for a picture: add --report, --figure or --json.")
    _check_targets(report, figure)
    paths = level_files(source) if source not in families() and is_gathering(source) else []
    levels, names = read_levels(paths, family, words_in(tiles)), _names(source, paths)
    generator = family_with(levels[0].family if levels else source, overrides)
    number = count or (BEHIND if levels else GENERATED)
    if drawn:
        generated = Generated(generator, split.value, number, seed)
        with progress_of(number) as progress:
            if levels:
                result = measure_files(levels, names, source, generated, pair=pair, progress=progress)
            else:
                result = measure_family(generated, pair=pair, progress=progress)
        show_inspection(_in_lines(result.report, names, paths), as_json, result.range)
        _write(result, report, figure)
        return
    with progress_of(len(levels) or number) as progress:
        if levels:
            inspection = inspect_levels(generator, levels, names=names, progress=progress)
        else:
            inspection = inspect_generated(generator, split.value, number, first_seed=seed, progress=progress)
    show_inspection(_in_lines(inspection, names, paths), as_json)


def _names(source: str, paths: list[Path]) -> list[str]:
    """Names of level files: without the folder where that was given."""
    return [str(path.relative_to(source) if path.is_relative_to(source) else path) for path in paths]


def _in_lines(report: Inspection, names: list[str], paths: list[Path]) -> Inspection:
    """The same with places by the lines of drawings in text."""
    files = dict(zip(names, paths, strict=True))
    unsolvable = []
    for one in report.unsolvable:
        (reason,) = in_lines([one.reason], files.get(one.name, one.name))
        unsolvable.append(replace(one, reason=reason))
    return replace(report, unsolvable=tuple(unsolvable))


def _check_targets(report: Path | None, figure: Path | None) -> None:
    if not (report or figure):
        return
    from gamemeta.evaluation.level_range.range_chart import FORMATS
    from gamemeta.evaluation.page.charts import check_matplotlib
    from gamemeta.evaluation.page.html import check_target

    check_matplotlib()
    if report:
        check_target(report, (".html", ".htm"))
    if figure:
        check_target(figure, FORMATS)


def _write(result: LevelStats, report: Path | None, figure: Path | None) -> None:
    """The page first, which also tells why there is no picture."""
    from gamemeta.evaluation.level_range.page import write_page
    from gamemeta.evaluation.level_range.range_chart import write_range

    for path, write in ((report, write_page), (figure, write_range)):
        if path:
            write(result, path)
            echo(f"wrote {path}", err=True)
