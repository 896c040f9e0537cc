"""Worlds of Tiled: files that say which maps lie beside each other."""

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.node import node_of, parse_json
from gamemeta_levels.formats.source import Source

SUFFIX = ".world"


def maps_of(world: Source) -> list[Source]:
    """The maps of a world, in its order.

    Raises:
        LevelError: it is no world, names no map, or names maps by patterns.
    """
    root = node_of("", parse_json(world.text()))
    if root.fields.get("patterns"):
        raise LevelError(
            "it names maps by patterns, which are not followed. Open its maps in place of it, or list them "
            "under `maps`."
        )
    maps = [world.beside(one.text("fileName")) for one in root.nodes("maps")]
    if not maps:
        raise LevelError("it names no maps. Open the maps in place of it.")
    return maps
