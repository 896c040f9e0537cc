"""The screen of people who play: the board, who they are, what they want, what happened, and the keys."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from gamemeta.playing.session import Frame
from gamemeta.playing.versus import WON, Versus
from gamemeta_cli.terminal.glyphs import AGENT, TILES, Glyph, is_plain
from gamemeta_cli.terminal.keys import QUIT, Keys
from gamemeta_cli.terminal.legend import Entry, flow, joined, tile_entries
from gamemeta_cli.terminal.stage import board
from gamemeta_levels.tiles import PLAYER_1

BESIDE, GAP = 44, 3
"""Least width of the words beside the board, and the gap between them, in characters."""
LEAST_BOARD = 5
"""Rows of the board that words below leave to it."""
Lines = list[Text]


def screen(console: Console, versus: Versus, frame: Frame, title: str, keys: Mapping[int, Keys]) -> Text:
    """The whole screen, never larger than the console: words beside the board, or below it."""
    (width, height), plain = console.size, is_plain(console)
    bare = replace(frame, path=frame.path[:0])
    rows, columns = frame.scene.tiles.shape if frame.scene.image is None else (height, width // 2)
    head = Text(title, style="bold")
    if width - GAP - BESIDE >= 2 * columns and height - 1 >= rows:
        tiles = board(bare, (rows, columns), plain)
        words = _words(versus, frame, keys, width - GAP - tiles[0].cell_len, (height - 1, height - 1), plain)
        lines = [head, *_beside(tiles, words)]
    else:
        room = height - 1 - min(rows, LEAST_BOARD), height - 1 - rows
        words = _words(versus, frame, keys, width, room, plain)
        tiles = board(bare, (max(1, height - 1 - len(words)), max(1, width // 2)), plain)
        lines = [head, *tiles, *words]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return Text("\n", no_wrap=True).join(lines[:height])


def _words(
    versus: Versus, frame: Frame, keys: Mapping[int, Keys], width: int, room: tuple[int, int], plain: bool
) -> Lines:
    """As many sections as fit, the most needed first, in the order of reading.

    `room` holds the lines for sections that are needed in each step, and those for all of them.
    """
    sections = _sections(versus, frame, keys, width, plain)
    kept: set[str] = set()
    for name in ("keys", "happened", "you", "score", "status", "goal", "legend"):
        if sum(len(sections[one]) for one in (*kept, name)) <= room[name in ("goal", "legend")]:
            kept.add(name)
    return [line for name, lines in sections.items() if name in kept for line in lines]


def _sections(
    versus: Versus, frame: Frame, keys: Mapping[int, Keys], width: int, plain: bool
) -> dict[str, Lines]:
    happened = [event.words for event in frame.events if event.step == frame.scene.step]
    more = ["any key: on"] if frame.done else []
    return {
        "you": flow(_people(versus), width, plain),
        "goal": [line for seat in versus.people for line in _wrapped(_goal(versus, seat), width, "italic")],
        "legend": flow(_others(versus, frame), width, plain),
        "score": _wrapped(_score(versus, frame), width),
        "status": _wrapped(frame.scene.status, width),
        "happened": _wrapped("; ".join([*happened, *more]), width, "bold") or [Text()],
        "keys": _keys(keys, width),
    }


def _people(versus: Versus) -> list[Entry]:
    """Glyphs of the people, and what they are called."""
    if len(versus.people) == 1:
        (seat,) = versus.people
        return [(_glyph(seat), f"you are {versus.who(seat)}")]
    return [(_glyph(seat), f"{versus.who(seat)}") for seat in versus.people]


def _glyph(seat: int) -> Glyph:
    return AGENT if seat == 0 else TILES[PLAYER_1]


def _others(versus: Versus, frame: Frame) -> list[Entry]:
    """What else there is on the board."""
    people = {PLAYER_1} if 1 in versus.people else set()
    words = versus.game.tile_words()
    shown = [(g, w) for g, w in tile_entries(frame.scene, words) if g not in [TILES[code] for code in people]]
    return shown if 0 in versus.people else [(AGENT, f"{versus.who(0)}, the agent"), *shown]


def _goal(versus: Versus, seat: int) -> str:
    goal = versus.game.goal(seat)
    same = len({versus.game.goal(one) for one in versus.people}) == 1
    if same:
        return goal if seat == versus.people[0] else ""
    who = versus.who(seat)
    return f"{who[0].upper()}{who[1:]}: {goal}"


def _score(versus: Versus, frame: Frame) -> str:
    played = len(frame.finished)
    if versus.outcomes:
        won = sum(result.outcome == WON for result in frame.finished)
        so_far = f"won {won} of {played}"
    else:
        so_far = f"{sum(result.returns for result in frame.finished):g} points in {played}"
    return f"match {frame.episode} of {versus.episodes}; so far {so_far}"


def _keys(keys: Mapping[int, Keys], width: int) -> Lines:
    """The keys, from a new line on for each of two people; one that does not fit is never left out."""
    lines: Lines = []
    for number, table in enumerate(keys.values()):
        words = table.words()
        if len(keys) > 1:
            words[0] = f"{('first', 'second')[number]}: {words[0]}"
        lines += joined([Text(word, "bold") for word in words], width)
    return lines + joined([Text(f"{QUIT}: quit", "bold")], width)


def _wrapped(words: str, width: int, style: str = "") -> Lines:
    return [Text(line, style) for line in textwrap.wrap(words, max(1, width))]


def _beside(left: Sequence[Text], right: Sequence[Text]) -> Lines:
    wide, lines = left[0].cell_len, []
    for k in range(max(len(left), len(right))):
        line = left[k].copy() if k < len(left) else Text(" " * wide)
        line.append(" " * GAP)
        lines.append(line.append_text(right[k]) if k < len(right) else line)
    return lines
