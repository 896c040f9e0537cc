"""The contents of a file of Tiled in one shape, that of its JSON, whichever of the two it is written in."""

from collections.abc import Callable
from typing import Any

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.limits import MOST_BYTES
from gamemeta_levels.formats.node import Node, node_of, parse_json
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tiled.xml_tree import Element, parse_xml

ELEMENT, DATA = "<>", "<data>"
"""Under which the element that something was read from stands beside its values, and that of its tiles."""
MAP, TILESET, TEMPLATE = "map", "tileset", "template"
_ROOTS = {MAP: "a map", TILESET: "a tileset", TEMPLATE: "a template of an object"}
_WHOLE = {
    *("width", "height", "tilewidth", "tileheight", "firstgid", "gid", "id", "tilecount", "columns"),
    *("tileoffsetx", "tileoffsety"),
}
_NUMBERS = {"x", "y", "offsetx", "offsety", "rotation", "opacity", "parallaxx", "parallaxy"}
_FLAGS = {"visible", "infinite"}
_LAYERS = {"layer": "tilelayer", "objectgroup": "objectgroup", "group": "group", "imagelayer": "imagelayer"}
OUTLINES = ("polygon", "polyline")
_SHAPES = ("point", "ellipse", "text", "capsule")


def read_document(source: Source, kind: str) -> Node:
    """The outermost object of a file.

    Args:
        source: the file.
        kind: `MAP`, `TILESET` or `TEMPLATE`.
    Raises:
        LevelError: it cannot be read, is neither XML nor JSON, or is something else than that.
    """
    text = source.text(MOST_BYTES)
    values = of_xml(parse_xml(text), kind) if is_xml(text) else node_of("", parse_json(text)).fields
    what = values.get("type")
    if kind in (TILESET, TEMPLATE) and what is None and "tiles" in values:
        what = kind  # tilesets that older versions saved
    if what != kind:
        raise LevelError(
            f"it is {_ROOTS.get(str(what), 'no file of Tiled that is known')}; {_ROOTS[kind]} is wanted."
        )
    return Node("", values)


def is_xml(text: str) -> bool:
    """Whether a text is XML, where it is XML or JSON."""
    return text.lstrip()[:1] == "<"


def of_xml(root: Element, kind: str) -> dict[str, Any]:
    """What the outermost element of a file says, in the shape of Tiled's JSON."""
    if root.tag != kind:
        raise LevelError(f"line {root.line}: <{cut(root.tag, 40)}> where <{kind}> is wanted.")
    return {**_element(root), "type": kind} if kind != TEMPLATE else _template(root)


def _template(root: Element) -> dict[str, Any]:
    values: dict[str, Any] = {"type": TEMPLATE}
    for child in root.children:
        if child.tag in ("tileset", "object"):
            values[child.tag] = _element(child)
    return values


def _element(element: Element) -> dict[str, Any]:
    """An element with those parts of it that are read."""
    values = _attributes(element)
    if element.tag in _LAYERS:
        values["class"] = values.get("class", "")
        values["type"] = _LAYERS[element.tag]
    add = _PARTS.get(element.tag)
    for child in element.children:
        if child.tag == "properties":
            values["properties"] = [_property(one) for one in child.all("property")]
        elif add is not None:
            add(values, child)
    return values


def _attributes(element: Element) -> dict[str, Any]:
    values: dict[str, Any] = {ELEMENT: element}
    for name, text in element.attributes.items():
        sides = element.tag == "object" and name in ("width", "height")
        if name in _NUMBERS or sides:
            values[name] = _number(element, name, text)
        elif name in _WHOLE:
            values[name] = _whole(element, name, text)
        elif name in _FLAGS:
            values[name] = text in ("1", "true")
        else:
            values[name] = text
    return values


def _of_map(values: dict[str, Any], child: Element) -> None:
    if child.tag == "tileset":
        values.setdefault("tilesets", []).append(_element(child))
    else:
        _of_group(values, child)


def _of_group(values: dict[str, Any], child: Element) -> None:
    if child.tag in _LAYERS:
        values.setdefault("layers", []).append(_element(child))


def _of_layer(values: dict[str, Any], child: Element) -> None:
    if child.tag != "data":
        return
    values[DATA] = child
    values |= {
        name: child.attributes[name] for name in ("encoding", "compression") if name in child.attributes
    }
    chunks = child.all("chunk")
    if chunks:
        values["chunks"] = [{**_attributes(one), "data": _cells(one, values)} for one in chunks]
    else:
        values["data"] = _cells(child, values)


def _cells(element: Element, layer: dict[str, Any]) -> Any:
    """The numbers of tiles as text, or as a list where each is an element of its own."""
    if "encoding" in layer:
        return element.text
    return [_whole(tile, "gid", tile.attributes.get("gid", "0")) for tile in element.all("tile")]


def _of_objects(values: dict[str, Any], child: Element) -> None:
    if child.tag == "object":
        values.setdefault("objects", []).append(_element(child))


def _of_object(values: dict[str, Any], child: Element) -> None:
    if child.tag in OUTLINES:
        values[child.tag] = child.attributes.get("points", "").split()
    elif child.tag in _SHAPES:
        values[child.tag] = True


def _of_tileset(values: dict[str, Any], child: Element) -> None:
    if child.tag == "tile":
        values.setdefault("tiles", []).append(_element(child))


_PARTS: dict[str, Callable[[dict[str, Any], Element], None]] = {
    "map": _of_map,
    "group": _of_group,
    "layer": _of_layer,
    "objectgroup": _of_objects,
    "object": _of_object,
    "tileset": _of_tileset,
}


def _property(element: Element) -> dict[str, Any]:
    kind, text = element.attributes.get("type", "string"), element.attributes.get("value", element.text)
    value: Any = text
    if kind == "bool":
        value = text == "true"
    elif kind in ("int", "object"):
        value = _whole(element, "value", text)
    elif kind == "float":
        value = _number(element, "value", text)
    return {ELEMENT: element, "name": element.attributes.get("name", ""), "type": kind, "value": value}


def _whole(element: Element, name: str, text: str) -> int:
    value = _number(element, name, text)
    if not value.is_integer():
        raise _wrong(element, name, text)
    return int(value)


def _number(element: Element, name: str, text: str) -> float:
    try:
        if len(text) > 40:
            raise ValueError
        return float(text)
    except ValueError:
        raise _wrong(element, name, text) from None


def _wrong(element: Element, name: str, text: str) -> LevelError:
    return LevelError(
        f"line {element.line}: {name} of <{cut(element.tag, 40)}> is {shortened(text, 40)}; give a number."
    )
