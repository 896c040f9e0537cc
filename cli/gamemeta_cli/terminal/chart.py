"""The adaptation curve for the terminal: columns of block characters, a group an episode."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from rich.text import Text

from gamemeta.evaluation.statistics.scores import Curve

WIDTH, HEIGHT, AXIS = 80, 10, 6
"""Size of the chart, and what of its width the scale takes, in characters."""
PLAYERS = {"agent": "bold cyan", "wiped": "yellow", "swapped": "magenta", "redrawn": "green"}
EIGHTHS, HANGING = " ▁▂▃▄▅▆▇█", " ▀█"
MAX_COLUMN = 4


def draw_curve(curves: Mapping[str, Curve], *, ascii_only: bool = False, width: int = WIDTH) -> Text:
    """Score by episode of the agent and its controls, at most 80 characters wide.

    Columns stand on 0; those of scores below it, worse than random play, hang from it. With more episodes
    than fit, evenly spaced ones are shown, the first and the last among them.

    Args:
        curves: by player; those not in `PLAYERS` are left out.
        ascii_only: for terminals that know no block characters.
        width: of the terminal.
    """
    shown = {name: curve.score for name, curve in curves.items() if name in PLAYERS}
    room = max(min(width, WIDTH) - AXIS, len(shown) + 1)
    episodes = spread_evenly(next(iter(shown.values())), room // (len(shown) + 1))
    column = min(MAX_COLUMN, (room // len(episodes) - 1) // len(shown))
    values = [scores[k] for scores in shown.values() for k in episodes]
    top = max(1.0, *values)
    depth = min(HEIGHT, ceil(-min(values) / top * HEIGHT - 0.5)) if min(values) < 0 else 0
    picture = _legend(shown, AXIS + room)
    for row in (*range(HEIGHT, 0, -1), *range(0, -depth, -1)):
        if row == 0:
            picture.append(_feet(episodes, list(shown), column))
        picture.append(_scale(row, top))
        for k in episodes:
            for name, scores in shown.items():
                cell = _cell(scores[k] / top * HEIGHT, row, ascii_only)
                picture.append(cell * column, PLAYERS[name])
            picture.append(" ")
        picture.append("\n")
    if not depth:
        picture.append(_feet(episodes, list(shown), column))
    return picture.append(_numbers(episodes, column * len(shown)))


def spread_evenly(scores: Sequence[float], room: int) -> list[int]:
    """Which episodes to show, from 0: all, or as many as there is room for, first and last included."""
    count = len(scores)
    return [int(k) for k in np.unique(np.linspace(0, count - 1, min(count, room)).round())]


def _cell(height: float, row: int, ascii_only: bool) -> str:
    """The character of a column of this height in rows, in one row; rows from 0 down are those below 0."""
    if row > 0:
        part = min(max(height - (row - 1), 0.0), 1.0)
        return ("#" if part >= 0.5 else " ") if ascii_only else EIGHTHS[round(8 * part)]
    part = min(max(-height + row, 0.0), 1.0)
    return ("#" if part >= 0.5 else " ") if ascii_only else HANGING[round(2 * part)]


def _scale(row: int, top: float) -> str:
    mark = row if row > 0 else row - 1
    value = f"{top * mark / HEIGHT:.1f}" if mark % 2 == 0 else ""
    return f"{value:>{AXIS - 2}}| "


def _legend(players: Mapping[str, Sequence[float]], width: int) -> Text:
    """What the columns are, in as many lines as it takes."""
    words = {
        "agent": "a agent",
        "wiped": "w memory wiped",
        "swapped": "s memory swapped",
        "redrawn": "r rules redrawn",
    }
    legend, used = Text(" " * AXIS + "score by episode:", end=""), AXIS + len("score by episode:")
    for name in players:
        if used + 2 + len(words[name]) > width:
            legend.append("\n" + " " * (AXIS - 2))
            used = AXIS - 2
        legend.append(f"  {words[name]}", PLAYERS[name])
        used += 2 + len(words[name])
    return legend.append("\n")


def _feet(episodes: Sequence[int], players: Sequence[str], column: int) -> Text:
    """The line of 0: the initial of each player where its column stands."""
    initials = "".join(name[0].center(column) for name in players)
    return Text(f"{0:>{AXIS - 2}.1f}| " + " ".join(initials for _ in episodes) + "\n")


def _numbers(episodes: Sequence[int], group: int) -> Text:
    """The number of each episode in the middle below its columns, where it touches no other."""
    last, width = len(episodes) - 1, AXIS + len(episodes) * (group + 1)
    numbers = [str(k + 1) for k in episodes]
    starts = [AXIS + k * (group + 1) + max(0, (group - len(word)) // 2) for k, word in enumerate(numbers)]
    starts[last] = min(starts[last], max(width - len(numbers[last]), AXIS))
    line = ""
    for k, (start, number) in enumerate(zip(starts, numbers, strict=True)):
        if k == last or (start > len(line.rstrip()) and start + len(number) < starts[last]):
            line = line.ljust(start) + number
    return Text(line + "\n")
