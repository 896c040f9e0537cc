"""What the values, entities and tiles of a project mean, as LDtk's definitions say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.drawing import Kind
from gamemeta_levels.formats.limits import MOST_KINDS
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.tile_words import IGNORE

CLASS = "gamemeta_class"
"""Field of an entity that says what tile it is."""
ENTITY, VARIANT = "gamemeta_entity", "gamemeta_variant"
"""Fields of an entity that is one of the level's own: its kind and variant."""
MOST_TAGS = 300_000
"""Tags of the tiles of a tileset."""
DATA = "gamemeta.class="
"""How a line in the custom data of a tile begins that says what it is."""


@dataclass
class Kinds:
    """The kinds that a level has met so far, each with a number."""

    definitions: Node
    kinds: list[Kind] = field(default_factory=list)
    _numbers: dict[Kind, int] = field(default_factory=dict)

    def number(self, kind: Kind) -> int:
        """The number of a kind; a new one if it is new."""
        if kind not in self._numbers:
            if len(self.kinds) == MOST_KINDS:
                raise LevelError(f"over {MOST_KINDS:,} kinds of things are drawn on it.")
            self._numbers[kind] = len(self.kinds)
            self.kinds.append(kind)
        return self._numbers[kind]

    @cached_property
    def layers(self) -> Mapping[int, Node]:
        """Definitions of layers by uid."""
        return {layer.whole("uid"): layer for layer in self.definitions.nodes("layers")}

    @cached_property
    def tileset_nodes(self) -> Mapping[int, Node]:
        """Definitions of tilesets by uid."""
        return {one.whole("uid"): one for one in self.definitions.nodes("tilesets")}

    @cached_property
    def tilesets(self) -> Mapping[int, "Tileset"]:
        """Tilesets by uid."""
        return {uid: tileset_of(one) for uid, one in self.tileset_nodes.items()}

    @cached_property
    def areas(self) -> frozenset[int]:
        """Uids of entities that are drawn as an area, since a designer may resize them."""
        return frozenset(
            one.whole("uid")
            for one in self.definitions.nodes("entities")
            if one.flag("resizableX", False) or one.flag("resizableY", False)
        )

    def of_values(self, layer: Node) -> dict[int, Kind]:
        """The kind of each value of an IntGrid: its identifier, and that of its group, are its words."""
        uid, name = layer.whole("layerDefUid"), layer.text("__identifier")
        if uid not in self.layers:
            raise LevelError(f"{layer.at('layerDefUid')} is {uid}; there is no definition of such a layer.")
        definition = self.layers[uid]
        groups = {
            one.whole("uid"): one.text("identifier", "") for one in definition.nodes("intGridValuesGroups")
        }
        kinds = {}
        for index, value in enumerate(definition.nodes("intGridValues"), start=1):
            number, identifier = value.whole("value", index), value.text("identifier", "")
            words = (*_words(identifier), *_words(groups.get(value.whole("groupUid", 0), "")))
            called = (f"{name}:{identifier}", identifier) if identifier else ()
            kinds[number] = Kind((*called, f"{name}:{number}"), words)
        return kinds


def _words(identifier: str) -> tuple[str, ...]:
    """What an identifier says: itself, and one of many, as LDtk's examples call their values `walls`."""
    return tuple(filter(None, (identifier, identifier.removesuffix("s"))))


def unnamed_value(layer: str, value: int) -> Kind:
    """The kind of a value that its layer does not define."""
    return Kind((f"{layer}:{value}",))


def kind_of_entity(entity: Node) -> Kind:
    """The kind of an entity: its field `gamemeta_class`, its identifier and its tags are its words."""
    identifier = entity.text("__identifier")
    named = [value for name, value in fields_of(entity) if name == CLASS and isinstance(value, str) and value]
    return Kind((identifier,), (*named, *_words(identifier), *entity.texts("__tags")))


def our_entity(entity: Node) -> tuple[str, int] | None:
    """Kind and variant of an entity that the level has beside its tiles; None for others."""
    values = dict(fields_of(entity))
    if ENTITY not in values:
        return None
    variant = values.get(VARIANT, 0)
    try:
        return str(values[ENTITY]), int(variant) if isinstance(variant, str | int) else 0
    except ValueError:
        raise LevelError(f"{entity.place}: {VARIANT} is {shortened(variant)}; it must be a number.") from None


def fields_of(owner: Node) -> Iterator[tuple[str, object]]:
    """Names, in small letters, and values of the fields of a level or an entity that are filled in."""
    for one in owner.nodes("fieldInstances"):
        value = one.fields.get("__value")
        if value is not None:
            yield one.text("__identifier").lower(), value


@dataclass(frozen=True)
class Tileset:
    """A tileset, with what its tiles are said to be."""

    identifier: str
    words: Mapping[int, tuple[str, ...]]
    """By number of the tile: what its custom data say, then the enum values that it is tagged with."""

    def kind(self, tile: int, *, is_art: bool) -> Kind:
        """The kind of a tile; of art a tile that says nothing is decoration."""
        words = self.words.get(tile, ())
        return Kind((f"{self.identifier}:{tile}",), (*words, IGNORE) if is_art else words)


def tileset_of(definition: Node) -> Tileset:
    """A tileset of a project."""
    words: dict[int, list[str]] = {}
    left = MOST_TAGS
    for one in definition.nodes("customData"):
        for line in one.text("data", "").split("\n"):
            if line.strip().startswith(DATA):
                words.setdefault(one.whole("tileId"), []).append(line.strip().removeprefix(DATA).strip())
    for tag in definition.nodes("enumTags"):
        left -= len(tag.values("tileIds"))
        if left < 0:
            raise LevelError(f"{tag.at('tileIds')}: over {MOST_TAGS:,} tags of one tileset.")
        for tile in tag.wholes("tileIds"):
            words.setdefault(tile, []).append(tag.text("enumValueId"))
    return Tileset(definition.text("identifier"), {tile: tuple(texts) for tile, texts in words.items()})
