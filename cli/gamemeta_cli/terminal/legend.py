"""What the glyphs on a board mean, in words."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from rich.text import Text

from gamemeta.games.scene import Scene
from gamemeta_cli.terminal import glyphs
from gamemeta_cli.terminal.glyphs import PATH, TILES, Glyph
from gamemeta_levels.tiles import FLOOR, NAMES

Entry = tuple[Glyph, str]
GAP = 2


def tile_entries(scene: Scene, words: Mapping[int, str]) -> list[Entry]:
    """The kinds of tiles on a board, but the floor; none where there is no map.

    Args:
        scene: what is drawn.
        words: of the game for some tiles, by code; others have their usual names.
    """
    if scene.image is not None:
        return []
    codes = [int(code) for code in np.unique(scene.tiles) if code != FLOOR]
    return [(TILES[code], words.get(code, NAMES[code])) for code in codes]


def path_entry() -> Entry:
    """Of the tiles where the agent has been."""
    return PATH, "where it walked"


def flow(entries: Iterable[Entry], width: int, plain: bool) -> list[Text]:
    """Entries beside each other, in as many lines as it takes; no entry is cut."""
    parts = []
    for glyph, words in entries:
        part = Text().append(glyph.plain if plain else glyph.text, glyphs.style(glyph, True))
        parts.append(part.append(f" {words}"))
    return joined(parts, width)


def joined(parts: Sequence[Text], width: int) -> list[Text]:
    """Parts with gaps between them, in lines of this width; a part longer than a line is cut."""
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + GAP + part.cell_len <= width:
            lines[-1].append(" " * GAP).append_text(part)
        else:
            lines.append(part.copy())
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines
