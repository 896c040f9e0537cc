"""Levels and reports as text for the terminal."""

from collections.abc import Sequence

from rich.text import Text

from gamemeta_cli.glyphs import PATH, TILES, style
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, GLYPHS, MOVE_NAMES, MOVES, SPAWN, WALL

PATH_GLYPH = "*"
BAR_CELLS = 40


def draw_tiles(level: Level, path: Sequence[tuple[int, int]] = ()) -> Text:
    """A level as the coloured glyphs of its file, two cells a tile so that tiles look square.

    Args:
        level: what to draw.
        path: rows and columns of the floor tiles to mark.
    """
    marked = set(path)
    picture = Text(end="")
    for row, codes in enumerate(level.tiles):
        for column, code in enumerate(codes):
            on_path = code == FLOOR and (row, column) in marked
            glyph = PATH_GLYPH if on_path else GLYPHS[code]
            second = glyph if code == WALL else " "
            look = PATH if on_path else TILES[int(code)]
            picture.append(glyph + second, style(look, lit=True))
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


def draw_histogram(counts: dict[int, int], unit: str, bins: int = 12) -> Text:
    """A bar for each range of values; `counts` maps a value to how often it was found."""
    if not counts:
        return Text(f"no {unit}\n", end="")
    low, high = min(counts), max(counts)
    width = max(1, -(-(high - low + 1) // bins))
    bars = dict.fromkeys(range(low, high + 1, width), 0)
    for value, count in counts.items():
        bars[low + (value - low) // width * width] += count
    picture, most = Text(end=""), max(bars.values())
    for start, count in bars.items():
        end = min(start + width - 1, high)
        label = str(start) if start == end else f"{start}-{end}"
        picture.append(f"{label:>9} {unit} {count:>9,} ")
        picture.append("=" * round(BAR_CELLS * count / most) + "\n", "cyan")
    return picture
