"""`gamemeta levels check`."""

import json
from pathlib import Path
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
    console,
    family_with,
    number_of,
    progress_of,
)
from gamemeta_cli.levels.report import show_inspection
from gamemeta_cli.options import Tiles, words_in
from gamemeta_levels.formats import DEFAULT_FAMILY
from gamemeta_levels.formats.gather import each_level
from gamemeta_levels.inspection.file_check import FileCheck, check_file
from gamemeta_levels.inspection.inspect import inspect_generated


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE|DIR]...", help="Level files, or folders of them.")
    ] = None,
    family: FamilyOption = DEFAULT_FAMILY,
    count: CountOption = 100_000,
    split: SplitOption = Split.train,
    seed: SeedOption = 0,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
    as_json: JsonOption = False,
    tiles: Tiles = None,
) -> None:
    """Check that level files are valid and solvable; without files, check generated levels."""
    if files:
        words = words_in(tiles)
        paths = [Path(level) for file in files for level in each_level(str(file))]
        checks = [check_file(path, family, words) for path in paths]
        ok = all(check.error is None for check in checks)
        _show_checks(checks, as_json)
    else:
        with progress_of(count) as progress:
            report = inspect_generated(
                family_with(family, overrides), split.value, count, first_seed=seed, progress=progress
            )
        ok = report.solvable == report.levels
        show_inspection(report, as_json)
    if not ok:
        raise typer.Exit(2)


def _show_checks(checks: list[FileCheck], as_json: bool) -> None:
    wrong = sum(check.error is not None for check in checks)
    if as_json:
        plain = {"files": [check.to_json() for check in checks], "wrong": wrong}
        typer.echo(json.dumps(plain, indent=1))
        return
    screen = console()
    for check in checks:
        if check.error is None:
            note = f"; {check.note} (show --rules shows them)" if check.note else ""
            par = number_of(check.par_steps or 0, "step")
            screen.print(f"{check.path}: ok, par {par}{note}", style="green")
        else:
            screen.print(f"{check.path}: wrong: {check.error}", style="red")
    screen.print(f"{number_of(len(checks), 'file')}: {len(checks) - wrong} ok, {wrong} wrong")
