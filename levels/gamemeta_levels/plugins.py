"""Things by name: our own, and those that other packages offer through entry points."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from gamemeta_levels.errors import PluginError, UnknownName


def find(what: str, name: str, own: Mapping[str, Any], group: str) -> Any:
    """The thing of this name; no other package is imported for it.

    Args:
        what: the kind of thing, for messages.
        name: which one.
        own: ours by name; they come first.
        group: entry-point group of the others.
    Raises:
        UnknownName: with the names that exist.
        PluginError: the package that offers it cannot be imported.
    """
    if name in own:
        return own[name]
    points = {point.name: point for point in entry_points(group=group)}
    if name not in points:
        names = ", ".join(sorted({*own, *points}))
        raise UnknownName(f"no {what} called {name!r}. Choose one of: {names}.")
    return _load(what, points[name])


def all_of(what: str, own: Mapping[str, Any], group: str) -> dict[str, Any]:
    """Everything that can be imported, by name; `find` says why something is missing."""
    found = dict(own)
    for point in entry_points(group=group):
        if point.name not in found:
            try:
                found[point.name] = _load(what, point)
            except PluginError:
                continue
    return found


def _load(what: str, point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever another package raises while it is imported
        raise PluginError(
            f"the {what} {point.name!r} ({point.value}) cannot be imported: {error!r}. "
            "Repair or uninstall the package that offers it."
        ) from error
