"""`gamemeta play`: watch an agent play several episodes on one level."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

import gamemeta
from gamemeta.errors import ConfigError
from gamemeta.games.registry import refuse_other_game, use_game
from gamemeta.playing.choose import choose_agent, game_named
from gamemeta.playing.session import EpisodeResult, Event, Frame, Session, family_of, told
from gamemeta.playing.versus import BOT, HUMAN, Versus
from gamemeta_cli.terminal.stage import STEPS_PER_S, Stage
from gamemeta_cli.versus import described, play_against
from gamemeta_cli.versus import summary as summary_of_matches
from gamemeta_levels.formats import resolve

if TYPE_CHECKING:
    from gamemeta.playing.gif import Recorder
    from gamemeta.playing.session import Shown

SPEED_OF_PEOPLE = 0.25
"""Of a GIF of people's matches, which have few steps and much to see, in units of an agent's."""
STORY = 160
"""Characters for what happened in an episode, in its line."""


def play(
    agent: Annotated[
        Path | None,
        typer.Argument(
            help="Agent file, the folder of a run, or a game (maze, dungeon, tag, forage). Of a game: its "
            "newest run below ./runs, else its agent that comes with gamemeta. Without it: the newest run, "
            "else the shipped agent of the maze.",
            show_default=False,
        ),
    ] = None,
    level: Annotated[
        str,
        typer.Option(
            metavar="SEED|FILE",
            help="Level to play: a seed (17), a seed of a split (test:17, far:3), or a level file "
            "(.txt, .json).",
        ),
    ] = "test:0",
    episodes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            metavar="K",
            help="Episodes in a row on the level. Default: as many as the agent was trained with.",
            show_default=False,
        ),
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.05, max=1000, help="Pace; 1 is about 12 steps a second.")
    ] = 1.0,
    animation: Annotated[
        bool,
        typer.Option(
            "--animation/--no-animation",
            help="Draw every step, or print one line an episode. Lines when not in a terminal.",
        ),
    ] = True,
    wipe: Annotated[
        bool,
        typer.Option("--wipe", help="Clear the agent's memory before every episode."),
    ] = False,
    seed: Annotated[
        int,
        typer.Option(min=0, max=2**63 - 1, metavar="N", help="What the agent's choices are drawn from."),
    ] = 0,
    skill: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="How well the agent plays: 1 as trained, 0 at random."),
    ] = 1.0,
    gif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write an animated GIF.", show_default=False),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="BOT|AGENT|human",
            help="Play yourself, by keyboard, in a game of several players (tag, duel): against `bot`, the "
            "game's own player, whose style is the level's; against an agent, named as above; or with "
            "another `human`.",
            show_default=False,
        ),
    ] = None,
    game: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.py:CLASS",
            help="The game of an agent that was trained from a file; the file is run. Or a Godot scene, "
            "godot:PATH or godot:attach.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Watch an agent play several episodes on one level: first it searches, then it knows."""
    console = Console(highlight=False, soft_wrap=True)
    named = use_game(game) if game else None
    if against is not None:
        play_yourself(
            console, agent, against, level, episodes=episodes, seed=seed, skill=skill, gif=gif, speed=speed
        )
        return
    path = choose_agent(agent)
    session = open_session(path, level, episodes=episodes, wipe=wipe, seed=seed, game=named, skill=skill)
    recorder = open_recorder(session, gif, speed) if gif else None
    frames = recorder.collect(session.frames()) if recorder else session.frames()
    title = title_of(session, level, path, skill)
    try:
        if animation and console.is_terminal and not console.is_dumb_terminal:
            show = watch_text if session.is_text else watch
            show(console, session, frames, title=title, speed=speed)
        else:
            report(console, session, frames, title=title)
        if recorder:
            console.print(f"{recorder.path}: {recorder.write() / 1000:.0f} kB")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def play_yourself(
    console: Console,
    game: Path | None,
    against: str,
    level: str,
    *,
    episodes: int | None,
    seed: int,
    skill: float,
    gif: Path | None,
    speed: float,
) -> None:
    """Matches of a person, or two, in the terminal, and a GIF of them."""
    if game is None:
        raise ConfigError("which game? Name one of several players: `gamemeta play duel --against bot`.")
    who: str | gamemeta.Agent = against.lower()
    if who not in (BOT, HUMAN):
        who = gamemeta.load(choose_agent(Path(against))).with_skill(skill)
    versus = Versus(game_named(game.as_posix()), who, matches=episodes, seed=seed)
    recorder = open_recorder(versus, gif, speed * SPEED_OF_PEOPLE) if gif else None
    title = f"{versus.game.name} · {level} · {described(against)}"
    try:
        earned = play_against(console, versus, resolve(level, versus.family), title, recorder)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    console.print(title, style="bold", markup=False)
    console.print(summary_of_matches(earned, versus.episodes))
    if recorder and versus.match:
        console.print(f"{recorder.path}: {recorder.write() / 1000:.0f} kB")


def open_session(
    path: Path,
    level: str,
    *,
    episodes: int | None,
    wipe: bool,
    seed: int,
    game: str | None = None,
    skill: float = 1.0,
) -> Session:
    """The agent on the level, before its first episode; `game` is what it must play, if that was said."""
    agent = gamemeta.load(path).with_skill(skill)
    refuse_other_game(game, agent.game)
    found = resolve(level, family_of(agent))
    return Session(agent, found, episodes=episodes, wipe=wipe, seed=seed)


def open_recorder(session: "Shown", gif: Path, speed: float) -> "Recorder":
    """The session as a GIF; drawing is imported here, and only when it is needed."""
    from gamemeta.playing.gif import Recorder  # Pillow, only when a GIF is asked for

    return Recorder(session, gif, speed)


def title_of(session: Session, level: str, path: Path, skill: float = 1.0) -> str:
    """What is played, in one line."""
    size = session.about if session.has_no_map else f"{session.level.height} x {session.level.width}"
    wiped = "memory wiped before every episode" if session.wipe else ""
    weak = f"skill {skill:g}" if skill < 1.0 else ""
    return " · ".join(filter(None, [session.game.name, level, size, wiped, weak, str(path)]))


def watch(console: Console, session: Session, frames: Iterator[Frame], *, title: str, speed: float) -> None:
    """Animate, then leave one line an episode in the terminal, also when it was interrupted."""
    finished: tuple[EpisodeResult, ...] = ()
    lines: list[str] = []
    try:
        with Stage(console, session, title, speed) as stage:
            for frame in frames:
                finished = frame.finished
                if frame.done:
                    lines.append(line_of(finished[-1], session, frame.events))
                stage.show(frame)
    finally:
        console.print(title, style="bold", markup=False)
        for line in lines:
            console.print(line, markup=False)
        console.print(summary(finished, session))


def watch_text(
    console: Console, session: Session, frames: Iterator[Frame], *, title: str, speed: float
) -> None:
    """Every step as the game draws itself in text, one below the other; then as `report`."""

    def shown() -> Iterator[Frame]:
        for frame in frames:
            console.print(Text.from_ansi(frame.scene.text))
            time.sleep(1.0 / (STEPS_PER_S * speed))
            yield frame

    report(console, session, shown(), title=title)


def report(console: Console, session: Session, frames: Iterator[Frame], *, title: str) -> None:
    """One line for every episode as it ends, then the summary."""
    console.print(title, style="bold", markup=False)
    finished: tuple[EpisodeResult, ...] = ()
    for frame in frames:
        finished = frame.finished
        if frame.done:
            console.print(line_of(finished[-1], session, frame.events), markup=False)
    console.print(summary(finished, session))


def line_of(result: EpisodeResult, session: Session, events: Sequence[Event] = ()) -> str:
    """Steps, return and end of an episode, and in short what happened in it."""
    name = f"episode {result.episode:>{len(str(session.episodes))}}"
    end = "solved" if result.success else "not solved"
    line = f"{name}: {result.steps:>4} steps, return {result.returns:.2f}, {end}"
    return f"{line} - {told(events, STORY)}" if events else line


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
