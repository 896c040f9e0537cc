"""`gamemeta levels diff`."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from gamemeta_cli.levels.options import (
    WORDS_FOR_LEVEL,
    FamilyOption,
    JsonOption,
    console,
    number_of,
    open_level,
)
from gamemeta_cli.options import Tiles
from gamemeta_cli.terminal.drawing import draw_difference
from gamemeta_levels.formats import DEFAULT_FAMILY
from gamemeta_levels.inspection.compare import Comparison, HiddenChange
from gamemeta_levels.inspection.words import numbers_in_words, rules_in_words
from gamemeta_levels.level import Entity

MOST_LINES = 20
"""Changes of one kind that are listed; the drawing and JSON have them all."""


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=WORDS_FOR_LEVEL)],
    after: Annotated[str, typer.Argument(metavar="B", help=WORDS_FOR_LEVEL)],
    family: FamilyOption = DEFAULT_FAMILY,
    as_json: JsonOption = False,
    tiles: Tiles = None,
) -> None:
    """Show the differences of two levels. Exit code 0: equal, 1: different, 2: bad input."""
    (first, one), (second, other) = open_level(before, family, tiles), open_level(after, family, tiles)
    changes = Comparison(one, other)
    if as_json:
        typer.echo(json.dumps(changes.to_json(), indent=1))
    elif changes.equal:
        console().print("equal: the same tiles, things and hidden rules")
    else:
        rules = (rules_in_words(first, one), rules_in_words(second, other))
        screen = console()
        for line in (*_about(changes), *_things(changes), *_hidden(changes, *rules)):
            screen.print(line)
        if changes.tiles or not changes.same_size:
            screen.print("\na place that differs shows the tile of A, then that of B; _ is outside a level")
            screen.print(draw_difference(changes), end="")
    if not changes.equal:
        raise typer.Exit(1)


def _about(changes: Comparison) -> Iterator[str]:
    one, other = changes.before, changes.after
    if one.family != other.family:
        yield f"family: {one.family} -> {other.family}"
    if not changes.same_size:
        yield f"size: {one.height} x {one.width} -> {other.height} x {other.width} tiles"
    if changes.tiles:
        shared = "" if changes.same_size else " where both have one"
        count = len(changes.tiles)
        yield f"tiles: {number_of(count, 'place')} differ{'s' * (count == 1)}{shared}"
        yield from _first([f"  {change}" for change in changes.tiles])


def _things(changes: Comparison) -> Iterator[str]:
    if changes.removed or changes.added:
        yield "things:"
        yield from _first(
            [f"  - {_place(one)}" for one in changes.removed]
            + [f"  + {_place(one)}" for one in changes.added]
        )


def _hidden(changes: Comparison, before: list[str], after: list[str]) -> Iterator[str]:
    """Lines of the rules in words that differ; the numbers where the words do not show it."""
    if not changes.hidden:
        return
    yield f"hidden rules: {number_of(len(changes.hidden), 'number')} differ{'s' * (len(changes.hidden) == 1)}"
    plain = before == numbers_in_words(changes.before) and after == numbers_in_words(changes.after)
    gone, new = ([line for line in a if line not in b] for a, b in ((before, after), (after, before)))
    if plain or not (gone or new):
        yield from _first([f"  {_number(change)}" for change in changes.hidden])
    else:
        yield from _first([f"  - {line}" for line in gone])
        yield from _first([f"  + {line}" for line in new])


def _place(thing: Entity) -> str:
    variant = f" {thing.variant}" if thing.variant else ""
    return f"{thing.kind}{variant} at row {thing.row + 1}, column {thing.column + 1}"


def _number(change: HiddenChange) -> str:
    before, after = ("nothing" if value is None else value for value in (change.before, change.after))
    return f"{change.name} {change.place + 1}: {before} -> {after}"


def _first(lines: list[str]) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"  ... and {len(lines) - MOST_LINES} more"
