"""A session in the terminal: the level in coloured tiles, what the agent sees, how it goes."""

import textwrap
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.style import Style
from rich.text import Text

from gamemeta.games.scene import camera
from gamemeta.playing.beliefs import heat_of
from gamemeta.playing.session import EpisodeResult, Frame, Session
from gamemeta_cli.terminal import glyphs
from gamemeta_cli.terminal.glyphs import (
    AGENT,
    AMBER,
    BLUE,
    FAINT,
    PATH,
    SOLVED,
    TEAL,
    TILES,
    TRACK,
    Glyph,
    is_plain,
)
from gamemeta_cli.terminal.half_blocks import half_blocks
from gamemeta_cli.terminal.legend import flow, path_entry, tile_entries
from gamemeta_cli.terminal.pace import Pace
from gamemeta_levels.tiles import FLOOR

STEPS_PER_S = 12.0
"""Steps a second at speed 1."""
END_STEPS = 9
"""An ended episode stays on the stage for as long as this many steps."""

PLAIN = Style()
"""The terminal's own colour, readable on a dark and on a light ground."""
PANEL_WIDTH, PANEL_GAP = 36, 3
BAR_WIDTH = 14
LEAST_ROWS = 3
"""Episodes whose rows come before the agent's view, where there is not room for both."""
LOG_LINES = 6
"""Events beside the board, the newest, where a game has words for them."""
LEAST_COLUMNS, LEAST_LINES = 24, 9
"""In a smaller window there is no room for a maze and its numbers."""
LEAST_BOARD = 7
"""A board this many tiles wide stands beside the panel rather than above it."""


class Stage:
    """Draws frames in the terminal at an even pace; use it in a `with` block.

    Args:
        console: where to draw; its size is asked anew for every frame.
        session: what is played.
        title: first line of the screen.
        pace: how fast, at speed 1 about 12 steps a second.
    """

    def __init__(self, console: Console, session: Session, title: str, pace: Pace) -> None:
        self._console, self._session, self._title, self._pace = console, session, title, pace
        self._live = Live(console=console, screen=True, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, frame: Frame) -> bool:
        """Draw the frame, then wait until the next one is due. Returns whether people want to see it."""

        def drawn() -> None:
            page = draw(frame, self._session, self._title, self._console, self._pace.hint)
            self._live.update(page, refresh=True)

        drawn()
        steps = END_STEPS if frame.done or frame.scene.step == 0 else 1
        return self._pace.wait(steps / STEPS_PER_S, drawn)


def draw(frame: Frame, session: Session, title: str, console: Console, hint: str = "") -> Text:
    """The whole screen for one frame, never larger than the console; `hint` is its last line."""
    width, height = console.size
    if width < LEAST_COLUMNS or height < LEAST_LINES:
        words = f"This window is too small: give it {LEAST_COLUMNS} x {LEAST_LINES} characters."
        return Text("\n".join(textwrap.wrap(words, width)[:height]))
    plain, below = is_plain(console), [Text(hint, style="dim")] if hint else []
    height -= len(below)
    head = Text(title, style="bold", no_wrap=True, overflow="ellipsis")
    if width >= 2 * LEAST_BOARD + PANEL_GAP + PANEL_WIDTH:
        room = height - 3, (width - PANEL_GAP - PANEL_WIDTH) // 2
        tiles = board(frame, room, plain)
        space = height - 2, width - tiles[0].cell_len - PANEL_GAP
        lines = _beside(tiles, panel(frame, session, space, plain))
    else:
        lines = _above(frame, session, width, height - 2, plain)
    head.truncate(width, overflow="ellipsis")
    page = [*[head, Text(), *lines][:height], *below]
    for line in page:
        line.truncate(width)
    return Text("\n", no_wrap=True).join(page)


def board(frame: Frame, room: tuple[int, int], plain: bool) -> list[Text]:
    """The level as lines, cut to `room` (tiles) around the agent; or the game's picture, scaled to fit."""
    scene = frame.scene
    if scene.image is not None:
        return half_blocks(scene.image, room[0], 2 * room[1], plain)
    rows, columns = camera(scene, *room)
    walked = {(int(r), int(c)) for r, c in frame.path}
    lit, heat = scene.lit, heat_of(frame.beliefs)
    lines = []
    for row in range(rows.start, rows.stop):
        line = Text()
        for column in range(columns.start, columns.stop):
            glyph = TILES[int(scene.tiles[row, column])]
            if (row, column) == scene.agent:
                glyph = _agent(frame)
            elif (row, column) in walked and scene.tiles[row, column] == FLOOR:
                glyph = PATH
            if heat is not None and (row, column) != scene.agent:
                glyph = glyphs.glowing(glyph, float(heat[row, column]), float(heat.max()))
            _put(line, glyph, plain, bool(lit[row, column]))
        lines.append(line)
    return lines


def view(frame: Frame, plain: bool) -> list[Text]:
    """What the agent sees, as lines; the agent stands in the middle."""
    top, left, _, _ = frame.scene.seen
    lines = []
    for row, codes in enumerate(frame.scene.view, start=top):
        line = Text()
        for column, code in enumerate(codes, start=left):
            here = (row, column) == frame.scene.agent
            _put(line, _agent(frame) if here else TILES[int(code)], plain, True)
        lines.append(line)
    return lines


def panel(frame: Frame, session: Session, space: tuple[int, int], plain: bool) -> list[Text]:
    """Numbers, events, the agent's view and a row for every episode, in `space` (lines, characters)."""
    scene, (height, width) = frame.scene, space
    lines = [
        _pair("Episode", f"{frame.episode} of {session.episodes}"),
        _pair("Step", f"{scene.step} of {scene.limit}"),
        _pair("Return", f"{frame.returns:.2f}").append_text(_outcome(frame)),
        Text(),
    ]
    rows = min(session.episodes, LEAST_ROWS) + 2
    if frame.beliefs and height >= len(lines) + len(frame.beliefs) + 2 + rows:
        thoughts = [Text(belief.line()) for belief in frame.beliefs]
        lines += [Text("The agent believes", style=_ink(FAINT)), *thoughts, Text()]
    if session.has_events and height >= len(lines) + 3 + rows:
        room = min(LOG_LINES, height - len(lines) - 2 - rows)
        lines += [*log(frame, room, width), Text()]
    sees = scene.image is None and 2 * scene.view.shape[1] <= PANEL_WIDTH
    if sees and height >= len(lines) + len(scene.view) + 2 + rows:
        lines += [Text("The agent sees", style=_ink(FAINT)), *view(frame, plain), Text()]
    lines += table(frame, session, height - len(lines), plain)
    entries = [(_agent(frame), "the agent"), path_entry(), *tile_entries(scene, session.game.tile_words())]
    meaning = flow(entries, width, plain) if scene.image is None else []
    return [*lines, Text(), *meaning] if len(lines) + 1 + len(meaning) <= height else lines


def log(frame: Frame, room: int, width: int) -> list[Text]:
    """What the agent has, then `room` lines for the newest events; those of the last step are bold."""
    lines = [Text(frame.scene.status, style=_ink(FAINT))]
    for event in frame.events[-room:]:
        now = event.step == frame.scene.step
        line = Text.assemble((f"{event.step:>4}  ", _ink(FAINT)), (event.words, "bold" if now else PLAIN))
        lines.append(line)
    lines += [Text()] * (room + 1 - len(lines))
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines


def table(frame: Frame, session: Session, height: int, plain: bool) -> list[Text]:
    """A row for every episode that has begun, the newest if not all fit, and the solver's par."""
    limit = frame.scene.limit
    lines = [Text(f"{'Episode':<{BAR_WIDTH + 9}}{'steps':>5}{'return':>8}", style=_ink(FAINT))]
    results = list(frame.finished)
    if not frame.done:
        now = EpisodeResult(
            episode=frame.episode, steps=frame.scene.step, returns=frame.returns, success=None
        )
        results.append(now)
    for result in results[-max(1, height - 2) :]:
        ended = result.episode <= len(frame.finished)
        colour = {True: TEAL, False: AMBER, None: BLUE}[result.success]
        name = f"{result.episode:>4}"
        lines.append(_row(name, result.steps, result.returns, colour, limit, plain, dim=not ended))
    if session.par_steps is not None and session.par_return is not None:
        lines.append(_row(" par", session.par_steps, session.par_return, FAINT, limit, plain))
    return lines


def _row(
    name: str,
    steps: int,
    returns: float,
    colour: glyphs.Colour,
    limit: int,
    plain: bool,
    dim: bool = False,
) -> Text:
    """Name, a bar of steps, steps and return."""
    filled = min(BAR_WIDTH, max(int(steps > 0), round(BAR_WIDTH * steps / limit)))
    full, empty = ("#", ".") if plain else ("━", "━")
    line = Text(f"{name}  ", style=_ink(FAINT) if dim else PLAIN)
    line.append(full * filled, _ink(colour))
    line.append(empty * (BAR_WIDTH - filled), _ink(TRACK))
    line.append(f"   {steps:>5}{returns:>8.2f}", _ink(FAINT) if dim else PLAIN)
    return line


def _above(frame: Frame, session: Session, width: int, height: int, plain: bool) -> list[Text]:
    """The narrow layout: one line of numbers, the level, then the rows that still fit."""
    scene = frame.scene
    numbers = f"{frame.episode}/{session.episodes}  step {scene.step}  {frame.returns:.2f}"
    rows = table(frame, session, 2 + session.episodes, plain) if width >= PANEL_WIDTH else []
    least = LEAST_BOARD if scene.image is not None else min(len(scene.tiles), LEAST_BOARD)
    spare = height - 1 - least - 1
    below = table(frame, session, spare, plain) if rows and spare >= 3 else []
    tiles = board(frame, (height - 1 - len(below), width // 2), plain)
    return [Text(f"Episode {numbers}", style=PLAIN), *tiles, *below]


def _beside(left: list[Text], right: list[Text]) -> list[Text]:
    wide = left[0].cell_len
    lines = []
    for k in range(max(len(left), len(right))):
        line = left[k].copy() if k < len(left) else Text(" " * wide)
        line.append(" " * PANEL_GAP)
        lines.append(line.append_text(right[k]) if k < len(right) else line)
    return lines


def _put(line: Text, glyph: Glyph, plain: bool, lit: bool) -> None:
    line.append(glyph.plain if plain else glyph.text, glyphs.style(glyph, lit))


def _agent(frame: Frame) -> Glyph:
    return SOLVED if frame.done and frame.finished[-1].success else AGENT


def _outcome(frame: Frame) -> Text:
    """How the episode ended, once it has."""
    if not frame.done:
        return Text()
    result = frame.finished[-1]
    if result.success is None:
        return Text("ended", _ink(BLUE))
    if result.success:
        return Text("solved", _ink(TEAL))
    return Text("out of steps" if result.steps >= frame.scene.limit else "failed", _ink(AMBER))


def _pair(name: str, value: str) -> Text:
    return Text.assemble((f"{name:<9}", _ink(FAINT)), (f"{value:<10}", "bold"))


def _ink(rgb: glyphs.Colour) -> Style:
    return Style(color=glyphs.colour(rgb))
