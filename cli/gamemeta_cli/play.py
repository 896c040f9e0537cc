"""`gamemeta play`: watch an agent play several episodes on one level."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import gamemeta
from gamemeta.assets import find_asset
from gamemeta.errors import AgentFileError
from gamemeta.playing import EpisodeResult, Frame, Session, family_of
from gamemeta_cli.stage import Stage
from gamemeta_levels.formats import resolve

if TYPE_CHECKING:
    from gamemeta.recording import Recorder

RUNS, AGENT_FILE = Path("runs"), "agent.safetensors"
SHIPPED = "agents/maze.safetensors"


def play(
    agent: Annotated[
        Path | None,
        typer.Argument(
            help="Agent file, or the folder of a run. Without it: the newest run below ./runs, "
            "else the agent that comes with gamemeta.",
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
    gif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write an animated GIF.", show_default=False),
    ] = None,
) -> None:
    """Watch an agent play several episodes on one level: first it searches, then it knows."""
    console = Console(highlight=False, soft_wrap=True)
    path = choose_agent(agent)
    session = open_session(path, level, episodes=episodes, wipe=wipe, seed=seed)
    recorder = open_recorder(session, gif, speed) if gif else None
    frames = recorder.collect(session.frames()) if recorder else session.frames()
    title = title_of(session, level, path)
    try:
        if animation and console.is_terminal and not console.is_dumb_terminal:
            watch(console, session, frames, title=title, speed=speed)
        else:
            report(console, session, frames, title=title)
        if recorder:
            console.print(f"{recorder.path}: {recorder.write() / 1000:.0f} kB")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def choose_agent(given: Path | None) -> Path:
    """The agent file that is meant: the one given, the newest run's, or the shipped one.

    Raises:
        AgentFileError: none was given and there is none.
    """
    if given is not None:
        return given / AGENT_FILE if given.is_dir() else given
    runs = sorted(RUNS.glob(f"*/{AGENT_FILE}"), key=lambda file: file.stat().st_mtime_ns)
    found = runs[-1] if runs else find_asset(SHIPPED)
    if found is None:
        raise AgentFileError(
            f"there is no agent to watch: no {RUNS}/*/{AGENT_FILE} here, and none came with "
            "gamemeta. Train one with `gamemeta train`, or name an agent file."
        )
    return found


def open_session(path: Path, level: str, *, episodes: int | None, wipe: bool, seed: int) -> Session:
    agent = gamemeta.load(path)
    found = resolve(level, family_of(agent))
    return Session(agent, found, episodes=episodes, wipe=wipe, seed=seed)


def open_recorder(session: Session, gif: Path, speed: float) -> "Recorder":
    from gamemeta.recording import Recorder  # Pillow, only when a GIF is asked for

    return Recorder(session, gif, speed)


def title_of(session: Session, level: str, path: Path) -> str:
    size = f"{session.level.height} x {session.level.width}"
    wiped = "memory wiped before every episode" if session.wipe else ""
    return " · ".join(filter(None, [session.game.name, level, size, wiped, str(path)]))


def watch(console: Console, session: Session, frames: Iterator[Frame], *, title: str, speed: float) -> None:
    """Animate, then leave one line an episode in the terminal, also when it was interrupted."""
    finished: tuple[EpisodeResult, ...] = ()
    try:
        with Stage(console, session, title, speed) as stage:
            for frame in frames:
                finished = frame.finished
                stage.show(frame)
    finally:
        console.print(title, style="bold", markup=False)
        for result in finished:
            console.print(line_of(result, session))
        console.print(summary(finished, session))


def report(console: Console, session: Session, frames: Iterator[Frame], *, title: str) -> None:
    """One line for every episode as it ends, then the summary."""
    console.print(title, style="bold", markup=False)
    finished: tuple[EpisodeResult, ...] = ()
    for frame in frames:
        finished = frame.finished
        if frame.done:
            console.print(line_of(finished[-1], session))
    console.print(summary(finished, session))


def line_of(result: EpisodeResult, session: Session) -> str:
    name = f"episode {result.episode:>{len(str(session.episodes))}}"
    end = "solved" if result.success else "not solved"
    return f"{name}: {result.steps:>4} steps, return {result.returns:.2f}, {end}"


def summary(finished: Sequence[EpisodeResult], session: Session) -> str:
    """Where the agent began and where it ended, beside the solver's par."""
    par = f"par: {session.par_steps} steps, return {session.par_return:.2f}"
    if len(finished) < session.episodes:
        return f"stopped after {len(finished)} of {session.episodes} episodes; {par}"
    first, last = finished[0], finished[-1]
    went = f"return {first.returns:.2f}"
    if len(finished) > 1:
        went += f" in episode 1, {last.returns:.2f} in episode {last.episode}"
    return f"{went}; {par}"
