"""Targets by name."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from gamemeta.errors import UnknownName
from gamemeta.export import targets as folder
from gamemeta.export.target import Target

ALL = "all"


@cache
def targets() -> dict[str, Target]:
    """All targets by name: one for each file of gamemeta/export/targets."""
    modules = sorted(module.name for module in iter_modules(folder.__path__, f"{folder.__name__}."))
    known = [import_module(module).TARGET for module in modules]
    return {target.name: target for target in known}


def chosen(names: Sequence[str]) -> list[Target]:
    """Targets by their names; `all` are all of them.

    Raises:
        UnknownName: there is no such target.
    """
    known = targets()
    for name in names:
        if name not in known and name != ALL:
            raise UnknownName(f"no target called {name!r}. Choose one of: {', '.join(known)}, or {ALL}.")
    return list(known.values()) if ALL in names else [known[name] for name in dict.fromkeys(names)]
