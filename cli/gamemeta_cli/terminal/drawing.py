"""Levels and reports as text for the terminal."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from rich.text import Text

from gamemeta_cli.terminal.glyphs import PATH, TILES, style
from gamemeta_levels.inspection.compare import Comparison
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, GLYPHS, MOVE_NAMES, MOVES, NAMES, SPAWN, WALL

PATH_GLYPH = "+"
OUTSIDE = "_"
"""Drawn where one level has no tile and the other has one."""
BAR_CELLS = 40
DIFFERS = "bold black on bright_yellow"


def draw_level(level: Level, path: Sequence[tuple[int, int]] = ()) -> Text:
    """A level as the coloured glyphs of its file, two cells a tile so that tiles look square.

    Args:
        level: what to draw; of what stands on a tile, the first letter stands beside the tile's glyph.
        path: rows and columns of the floor tiles to mark.
    """
    marked = set(path)
    things = {(thing.row, thing.column): thing.kind[0] for thing in level.entities}
    picture = Text(end="")
    for row, codes in enumerate(level.tiles):
        for column, code in enumerate(codes):
            on_path = code == FLOOR and (row, column) in marked
            glyph = PATH_GLYPH if on_path else GLYPHS[code]
            second = things.get((row, column), glyph if code == WALL else " ")
            picture.append(glyph + second, style(PATH if on_path else TILES[int(code)], lit=True))
        picture.append("\n")
    return picture


def legend(level: Level) -> Text:
    """The kinds of tiles and things in a level, with how many there are."""
    codes, counts = np.unique(level.tiles, return_counts=True)
    words = [f"{GLYPHS[code]} {NAMES[code]}: {count:,}" for code, count in zip(codes, counts, strict=True)]
    kinds = Counter(thing.kind for thing in level.entities)
    words += [f"{kind[0]} {kind}: {count:,}" for kind, count in sorted(kinds.items())]
    return Text(", ".join(words), style="dim")


def draw_difference(comparison: Comparison) -> Text:
    """Two levels as one drawing: a place that differs shows the glyph of the first, then of the second."""
    picture = Text(end="")
    for row in range(max(comparison.before.height, comparison.after.height)):
        for column in range(max(comparison.before.width, comparison.after.width)):
            before, after = (
                comparison.tile(level, row, column) for level in (comparison.before, comparison.after)
            )
            if before == after and before is not None:
                second = GLYPHS[before] if before == WALL else " "
                picture.append(GLYPHS[before] + second, style(TILES[before], lit=False))
            elif before == after:
                picture.append("  ")
            else:
                shown = "".join(OUTSIDE if tile is None else GLYPHS[tile] for tile in (before, after))
                picture.append(shown, DIFFERS)
        picture.append("\n")
    return picture


def path_of(level: Level, plan: Sequence[str]) -> list[tuple[int, int]]:
    """The tiles, row and column, that a plan of moves leads over, the spawn first; none for other actions."""
    moves = dict(zip(MOVE_NAMES, MOVES, strict=True)) | {"stay": (0, 0)}
    path = level.find(SPAWN)[:1]
    if not path or not moves.keys() >= set(plan):
        return []
    for action in plan:
        down, right = moves[action]
        path.append((path[-1][0] + down, path[-1][1] + right))
    return path


def draw_histogram(counts: dict[int, int], unit: str, bins: int = 12, width: int = 80) -> Text:
    """A bar for each range of values, in lines of `width`; `counts` maps a value to how often it occurs."""
    if not counts:
        return Text(f"no {unit}\n", end="")
    low, high = min(counts), max(counts)
    step = max(1, -(-(high - low + 1) // bins))
    cells = max(1, min(BAR_CELLS, width - len(f"{0:>9} {unit} {0:>9} ")))
    bars = dict.fromkeys(range(low, high + 1, step), 0)
    for value, count in counts.items():
        bars[low + (value - low) // step * step] += count
    picture, most = Text(end=""), max(bars.values())
    for start, count in bars.items():
        end = min(start + step - 1, high)
        label = str(start) if start == end else f"{start}-{end}"
        picture.append(f"{label:>9} {unit} {count:>9,} ")
        picture.append("=" * round(cells * count / most) + "\n", "cyan")
    return picture
