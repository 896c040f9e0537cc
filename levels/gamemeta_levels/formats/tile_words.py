"""What the tiles, objects and entities of an editor's file mean: words for our tiles.

A file of words, for art that knows nothing of gamemeta::

    empty = "wall"             # a tile that nothing is drawn on
    root = ".."                # tilesets may lie in this folder and below; else beside the level
    [tiles]
    "walls.tsx:5" = "wall"
    "Player" = "spawn"
    "*" = "ignore"             # everything else
    [layers]
    "Sky" = "ignore"
    "Rocks" = "wall"           # whatever is drawn on it
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gamemeta_levels.errors import ConfigError, LevelError, cut, shortened
from gamemeta_levels.files.toml import read_toml
from gamemeta_levels.tiles import NAMES, WALL

WORDS_FILE = "gamemeta-tiles.toml"
"""The file of words that counts for the level files beside it where none is named."""
IGNORE = "ignore"
"""The word for what is only decoration."""
REST = "*"
"""Stands for every tile that is not named."""
WORDS = tuple(name.replace(" ", "_") for name in NAMES)
"""The word of each tile code: `wall`, `floor`, `key_1` ..."""

_CODES = {word.replace("_", ""): code for code, word in enumerate(WORDS)}
_FIELDS = {"empty": str, "root": str, "tiles": dict, "layers": dict}


def code_of(word: str) -> int | None:
    """The tile code of a word, whatever its case and however its parts are joined; None for other words."""
    return _CODES.get(re.sub(r"[\s_.-]", "", word).lower())


def is_ignored(word: str) -> bool:
    """Whether a word says that something is only decoration."""
    return word.strip().lower() == IGNORE


@dataclass(frozen=True)
class TileWords:
    """What a user says that things in files mean; what the files say counts less."""

    tiles: Mapping[str, str] = field(default_factory=dict)
    """Words by name of a tile, object or entity; `*` for all others."""
    layers: Mapping[str, str] = field(default_factory=dict)
    """Words by name of a layer, for all that is drawn on it."""
    empty: str | None = None
    """Word of a tile that nothing is drawn on; None leaves that to the file."""
    root: Path | None = None
    """Folder that neighbours of a level file may lie in; None for the folder of that file."""


def read_tile_words(path: Path) -> TileWords:
    """Read a file of words.

    Raises:
        ConfigError: it cannot be read, or says something that is no word for a tile; with the place.
    """
    return tile_words_of(read_toml(path), path)


def tile_words_of(values: Mapping[str, Any], path: Path) -> TileWords:
    """What the tables of a file of words say. Raises ConfigError as `read_tile_words`."""
    for name, value in values.items():
        if name not in _FIELDS:
            raise ConfigError(f"{path}: {cut(name, 40)} is unknown. Choose from: {', '.join(_FIELDS)}.")
        if type(value) is not _FIELDS[name]:
            kind = "a text" if _FIELDS[name] is str else "a table"
            raise ConfigError(f"{path}: {name} is {shortened(value, 40)}; it must be {kind}.")
    for table in ("tiles", "layers"):
        for name, word in values.get(table, {}).items():
            _check_word(path, f"{table}.{cut(name, 60)}", word)
    if "empty" in values:
        _check_word(path, "empty", values["empty"])
    root = path.parent / values["root"] if "root" in values else None
    return TileWords(values.get("tiles", {}), values.get("layers", {}), values.get("empty"), root)


def _check_word(path: Path, place: str, word: Any) -> None:
    if not isinstance(word, str) or (code_of(word) is None and not is_ignored(word)):
        raise ConfigError(
            f"{path}: {place} = {shortened(word, 40)}: "
            f"give a word for a tile: {', '.join(WORDS)} or {IGNORE}."
        )


def code_of_empty(word: str | None) -> int:
    """The tile code of what nothing is drawn on; wall where nobody says.

    Raises:
        LevelError: no word for a tile.
    """
    code = WALL if word is None else code_of(word)
    if code is None:
        raise LevelError(
            f"gamemeta.empty is {shortened(word)}; give a word for a tile, such as wall or floor."
        )
    return code
