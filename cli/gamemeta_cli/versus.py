"""`gamemeta play GAME --against WHO`: people play in the terminal, by keyboard."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live

from gamemeta.playing.versus import DRAW, HUMAN, LOST, WON, Versus
from gamemeta_cli.terminal.keyboard import Keyboard, keyboard
from gamemeta_cli.terminal.keys import QUIT, Action, Keys, keys_of, pressed
from gamemeta_cli.terminal.match_screen import screen
from gamemeta_levels.level import Level

if TYPE_CHECKING:
    from gamemeta.playing.gif import Recorder


def play_against(
    console: Console, versus: Versus, level: Level, title: str, recorder: "Recorder | None" = None
) -> str:
    """Let people play until all matches are over or they quit.

    Args:
        console: the terminal.
        versus: who plays whom; the first match may have begun.
        level: on which all matches are played.
        title: first line of the screen.
        recorder: gets what is shown.
    Returns: how it went, in a line.
    Raises:
        ConfigError: this is no terminal, or there are more actions than keys.
    """
    keys = keys_of(versus.game.spec.action, versus.people)
    with keyboard() as board, Live(console=console, screen=True, auto_refresh=False) as live:
        while len(versus.finished) < versus.episodes:
            if versus.match == len(versus.finished):
                versus.begin(level)
            if not _match(console, live, board, versus, keys, title, recorder):
                break
    return summary(versus)


def _match(
    console: Console,
    live: Live,
    board: Keyboard,
    versus: Versus,
    keys: Mapping[int, Keys],
    title: str,
    recorder: "Recorder | None",
) -> bool:
    """Play a match to its end; returns whether the next one is wanted."""
    while True:
        frame = versus.frame
        if recorder:
            recorder.add(frame)
        live.update(screen(console, versus, frame, title, keys), refresh=True)
        if versus.over:
            return board.key() != QUIT
        actions: dict[int, Action] = {}
        while len(actions) < len(keys):
            key = board.key()
            if key == QUIT:
                return False
            actions |= pressed(keys, key)
        versus.step(actions)


def summary(versus: Versus) -> str:
    """What one line says when people have stopped."""
    results, words = versus.finished, versus.outcomes
    if not results:
        return "stopped before the end of the first match"
    if words:
        counts = {end: sum(result.outcome == end for result in results) for end in (WON, LOST, DRAW)}
        parts = [f"{words[end]} {count}" for end, count in counts.items() if count or end != DRAW]
        parts[0] = f"won by {parts[0]}"
    else:
        parts = [f"earned {' '.join(f'{result.returns:g}' for result in results)}"]
    done, wanted = len(results), versus.episodes
    stopped = f"; stopped after {done} of {wanted}" if done < wanted else ""
    return f"{done} match{'es' * (done > 1)}; {', '.join(parts)}{stopped}"


def described(against: str) -> str:
    """Whom one plays against, in words."""
    return "two people" if against == HUMAN else f"against {against}"
