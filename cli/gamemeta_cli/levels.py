"""`gamemeta levels`: make, show, check and list levels."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from gamemeta.config import make, parse_value, settings
from gamemeta_cli import rate
from gamemeta_cli.drawing import draw_histogram, draw_tiles, path_of
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.family import (
    LevelFamily,
    families,
    family_class,
    generate,
    holds_out,
    plan_words,
)
from gamemeta_levels.formats import (
    DEFAULT_FAMILY,
    PARSERS,
    dumps,
    read_level,
    resolve,
    write_level,
)
from gamemeta_levels.file_check import FileCheck, check_file
from gamemeta_levels.inspect import Inspection, inspect_generated
from gamemeta_levels.level import Level
from gamemeta_levels.split import LevelAddress, parse_address, split_of

app = typer.Typer(no_args_is_help=True, help="Make, show, check, list and rate levels.")
app.command()(rate.rate)


class Split(StrEnum):
    train = "train"
    validation = "validation"
    test = "test"
    far = "far"
    any = "any"


class Format(StrEnum):
    txt = "txt"
    json = "json"


FamilyArgument = Annotated[str, typer.Argument(metavar="FAMILY", help="The level family.")]
FamilyOption = Annotated[str, typer.Option("--family", help="The level family.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the first level.")]
SplitOption = Annotated[Split, typer.Option("--split", help="Which levels to draw from.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
CountOption = Annotated[int, typer.Option("--count", min=1, help="How many, of seeds in a row.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="A level file, or a folder for them.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the levels.")]
SetOption = Annotated[
    list[str],
    typer.Option("--set", metavar="NAME=LOW..HIGH", help="Override a parameter of the family."),
]


@app.command("list")
def list_families(as_json: JsonOption = False) -> None:
    """List the level families with their parameters."""
    found = {name: _parameters(family_of()) for name, family_of in sorted(families().items())}
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    table = Table("family", "parameter", "range", "far", "meaning", box=None, header_style="bold")
    for name, parameters in found.items():
        for p in parameters:
            table.add_row(name, p["name"], _words(p["range"]), _words(p["far"]), p["help"])
    _console().print(table)


@app.command()
def new(
    family: FamilyArgument = DEFAULT_FAMILY,
    seed: SeedOption = 0,
    split: SplitOption = Split.any,
    count: CountOption = 1,
    out: OutOption = None,
    form: FormatOption = Format.txt,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
) -> None:
    """Generate levels, and print them or write them into files."""
    source = _family(family, overrides)
    addresses = [LevelAddress(split=split.value, seed=seed + k) for k in range(count)]
    made = (generate(source, address.seed, address.split) for address in addresses)
    if out is None:
        for level in made:
            typer.echo(dumps(level, f".{form.value}"))
        return
    for path, level in zip(_targets(out, family, addresses, form), made, strict=True):
        write_level(level, path)
    typer.echo(f"wrote {count} level{'s' * (count > 1)} to {out}", err=True)


@app.command()
def show(
    levels: Annotated[
        list[str], typer.Argument(metavar="LEVEL...", help="17, test:17, far:3 or a level file.")
    ],
    family: FamilyOption = DEFAULT_FAMILY,
    plan: Annotated[bool, typer.Option("--plan", help="Show the solver's way.")] = False,
) -> None:
    """Draw levels, with their size, par, split, seed and digest."""
    console = _console()
    for word in levels:
        source = family_class(_family_of(word, family))()
        level = resolve(word, source)
        words = plan_words(source, source.solve(level))
        console.print(_headline(word, level, len(words), source))
        console.print(draw_tiles(level, path_of(level, words) if plan else ()))
        if plan:
            console.print(f"plan: {(', ' if ' ' in words[0] else ' ').join(words)}\n")


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Level files.")] = None,
    family: FamilyOption = DEFAULT_FAMILY,
    count: CountOption = 100_000,
    split: SplitOption = Split.train,
    seed: SeedOption = 0,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
    as_json: JsonOption = False,
) -> None:
    """Check level files; without files, check what a family generates."""
    if files:
        checks = [check_file(path, family) for path in files]
        ok = all(found.error is None for found in checks)
        _show_checks(checks, as_json)
    else:
        report = _inspect(_family(family, overrides), split.value, count, seed)
        ok = report.solvable == report.levels
        _show_report(report, as_json)
    if not ok:
        raise typer.Exit(2)


def _family(name: str, overrides: list[str]) -> LevelFamily:
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


def _parameters(family: LevelFamily) -> list[dict[str, Any]]:
    """What `list` tells about each parameter of a family."""
    near = family.parameters
    section: Any = type(near)
    try:
        far = family.far().parameters
    except ConfigError:  # nothing lies outside
        far = None
    return [
        {
            "name": setting.name,
            "range": getattr(near, setting.name),
            "far": getattr(far, setting.name, None),
            "help": setting.help,
        }
        for setting in settings(section)
    ]


def _words(value: Any) -> str:
    if value is None:
        return "none"
    return "..".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _family_of(word: str, family: str) -> str:
    """The family that a level file names; for any other word, the given one."""
    if parse_address(word) is None and Path(word).suffix.lower() in PARSERS:
        return read_level(word, family).family
    return family


def _targets(out: Path, family: str, addresses: list[LevelAddress], form: Format) -> list[Path]:
    """The file for each level; a folder is made where it is missing."""
    if out.suffix.lower() in PARSERS:
        if len(addresses) > 1:
            raise LevelError(f"{out} is one file for {len(addresses)} levels. Give a folder.")
        return [out]
    try:
        out.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise LevelError(f"{out}: there is no folder {out.parent}. Create it first.") from None
    except FileExistsError:
        raise LevelError(
            f"{out} is a file, and no level file: those end in {' or '.join(PARSERS)}."
        ) from None
    names = [f"{family}-{address}".replace(":", "-") for address in addresses]
    return [out / f"{name}.{form.value}" for name in names]


def _headline(word: str, level: Level, par_steps: int, family: LevelFamily) -> str:
    address = parse_address(word)
    split = "far" if address and address.split == "far" else split_of(level.content_hash)
    if not holds_out(family):
        split = "all (none is held out)"
    seed = "none" if level.seed is None else level.seed
    return (
        f"{level.family} {word}: {level.height} x {level.width} tiles, par {par_steps} steps, "
        f"split {split}, seed {seed}, digest {level.digest}"
    )


def _inspect(family: LevelFamily, split: str, count: int, seed: int) -> Inspection:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("levels", total=count)

        def seen(levels: int) -> None:
            progress.update(task, completed=levels)

        return inspect_generated(family, split, count, first_seed=seed, progress=seen)


def _show_checks(checks: list[FileCheck], as_json: bool) -> None:
    wrong = sum(found.error is not None for found in checks)
    if as_json:
        plain = {"files": [found.to_json() for found in checks], "wrong": wrong}
        typer.echo(json.dumps(plain, indent=1))
        return
    console = _console()
    for found in checks:
        if found.error is None:
            console.print(f"ok     {found.path}: par {found.par_steps} steps", style="green")
        else:
            console.print(f"wrong  {found.path}: {found.error}", style="red")
    console.print(f"{len(checks)} files: {len(checks) - wrong} ok, {wrong} wrong")


def _show_report(report: Inspection, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_json(), indent=1))
        return
    console = _console()
    sizes = ", ".join(f"{h} x {w}: {n:,}" for (h, w), n in report.sizes.items())
    console.print(f"family       {report.family}, split {report.split}, {report.levels:,} levels")
    console.print(f"solvable     {report.share_solvable:.2%} ({report.solvable:,})")
    console.print(f"duplicates   {report.duplicates:,}")
    console.print(f"sizes        {sizes}")
    console.print(f"par          {report.mean_par_steps:.1f} steps on average")
    console.print(draw_histogram(report.par_steps, "steps"))


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True, markup=False)
