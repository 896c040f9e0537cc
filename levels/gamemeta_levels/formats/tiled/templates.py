"""Templates of objects: what an object says that names one."""

from dataclasses import dataclass

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tiled.document import TEMPLATE, read_document
from gamemeta_levels.formats.tiled.tilesets import Tileset, tileset_of


@dataclass(frozen=True)
class Template:
    """A template."""

    object: Node
    tileset: Tileset | None
    """Of its tile, whose number is one of this tileset alone."""

    def filled(self, one: Node) -> Node:
        """An object with what the template says where it says nothing itself."""
        properties = [*self.object.values("properties"), *one.values("properties")]
        return one.with_fields({**self.object.fields, **one.fields, "properties": properties})


class Templates:
    """The templates that a map names, each read once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._read: dict[str, Template] = {}
        """By the names that the map has for them."""

    def of(self, one: Node) -> Template | None:
        """The template of an object, if it has one.

        Raises:
            LevelError: its file cannot be read, with the name of that file; or it is malformed.
        """
        if not one.has("template"):
            return None
        name = one.text("template")
        if name not in self._read:
            beside = self._source.beside(name)
            try:
                self._read[name] = _template(beside)
            except LevelError as error:
                raise LevelError(f"its template {beside.path}: {error}") from None
        return self._read[name]


def _template(source: Source) -> Template:
    document = read_document(source, TEMPLATE)
    tileset = tileset_of(document.node("tileset"), source) if document.has("tileset") else None
    return Template(document.node("object"), tileset)
