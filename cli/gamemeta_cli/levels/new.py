"""`gamemeta levels new`."""

from gamemeta_cli.levels.files import put
from gamemeta_cli.levels.options import (
    CountOption,
    FamilyArgument,
    FormatOption,
    OutOption,
    OverwriteOption,
    SeedOption,
    SetOption,
    Split,
    SplitOption,
    family_with,
)
from gamemeta_levels.formats import DEFAULT_FAMILY
from gamemeta_levels.inspection.chunks import generated
from gamemeta_levels.split import LevelAddress


def new(
    family: FamilyArgument = DEFAULT_FAMILY,
    seed: SeedOption = 0,
    split: SplitOption = Split.any,
    count: CountOption = 1,
    out: OutOption = None,
    form: FormatOption = None,
    overwrite: OverwriteOption = False,
    overrides: SetOption = [],  # noqa: B006 - typer copies it
) -> None:
    """Generate levels; print them, or write them to files that are named after their seeds."""
    source = family_with(family, overrides)
    addresses = (LevelAddress(split=split.value, seed=seed + k) for k in range(count))
    names = [f"{family}-{address}".replace(":", "-") for address in addresses]
    put(generated(source, split.value, count, first_seed=seed), names, out, form, overwrite=overwrite)
