"""`gamemeta levels soak`."""

import json
from typing import Annotated

import typer

from gamemeta_cli.levels.options import (
    FamilyArgument,
    JsonOption,
    SeedOption,
    SetOption,
    Split,
    SplitOption,
    console,
    family_with,
    number_of,
    progress_of,
)
from gamemeta_levels.formats import DEFAULT_FAMILY
from gamemeta_levels.inspection.soak import Soak
from gamemeta_levels.inspection.soak import soak as soak_family

FAULTY, INTERRUPTED = 3, 130
"""Exit codes: a bad level; Ctrl-C."""


def soak(
    family: FamilyArgument = DEFAULT_FAMILY,
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many levels.")] = 10_000_000,
    split: SplitOption = Split.any,
    seed: SeedOption = 0,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
    as_json: JsonOption = False,
) -> None:
    """Generate and solve very many levels; the first bad one stops it with exit code 3."""
    source = family_with(family, overrides)
    with progress_of(count) as progress:
        result = soak_family(source, split.value, count, first_seed=seed, progress=progress)
    if as_json:
        typer.echo(json.dumps(result.to_json(), indent=1))
    else:
        _show(result)
    if result.fault:
        raise typer.Exit(FAULTY)
    if result.interrupted:
        raise typer.Exit(INTERRUPTED)


def _show(result: Soak) -> None:
    screen, good = console(), f"{number_of(result.levels, 'level')} of {result.family}, split {result.split}"
    if result.fault:
        screen.print(f"bad    seed {result.fault.seed}: {result.fault.error}", style="red")
        screen.print(f"{good}, before it are good")
    elif result.interrupted:
        screen.print(f"stopped: the first {good}, are good", style="yellow")
    else:
        screen.print(f"ok     {good}: none crashed, each has a solution", style="green")
