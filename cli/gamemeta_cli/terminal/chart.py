"""The adaptation curve for the terminal: columns of block characters, a group an episode."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.text import Text

from gamemeta.evaluation.statistics.scores import Curve

WIDTH, HEIGHT, AXIS = 80, 10, 6
"""Size of the chart, and what of its width the scale takes, in characters."""
PLAYERS = {"agent": "bold cyan", "wiped": "yellow", "swapped": "magenta", "redrawn": "green"}
EIGHTHS = " ▁▂▃▄▅▆▇█"
MAX_COLUMN = 4


def draw_curve(curves: Mapping[str, Curve], *, ascii_only: bool = False) -> Text:
    """Score by episode of the agent and its controls, at most 80 characters wide.

    Columns stand on 0: a score below it, worse than random play, shows as none. With more episodes
    than fit, evenly spaced ones are shown, the first and the last among them.

    Args:
        curves: by player; those not in `PLAYERS` are left out.
        ascii_only: for terminals that know no block characters.
    """
    shown = {name: curve.score for name, curve in curves.items() if name in PLAYERS}
    episodes = spread_evenly(next(iter(shown.values())), (WIDTH - AXIS) // (len(shown) + 1))
    column = min(MAX_COLUMN, ((WIDTH - AXIS) // len(episodes) - 1) // len(shown))
    top = max(1.0, *(score for scores in shown.values() for score in scores))
    picture = _legend(shown)
    for row in range(HEIGHT, 0, -1):
        picture.append(_scale(row, top))
        for k in episodes:
            for name, scores in shown.items():
                cell = _cell(scores[k] / top * HEIGHT - (row - 1), ascii_only)
                picture.append(cell * column, PLAYERS[name])
            picture.append(" ")
        picture.append("\n")
    picture.append(_below(episodes, list(shown), column))
    return picture


def spread_evenly(scores: Sequence[float], room: int) -> list[int]:
    """Which episodes to show, from 0: all, or as many as there is room for, first and last included."""
    count = len(scores)
    return [int(k) for k in np.unique(np.linspace(0, count - 1, min(count, room)).round())]


def _cell(level: float, ascii_only: bool) -> str:
    """The character of a column that reaches `level` rows above the foot of this one."""
    if ascii_only:
        return "#" if level >= 0.5 else " "
    return EIGHTHS[round(8 * min(max(level, 0.0), 1.0))]


def _scale(row: int, top: float) -> str:
    value = f"{top * row / HEIGHT:.1f}" if row % 2 == 0 else ""
    return f"{value:>{AXIS - 2}}| "


def _legend(players: Mapping[str, Sequence[float]]) -> Text:
    words = {
        "agent": "a agent",
        "wiped": "w memory wiped",
        "swapped": "s memory swapped",
        "redrawn": "r rules redrawn",
    }
    legend = Text(" " * AXIS + "score by episode:", end="")
    for name in players:
        legend.append(f"  {words[name]}", PLAYERS[name])
    return legend.append("\n")


def _below(episodes: Sequence[int], players: Sequence[str], column: int) -> Text:
    """The initial of each player under its column, then the episode under each group."""
    group = column * len(players)
    initials = "".join(name[0].center(column) for name in players)
    feet = Text(f"{0:>{AXIS - 2}.1f}| ", end="")
    feet.append(" ".join(initials for _ in episodes) + "\n")
    numbers = " ".join(str(k + 1).center(group) for k in episodes)
    return feet.append(" " * AXIS + numbers.rstrip() + "\n")
