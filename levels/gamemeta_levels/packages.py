"""Packages beside NumPy and safetensors: what brings them, and one sentence where one is missing.

`pip install gamemeta` brings the runtime alone, which acts in game loops; the extra `train` brings the rest.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from gamemeta_levels.errors import MissingPackage

RUNTIME = ("numpy", "safetensors")
"""Modules of other projects that acting in a game loop needs."""
TRAIN = (
    "PIL",
    "cloudpickle",
    "filelock",
    "gymnasium",
    "jinja2",
    "llvmlite",
    "markupsafe",
    "numba",
    "pettingzoo",
    "rich",
    "tomli_w",
    "torch",
    "typer",
)
"""Modules of other projects that the extra `train` brings."""


def install_command(extra: str) -> str:
    """The command that installs an extra of gamemeta; empty where there is none."""
    return f'pip install "gamemeta[{extra}]"' if extra else ""


def attribute(module: str, name: str) -> Any:
    """A name of one of our modules, which is imported for it.

    Raises:
        MissingPackage: the module needs a package of the extra `train` that is not installed.
    """
    with for_training():
        return getattr(import_module(module), name)


@contextmanager
def for_training() -> Iterator[None]:
    """What may need more than the runtime; decorates functions, too.

    Raises:
        MissingPackage: a package of the extra `train` is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        left_out = missing == "gamemeta" and getattr(sys, "frozen", False)  # by PyInstaller
        if missing not in TRAIN and not left_out:
            raise
        raise MissingPackage(
            f"this needs more than the runtime: {error.name if left_out else missing} is not installed. "
            f"Run: {install_command('train')}",
            name=missing,
        ) from None
