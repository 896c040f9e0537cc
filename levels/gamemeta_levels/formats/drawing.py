"""A level as an editor holds it: layers of tiles, objects and entities that may mean something to us.

Each format of an editor is read into a `Drawing`; what it means is decided here alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.limits import MOST_HIDDEN
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import (
    IGNORE,
    REST,
    WORDS,
    TileWords,
    code_of,
    code_of_empty,
    is_ignored,
)
from gamemeta_levels.level import MAX_SIDE, Entity, Level

NOTE = "gamemeta."
"""How the properties of a map begin that are meant for us."""
ENTITY, VARIANT = f"{NOTE}entity", f"{NOTE}variant"
"""Properties of an object that is an entity of a level: its kind and variant."""
HIDDEN = "hidden."
NOTHING = -1
"""In a layer: no tile."""
DECORATION, UNKNOWN = -1, -2
MOST_NAMED = 3
"""Unknown tiles that an error names."""


@dataclass(frozen=True)
class Kind:
    """A kind of tile, object or entity, as a file names it."""

    names: tuple[str, ...]
    """What a file of words may call it, the most particular first: `walls.tsx:5`."""
    words: tuple[str, ...] = ()
    """What the file itself says that it is, the most particular first: our property, then its class."""


@dataclass(frozen=True)
class Layer:
    """One layer. Later layers lie above earlier ones."""

    name: str
    grid: NDArray[np.int32]
    """[H, W]: the number of a kind, or `NOTHING`."""
    row: int = 0
    """Of the first row of the grid in the level; may be negative in a map without bounds."""
    column: int = 0
    words: tuple[str, ...] = ()
    """What the file says that everything on it is."""
    origin: Any = field(default=None, compare=False, repr=False)
    """What the file has for it, for a format that writes changes back."""


@dataclass(frozen=True)
class Drawing:
    """What an editor's file holds of a level."""

    kinds: Sequence[Kind]
    layers: Sequence[Layer]
    """From the lowest to the highest."""
    size: tuple[int, int] | None
    """Height and width; None for what is used."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """The properties of the map that are meant for us, without `gamemeta.`: family, seed, empty, hidden.X."""
    entities: tuple[Entity, ...] = ()


def level_of(drawing: Drawing, source: Source) -> Level:
    """The level that a drawing shows.

    A tile is what the highest layer shows there that means anything.

    Raises:
        LevelError: tiles without a meaning, by name and count; a level that is empty or too large; or notes
            that are malformed.
    """
    notes = drawing.notes
    codes = codes_of(drawing, source.words)
    _check_known(drawing, codes)
    top, left, height, width = frame_of(drawing, codes)
    empty = source.words.empty
    tiles = np.full((height, width), code_of_empty(notes.get("empty") if empty is None else empty), np.uint8)
    for layer, table in zip(drawing.layers, codes, strict=True):
        shown = table[layer.grid]
        rows, columns = np.nonzero(shown >= 0)
        values = shown[rows, columns]
        rows, columns = rows + layer.row - top, columns + layer.column - left
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        tiles[rows[inside], columns[inside]] = values[inside]
    return Level(
        family=_text(notes, "family") or source.family,
        tiles=tiles,
        entities=tuple(replace(one, row=one.row - top, column=one.column - left) for one in drawing.entities),
        hidden=_hidden(notes),
        seed=whole_of("seed", notes["seed"]) if "seed" in notes else None,
    )


def unknown_kinds(drawing: Drawing, words: TileWords) -> dict[str, int]:
    """How often each kind of tile without a meaning is drawn, the most frequent first, by its name."""
    return _unknown(drawing, codes_of(drawing, words))


def notes_of(level: Level) -> dict[str, str]:
    """What a file has to note of a level beside its tiles, as texts by name of the property."""
    notes = {f"{NOTE}family": level.family}
    if level.seed is not None:
        notes[f"{NOTE}seed"] = str(level.seed)
    for name, values in level.hidden.items():
        notes[f"{NOTE}{HIDDEN}{name}"] = " ".join(map(str, values))
    return notes


def our_notes(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Those properties of a map that are meant for us, without `gamemeta.`."""
    return {name.removeprefix(NOTE): value for name, value in properties.items() if name.startswith(NOTE)}


def codes_of(drawing: Drawing, words: TileWords) -> list[NDArray[np.int16]]:
    """The tile code of each kind on each layer: `DECORATION` or `UNKNOWN` where it is none.

    The last code is for `NOTHING`. Layers whose words mean the same share them.
    """

    def firsts(texts: Iterable[tuple[str, ...]]) -> NDArray[np.int16]:
        return np.array([*map(_first, texts), DECORATION], np.int16)

    named = firsts(_named(kind, words) for kind in drawing.kinds)
    stated, rest = firsts(kind.words for kind in drawing.kinds), _first(_rest(words))
    tables: dict[tuple[int, int], NDArray[np.int16]] = {}
    codes = []
    for layer in drawing.layers:
        key = _first(_of_layer(layer.name, words)), _first(layer.words)
        if key not in tables:
            code = named
            for other in (key[0], stated, key[1], rest):
                code = np.where(code == UNKNOWN, other, code)
            tables[key] = code.astype(np.int16)
        codes.append(tables[key])
    return codes


def code_of_kind(kind: Kind, layer: str, words: TileWords, layer_says: tuple[str, ...] = ()) -> int:
    """The tile code of a kind on a layer of this name, or `DECORATION`, or `UNKNOWN`."""
    before = (*_named(kind, words), *_of_layer(layer, words))
    return _first((*before, *kind.words, *layer_says, *_rest(words)))


def _named(kind: Kind, words: TileWords) -> tuple[str, ...]:
    """What the user says of a kind."""
    return tuple(words.tiles[name] for name in kind.names if name in words.tiles)


def _of_layer(layer: str, words: TileWords) -> tuple[str, ...]:
    """What the user says of a layer of this name."""
    return (words.layers[layer],) if layer in words.layers else ()


def _rest(words: TileWords) -> tuple[str, ...]:
    """What the user says of all else."""
    return (words.tiles[REST],) if REST in words.tiles else ()


def _first(words: tuple[str, ...]) -> int:
    """The tile code of the first word that means anything, or `DECORATION`, or `UNKNOWN`."""
    for word in words:
        if is_ignored(word):
            return DECORATION
        code = code_of(word)
        if code is not None:
            return code
    return UNKNOWN


def _unknown(drawing: Drawing, codes: Sequence[NDArray[np.int16]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for layer, table in zip(drawing.layers, codes, strict=True):
        numbers, often = np.unique(layer.grid[table[layer.grid] == UNKNOWN], return_counts=True)
        for number, count in zip(numbers, often, strict=True):
            name = drawing.kinds[number].names[0]
            counts[name] = counts.get(name, 0) + int(count)
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _check_known(drawing: Drawing, codes: Sequence[NDArray[np.int16]]) -> None:
    unknown = _unknown(drawing, codes)
    if not unknown:
        return
    most = list(unknown.items())[:MOST_NAMED]
    shown = ", ".join(f"{count:,} of {shortened(name)}" for name, count in most)
    more = f" and {len(unknown) - len(most)} kinds more" if len(unknown) > len(most) else ""
    raise LevelError(
        f"tiles without a meaning: {shown}{more}. Give them classes in the editor ({', '.join(WORDS[:6])} "
        f"... or {IGNORE}), or a file of words: --tiles words.toml with [tiles] {in_quotes(most[0][0])} = "
        '"floor" and so on; `gamemeta levels words FILE` writes one to fill in.'
    )


def in_quotes(name: str) -> str:
    """A name as a key of TOML, for messages."""
    return '"' + cut(name, 60).replace("\\", "\\\\").replace('"', '\\"') + '"'


def frame_of(drawing: Drawing, codes: Sequence[NDArray[np.int16]]) -> tuple[int, int, int, int]:
    """Row and column of the first tile, height and width."""
    if drawing.size is not None:
        height, width = drawing.size
        top = left = 0
    else:
        rows, columns = [], []
        for layer, table in zip(drawing.layers, codes, strict=True):
            used = np.nonzero(table[layer.grid] >= 0)
            rows.append(used[0] + layer.row)
            columns.append(used[1] + layer.column)
        every_row = np.concatenate([*rows, np.zeros(0, np.int64)])
        every_column = np.concatenate([*columns, np.zeros(0, np.int64)])
        if not len(every_row):
            raise LevelError("nothing is drawn on it that is a tile of a level.")
        top, left = int(every_row.min()), int(every_column.min())
        height, width = int(every_row.max()) - top + 1, int(every_column.max()) - left + 1
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise LevelError(f"it is {height} x {width} tiles; a level has at most {MAX_SIDE} a side.")
    return top, left, height, width


def _text(notes: Mapping[str, Any], name: str) -> str:
    value = notes.get(name, "")
    if not isinstance(value, str):
        raise LevelError(f"the property {NOTE}{name} is {shortened(value)}; it must be a text.")
    return value.strip()


def _hidden(notes: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    hidden: dict[str, tuple[int, ...]] = {}
    left = MOST_HIDDEN
    for name, value in notes.items():
        if name.startswith(HIDDEN):
            parts = value.replace(",", " ").split(maxsplit=left) if isinstance(value, str) else [value]
            left -= len(parts)
            if left < 0:
                raise LevelError(f"its hidden rules have over {MOST_HIDDEN:,} numbers. Leave some out.")
            hidden[name.removeprefix(HIDDEN)] = tuple(whole_of(name, part) for part in parts)
    return hidden


def whole_of(name: str, value: Any) -> int:
    """A whole number that a property holds, as a number or as text."""
    try:
        if isinstance(value, str) and len(value) <= 20:
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    except ValueError:
        pass
    raise LevelError(f"the property {NOTE}{name} holds {shortened(value)}, which is no whole number.")
