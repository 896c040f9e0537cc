"""`gamemeta levels mutate`."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from gamemeta_cli.levels.files import put
from gamemeta_cli.levels.options import (
    WORDS_FOR_LEVEL,
    FamilyOption,
    FormatOption,
    OutOption,
    OverwriteOption,
    number_of,
    open_level,
)
from gamemeta_cli.options import Tiles, words_in
from gamemeta_cli.terminal.console import echo
from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.variations import variations
from gamemeta_levels.formats import DEFAULT_FAMILY, source_at
from gamemeta_levels.split import MAX_SEED, parse_address


def mutate(
    level: Annotated[str, typer.Argument(metavar="LEVEL", help=WORDS_FOR_LEVEL)],
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of the first change.")] = 0,
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many changed levels.")] = 1,
    out: OutOption = None,
    form: FormatOption = None,
    overwrite: OverwriteOption = False,
    family: FamilyOption = DEFAULT_FAMILY,
    tiles: Tiles = None,
) -> None:
    """Change a level a little, so that it stays solvable; print the results or write them to files.

    No two of the results are equal, and none is the level itself.
    """
    source, original = open_level(level, family, tiles)
    if seed + count > MAX_SEED:
        raise LevelError(f"{count} seeds from {seed} on go beyond {MAX_SEED}. Start lower.")
    address = parse_address(level)
    stem = Path(level).stem if address is None else f"{family}-{address}".replace(":", "-")
    like = source_at(level, words=words_in(tiles)) if address is None else None
    changed = list(islice(variations(source, original, seed), count))
    if not changed:
        raise LevelError(f"{level}: no change of it was found that is another level. Try another --seed.")
    put(
        changed,
        [f"{stem}-mutant-{seed + k}" for k in range(len(changed))],
        out,
        form,
        overwrite=overwrite,
        like=like,
    )
    if len(changed) < count:
        echo(f"{number_of(len(changed), 'different change')} found; {count:,} were asked for.", err=True)
