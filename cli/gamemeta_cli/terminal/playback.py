"""A session in the terminal: animated, step by step as text, or a line for each episode."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from gamemeta.playing.session import EpisodeResult, Event, Frame, Session, events_in_line
from gamemeta_cli.terminal.console import print_sentence
from gamemeta_cli.terminal.keyboard import keyboard_if_any
from gamemeta_cli.terminal.pace import Pace
from gamemeta_cli.terminal.stage import STEPS_PER_S, Stage

STORY = 160
"""Characters for what happened in an episode, in its line."""


def show_session(
    console: Console,
    session: Session,
    frames: Iterator[Frame],
    *,
    title: str,
    speed: float,
    animation: bool,
) -> None:
    """Play the frames in the way that suits the terminal and the game; keys change the pace."""
    if not (animation and console.is_terminal and not console.is_dumb_terminal):
        report(console, session, frames, title=title)
        return
    watching = watch_text if session.is_text else watch
    with keyboard_if_any() as pressed:
        watching(console, session, frames, title=title, pace=Pace(pressed, speed))


def title_of(session: Session, level: str, path: Path, skill: float = 1.0) -> str:
    """What is played, in one line."""
    size = session.about if session.has_no_map else f"{session.level.height} x {session.level.width}"
    wiped = "memory wiped before every episode" if session.wipe else ""
    weak = f"skill {skill:g}" if skill < 1.0 else ""
    return " · ".join(filter(None, [session.game.name, level, size, wiped, weak, str(path)]))


def watch(console: Console, session: Session, frames: Iterator[Frame], *, title: str, pace: Pace) -> None:
    """Animate, then leave one line an episode in the terminal, also when it was interrupted."""
    finished: tuple[EpisodeResult, ...] = ()
    lines: list[str] = []
    try:
        with Stage(console, session, title, pace) as stage:
            for frame in frames:
                finished = frame.finished
                if frame.done:
                    lines.append(line_of(finished[-1], session, frame.events))
                if not stage.show(frame):
                    break
    finally:
        print_sentence(console, title, "bold")
        for line in lines:
            print_sentence(console, line)
        print_sentence(console, summary(finished, session))


def watch_text(
    console: Console, session: Session, frames: Iterator[Frame], *, title: str, pace: Pace
) -> None:
    """Every step as the game draws itself in text, one below the other; then as `report`."""

    def shown() -> Iterator[Frame]:
        for frame in frames:
            console.print(Text.from_ansi(frame.scene.text))
            yield frame
            if not pace.wait(1 / STEPS_PER_S):
                return

    report(console, session, shown(), title=title, hint=pace.hint)


def report(
    console: Console, session: Session, frames: Iterator[Frame], *, title: str, hint: str = ""
) -> None:
    """One line for every episode as it ends, then the summary."""
    print_sentence(console, title, "bold")
    if hint:
        console.print(hint, style="dim")
    finished: tuple[EpisodeResult, ...] = ()
    for frame in frames:
        finished = frame.finished
        if frame.done:
            print_sentence(console, line_of(finished[-1], session, frame.events))
            for belief in frame.beliefs:
                print_sentence(console, f"  {belief.line()}")
    print_sentence(console, summary(finished, session))


def line_of(result: EpisodeResult, session: Session, events: Sequence[Event] = ()) -> str:
    """Steps, return and end of an episode, and in short what happened in it."""
    name = f"episode {result.episode:>{len(str(session.episodes))}}"
    end = {True: ", solved", False: ", not solved", None: ""}[result.success]
    line = f"{name}: {result.steps:>4} steps, return {result.returns:.2f}{end}"
    return f"{line} - {events_in_line(events, STORY)}" if events else line


def summary(finished: Sequence[EpisodeResult], session: Session) -> str:
    """Where the agent began and where it ended, beside the solver's par."""
    par = f"; {session.par}" if session.par else ""
    if len(finished) < session.episodes:
        return f"stopped after {len(finished)} of {session.episodes} episodes{par}"
    first, last = finished[0], finished[-1]
    went = f"return {first.returns:.2f}"
    if len(finished) > 1:
        went += f" in episode 1, {last.returns:.2f} in episode {last.episode}"
    return f"{went}{par}"
