"""Writing a small package to begin a game or level family with."""

import keyword
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from gamemeta.assets import ROOTS
from gamemeta.errors import ConfigError
from gamemeta.games import registry as game_plugins
from gamemeta_levels import registry as family_plugins

KINDS = ("game", "family")
"""Templates: new rules and their levels; or new levels for the rules of the maze."""
TEMPLATE_NAME, TEMPLATE_CLASS = "newgame", "New"
MOST_LETTERS = 20
"""Longer names would break lines of what is written."""
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MOST_LETTERS - 1}}}")
_CLASS = re.compile(rf"\b{TEMPLATE_CLASS}(Game|Family|Parameters|Config)\b")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")


def write_package(kind: str, name: str, out: Path | None = None) -> Path:
    """Write a package that installs with pip, passes its tests, and can be trained at once.

    Args:
        kind: of `KINDS`.
        name: of the game and its family, the package and the project.
        out: the new directory; one called `name` in the current directory if None.
    Returns: the directory.
    Raises:
        ConfigError: a name that cannot be used or is taken, or a directory that is there already.
        OSError: the directory cannot be made; nothing is left behind.
    """
    template = template_directory(kind)
    check_name(name)
    target = Path(name) if out is None else out
    if target.exists():
        raise ConfigError(f"{target}: exists already. Give another place with --out.")
    if not target.absolute().parent.is_dir():
        raise ConfigError(f"{target}: there is no folder {target.parent}. Create it first.")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=f".{name}-") as beside:
        made = Path(beside) / name
        shutil.copytree(template, made, ignore=_LEFT_OUT)
        _rename(made, name)
        made.rename(target)
    return target


def template_directory(kind: str) -> Path:
    """Folder of a template's files.

    Raises:
        ConfigError: no such kind.
        FileNotFoundError: gamemeta was installed without them.
    """
    if kind not in KINDS:
        raise ConfigError(f"there is no template {kind!r}. Choose one of: {', '.join(KINDS)}.")
    for root in ROOTS:
        if (root / "templates" / kind).is_dir():
            return root / "templates" / kind
    raise FileNotFoundError(
        2, "this folder of gamemeta is missing; install gamemeta again", str(ROOTS[-1] / "templates" / kind)
    )


def check_name(name: str) -> None:
    """Raises ConfigError unless a package, a game and a family can have this name."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigError(
            f"{name!r} is not a name for a package: use 1 to {MOST_LETTERS} small letters, digits and _, a "
            "letter first, and no word of Python."
        )
    taken: Mapping[str, Callable[[], set[str]]] = {
        "a game": lambda: _names(game_plugins.included_names(), game_plugins.ENTRY_POINTS),
        "a level family": lambda: _names(family_plugins.families(), family_plugins.ENTRY_POINTS),
    }
    for what, names in taken.items():
        if name in names():
            raise ConfigError(f"there is {what} called {name!r} already. Choose another name.")
    if name in ("tests", TEMPLATE_NAME) or _importable(name):
        raise ConfigError(f"there is a Python module called {name!r} already. Choose another name.")


def class_prefix(name: str) -> str:
    """`my_lock` as `MyLock`; a `Game` or `Family` at the end is left out, since the classes add it."""
    camel = "".join(word.capitalize() for word in name.split("_"))
    return re.sub(r"(?<=.)(Game|Family)$", "", camel)


def _names(builtin: Mapping[str, object] | set[str], group: str) -> set[str]:
    return {*builtin, *(point.name for point in entry_points(group=group))}


def _importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return True


def _rename(folder: Path, name: str) -> None:
    """Put the name in place of the template's, in paths and in texts."""
    prefix = class_prefix(name)
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies in a folder before the folder
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace(TEMPLATE_NAME, name)
            path.write_text(_CLASS.sub(rf"{prefix}\1", text), encoding="utf-8", newline="\n")
        if TEMPLATE_NAME in path.name:
            path.rename(path.with_name(path.name.replace(TEMPLATE_NAME, name)))
