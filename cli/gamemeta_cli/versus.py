"""`gamemeta play GAME --against WHO`: people play in the terminal, by keyboard."""

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from gamemeta.playing.session import Frame
from gamemeta.playing.versus import HUMAN, Versus, action_named
from gamemeta.spec import ActionSpec
from gamemeta_cli.terminal.keyboard import Keyboard, keyboard
from gamemeta_cli.terminal.stage import board
from gamemeta_levels.level import Level

if TYPE_CHECKING:
    from gamemeta.playing.gif import Recorder

QUIT = "q"
Choices = dict[str, tuple[str, ...]]
MOVES: Choices = {"w": ("up",), "s": ("down",), "a": ("left",), "d": ("right",), "space": ("stay",)}
ARROWS: Choices = {name: (name,) for name in ("up", "down", "left", "right")}
FIRST: Choices = MOVES | {
    "f": ("shoot", "ahead"),
    "r": ("shoot", "to the left"),
    "g": ("shoot", "to the right"),
    "t": ("trap",),
}
"""Keys of the first of two people, and what they mean, head by head; alone one has the arrows, too."""
SECOND: Choices = ARROWS | {
    "enter": ("stay",),
    "k": ("shoot", "ahead"),
    "j": ("shoot", "to the left"),
    "l": ("shoot", "to the right"),
    "i": ("trap",),
}
WHO: dict[tuple[int, ...], str] = {(0,): "you are the first", (1,): "you are the second"}
LINES, ROOM = 7, 2
"""Lines of the screen around the board, and characters of a tile."""


def play_against(
    console: Console, versus: Versus, level: Level, title: str, recorder: "Recorder | None" = None
) -> list[float]:
    """Let people play until all matches are over or they quit.

    Args:
        console: the terminal.
        versus: who plays whom.
        level: on which all matches are played.
        title: first line of the screen.
        recorder: gets what is shown.
    Returns: what the first of the people earned in each match that was ended.
    Raises:
        ConfigError: this is no terminal.
    """
    keys = keys_of(versus)
    with keyboard() as pressed, Live(console=console, screen=True, auto_refresh=False) as live:
        while len(versus.finished) < versus.episodes:
            versus.begin(level)
            if not _match(console, live, pressed, versus, keys, title, recorder):
                break
    return [result.returns for result in versus.finished]


def keys_of(versus: Versus) -> dict[int, dict[str, tuple[int, ...]]]:
    """By seat, what the keys of each of the people do in this game."""
    spec = versus.game.spec.action
    alone = len(versus.people) == 1
    tables = [FIRST | ARROWS] if alone else [FIRST, SECOND]
    return {seat: _known(table, spec) for seat, table in zip(versus.people, tables, strict=True)}


def _known(table: Choices, spec: ActionSpec) -> dict[str, tuple[int, ...]]:
    named = {key: action_named(spec, names) for key, names in table.items()}
    return {key: action for key, action in named.items() if action is not None}


def _match(
    console: Console,
    live: Live,
    pressed: Keyboard,
    versus: Versus,
    known: dict[int, dict[str, tuple[int, ...]]],
    title: str,
    recorder: "Recorder | None",
) -> bool:
    """Play a match to its end; returns whether the next one is wanted."""
    while True:
        frame = versus.frame
        if recorder:
            recorder.add(frame)
        live.update(screen(console, versus, frame, title, known), refresh=True)
        if versus.over:
            return pressed.key() != QUIT
        actions: dict[int, tuple[int, ...]] = {}
        while len(actions) < len(known):
            key = pressed.key()
            if key == QUIT:
                return False
            actions |= {seat: table[key] for seat, table in known.items() if key in table}
        versus.step(actions)


def screen(
    console: Console,
    versus: Versus,
    frame: Frame,
    title: str,
    known: dict[int, dict[str, tuple[int, ...]]],
) -> Text:
    """The whole screen: title, match and score, the arena, what happened, and which keys there are."""
    width, height = console.size
    plain = not console.encoding.lower().startswith("utf")
    bare = replace(frame, path=frame.path[:0])
    tiles = board(bare, (max(1, height - LINES), max(1, width // ROOM)), plain)
    who = WHO.get(versus.people, "two people")
    won = sum(result.returns for result in frame.finished)
    score = f"match {frame.episode}, {who}; won so far {won:g} of {len(frame.finished)}"
    happened = [event.words for event in frame.events if event.step == frame.scene.step]
    words = "; ".join([*happened, *(["any key: on"] if frame.done else [])])
    lines = [
        Text(title, style="bold"),
        Text(score),
        *tiles,
        Text(frame.scene.status),
        Text(words, style="bold"),
    ]
    lines += [Text(line, style="dim") for line in helped(known)]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return Text("\n", no_wrap=True).join(lines[:height])


def helped(known: dict[int, dict[str, tuple[int, ...]]]) -> list[str]:
    """The keys, a line for each of the people."""
    lines = []
    for number, table in enumerate(known.values()):
        words = "arrows" if "up" in table else ""
        words += " or wasd" if "up" in table and "w" in table else "" if "up" in table else "wasd"
        means = {**FIRST, **SECOND}
        rest = [f"{key} {' '.join(means[key])}" for key in table if key not in (*ARROWS, "w", "a", "s", "d")]
        lines.append(f"{'first' if number == 0 else 'second'}: {words} walk, {', '.join(rest)}")
    if len(lines) == 1:
        lines[0] = lines[0].removeprefix("first: ")
    return [*lines, f"{QUIT} quits"]


def summary(earned: list[float], matches: int) -> str:
    """What one line says when people have stopped."""
    if not earned:
        return "stopped before the end of the first match"
    curve = " ".join(f"{points:g}" for points in earned)
    return f"won {sum(earned):g} of {len(earned)} matches ({curve})" + (
        "" if len(earned) == matches else f"; stopped after {len(earned)} of {matches}"
    )


def described(against: str) -> str:
    """Whom one plays against, in words."""
    return "two people" if against == HUMAN else f"against {against}"
