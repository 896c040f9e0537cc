"""Writing many levels into files, without ever replacing one unasked."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from gamemeta_cli.levels.options import Format, number_of, progress_of
from gamemeta_cli.terminal.console import echo
from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import SUFFIXES, dumps, format_of, write_level
from gamemeta_levels.formats.source import Source
from gamemeta_levels.level import Level


def put(
    levels: Iterable[Level],
    names: Sequence[str],
    out: Path | None,
    form: Format | None,
    *,
    overwrite: bool,
    like: Source | None = None,
) -> None:
    """Print levels, or write them into files of these names.

    Args:
        levels: one for each name; they are made as they are written.
        names: of the files, without suffix.
        out: a level file, or a folder, made where it is missing; None prints.
        form: of the files; None takes the first that the first level fits in.
        overwrite: whether files that exist are replaced.
        like: the file that they are changes of; what else is in it is kept where the format is the same.
    Raises:
        LevelError: a file exists, several levels for one file, or a file cannot be written. Where files
            exist nothing is written.
    """
    rest = iter(levels)
    first = next(rest)
    of_editor = like is not None and format_of(like.path).drawing is not None
    plain = like.path.suffix.lower() if like is not None and of_editor else f".{form_of(first).value}"
    suffix = f".{form.value}" if form else plain
    like = like if of_editor and suffix == plain else None
    made = chain([first], rest)
    if out is None:
        for level in made:
            echo(dumps(level, suffix, like))
        return
    paths = targets(out, names, suffix, overwrite=overwrite)
    with progress_of(len(paths)) as progress:
        for done, (path, level) in enumerate(zip(paths, made, strict=True), start=1):
            write_level(level, path, like)
            progress(done)
    echo(f"wrote {number_of(len(paths), 'level')} to {out}", err=True)


def form_of(level: Level) -> Format:
    """The plainest form that holds the whole level."""
    return Format.json if level.entities or level.hidden else Format.txt


def targets(out: Path, names: Sequence[str], suffix: str, *, overwrite: bool) -> list[Path]:
    """The file for each level; a folder is made where it is missing.

    Raises:
        LevelError: as `put`.
    """
    if out.suffix.lower() in SUFFIXES:
        if len(names) > 1:
            raise LevelError(f"{out} is one file for {len(names)} levels. Give a folder.")
        paths = [out]
    else:
        paths = [out / f"{name}{suffix}" for name in names]
    existing = [] if overwrite else [path for path in paths if path.is_file()]
    if existing:
        more = f", and {len(existing) - 1} more" if len(existing) > 1 else ""
        raise LevelError(f"{existing[0]} exists{more}. Give another place, or --overwrite to replace.")
    if paths != [out]:
        _make_folder(out)
    return paths


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise LevelError(f"{out}: there is no folder {out.parent}. Create it first.") from None
    except FileExistsError:
        raise LevelError(
            f"{out} is a file, and no level file: those end in {' or '.join(SUFFIXES)}."
        ) from None
