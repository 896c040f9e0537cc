"""Templates of pages, and a check of where a page is to be written."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from gamemeta.errors import ConfigError


def check_target(path: Path, suffixes: tuple[str, ...]) -> None:
    """Check that a file can be written, before the first episode.

    Raises:
        ConfigError: the name ends otherwise, or names a folder.
        OSError: the folder it names is missing or cannot be written to.
    """
    if path.suffix.lower() not in suffixes:
        raise ConfigError(f"{path}: give a name that ends in {' or '.join(suffixes)}.")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder. Give the name of a file in it.")
    trial = path.with_name(f".{path.name}.trial")
    try:
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from error


@cache
def templates() -> Environment:
    """The templates beside this file; what they are filled with is escaped."""
    return Environment(
        loader=PackageLoader("gamemeta.evaluation.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
