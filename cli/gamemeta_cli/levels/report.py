"""An inspection for the terminal."""

import json
from collections.abc import Callable

import typer

from gamemeta_cli.levels.options import console
from gamemeta_cli.terminal.drawing import draw_histogram
from gamemeta_cli.terminal.whole_table import WholeTable
from gamemeta_levels.inspection.expressive_range import ExpressiveRange
from gamemeta_levels.inspection.inspect import Inspection
from gamemeta_levels.inspection.measures import MEASURES
from gamemeta_levels.inspection.summary import Summary
from gamemeta_levels.text import in_one_line, plain_number

MOST_SIZES = 9
"""Kinds of sizes that are listed; of more, the least and the largest sides are named."""
MOST_GROUPS = 5
"""Groups of equal levels that are listed."""


def show_inspection(report: Inspection, as_json: bool, drawn: ExpressiveRange | None = None) -> None:
    """Print an inspection, as tables or as JSON; measures that are the same for all levels are left out.

    Args:
        report: what to print.
        as_json: with the range that was drawn, if there is one.
        drawn: the range.
    """
    if as_json:
        with_range = {"expressive_range": drawn.to_json()} if drawn else {}
        typer.echo(json.dumps(report.to_json() | with_range, indent=1))
        return
    screen = console()
    screen.print(f"family       {report.family}, split {report.split}, {report.levels:,} levels")
    screen.print(f"solvable     {report.share_solvable:.2%} ({report.solvable:,})")
    for one in report.unsolvable:
        screen.print(f"  {in_one_line(one.name)}: {in_one_line(one.reason) or 'no plan'}", style="red")
    if len(report.unsolvable) < report.levels - report.solvable:
        screen.print(f"  and {report.levels - report.solvable - len(report.unsolvable):,} more", style="red")
    screen.print(f"duplicates   {report.duplicates:,}")
    for group in report.equal[:MOST_GROUPS]:
        more = f" and {group.levels - len(group.names):,} more" if group.levels > len(group.names) else ""
        screen.print(f"  equal: {', '.join(map(in_one_line, group.names))}{more}", style="yellow")
    if len(report.equal) > MOST_GROUPS:
        screen.print("  and others; --json lists more", style="yellow")
    screen.print(f"splits       {_splits(report)}")
    screen.print(f"sizes        {_sizes(report)}")
    screen.print(f"par          {_par(report)}")
    if len(report.par_steps) > 1:
        screen.print(draw_histogram(report.par_steps, "steps", width=screen.width), end="")
    for table in (_ranges(report), _measures(report), _tiles(report)):
        if table.row_count:
            screen.print()
            screen.print(table)


def _splits(report: Inspection) -> str:
    shares = (f"{name} {count / report.levels:.1%}" for name, count in report.splits.items() if count)
    return ", ".join(shares) or "all (none is held out)"


def _sizes(report: Inspection) -> str:
    if len(report.sizes) <= MOST_SIZES:
        return ", ".join(f"{h} x {w}: {n:,}" for (h, w), n in report.sizes.items())
    heights, widths = zip(*report.sizes, strict=True)
    return f"{len(report.sizes)} sizes of {min(heights)}..{max(heights)} x {min(widths)}..{max(widths)} tiles"


def _par(report: Inspection) -> str:
    if not report.par_steps:
        return "none: no level is solvable"
    quartiles = ", ".join(f"{report.par_quantile(share)}" for share in (0.25, 0.5, 0.75))
    summary = f", quartiles {quartiles}" if len(report.par_steps) > 1 else ""
    return f"{report.mean_par_steps:.1f} steps on average{summary}"


def _ranges(report: Inspection) -> WholeTable:
    table = _table("parameter", "range", "seen", "mean", "of the range")
    for name, one in report.ranges.items():
        realised = one.realised
        table.add_row(
            name,
            f"{plain_number(one.low)}..{plain_number(one.high)}",
            f"{plain_number(realised.least)}..{plain_number(realised.most)}",
            plain_number(realised.mean),
            f"{one.reach:.0%}",
        )
    return table


def _measures(report: Inspection) -> WholeTable:
    """Measures that the lines above do not show."""
    table = _table("measure", "least", "mean", "most", "meaning")
    for name, summary in report.measures.items():
        if name in ("size", "par_steps"):
            continue
        numbers = _numbers(summary, MEASURES[name].shown)
        table.add_row(MEASURES[name].title.lower(), *numbers, MEASURES[name].meaning)
    return table


def _tiles(report: Inspection) -> WholeTable:
    """Nothing where all levels are of one kind of tile."""
    table = _table("tiles a level", "least", "mean", "most")
    for name, summary in report.tiles.items() if len(report.tiles) > 1 else ():
        table.add_row(name, *_numbers(summary, plain_number))
    return table


def _numbers(summary: Summary, show: Callable[[float], str]) -> list[str]:
    return [show(number) for number in (summary.least, summary.mean, summary.most)]


def _table(first: str, *others: str) -> WholeTable:
    return WholeTable([first, *others], prose=["meaning"], box=None, header_style="bold", pad_edge=False)
