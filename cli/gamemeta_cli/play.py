"""`gamemeta play`: watch an agent play several episodes on one level."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

import gamemeta
from gamemeta.errors import ConfigError
from gamemeta.games.registry import refuse_other_game, use_game
from gamemeta.playing.choose import choose_agent, game_named
from gamemeta.playing.session import Frame, Session, family_of
from gamemeta.playing.versus import BOT, HUMAN, Versus
from gamemeta_cli import play_options as o
from gamemeta_cli.options import GameFile, Seed, Tiles, words_in
from gamemeta_cli.terminal.console import STARTING, PlainConsole, spinner
from gamemeta_cli.terminal.playback import show_session, title_of
from gamemeta_cli.versus import described, play_against
from gamemeta_levels.formats import NO_WORDS, Reading, resolve
from gamemeta_levels.formats.once import ReadOnce
from gamemeta_levels.formats.tile_words import TileWords

if TYPE_CHECKING:
    from gamemeta.playing.gif import Recorder
    from gamemeta.playing.session import Shown

FIRST_LEVEL = "test:0"
"""What is played where no level is named."""
FIRST_RECORDED = "train:0"
"""What is recorded where no level is named: nothing may be learned from test levels."""
SPEED_OF_PEOPLE = 0.25
"""Of a GIF of people's matches, which have few steps and much to see, in units of an agent's."""


def play(
    agent: o.AgentName = None,
    level: o.LevelWord = None,
    episodes: o.Episodes = None,
    wipe: o.Wipe = False,
    skill: o.Skill = 1.0,
    seed: Seed = 0,
    speed: o.Speed = 1.0,
    animation: o.Animation = True,
    beliefs: o.Beliefs = False,
    gif: o.Gif = None,
    game: GameFile = None,
    against: o.Against = None,
    record: o.Record = None,
    tiles: Tiles = None,
) -> None:
    """Watch an agent play several episodes on one level: first it searches, then it knows."""
    console = PlainConsole(soft_wrap=True)
    named = use_game(game) if game else None
    meaning = words_in(tiles)
    if against is not None:
        play_yourself(
            console,
            agent,
            against,
            level or (FIRST_RECORDED if record else FIRST_LEVEL),
            record=record,
            episodes=episodes,
            seed=seed,
            skill=skill,
            gif=gif,
            speed=speed,
            tiles=meaning,
        )
        return
    if record is not None:
        raise ConfigError(
            "--record writes down what people do: add --against bot, say. Agents are recorded by `gamemeta "
            "demos record`."
        )
    read = ReadOnce()
    path = choose_agent(agent or game, level=level, tiles=meaning, read=read)
    level = level or FIRST_LEVEL
    settings: dict[str, Any] = {"episodes": episodes, "wipe": wipe, "seed": seed, "skill": skill}
    settings |= {"beliefs": beliefs, "read": read}
    with spinner(STARTING):
        session = open_session(path, level, game=named, tiles=meaning, **settings)
        frames = begun(session)
    recorder = open_recorder(session, gif, speed) if gif else None
    frames = recorder.collect(frames) if recorder else frames
    title = title_of(session, level, path, skill)
    try:
        show_session(console, session, frames, title=title, speed=speed, animation=animation)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if recorder:
        console.print(f"{recorder.path}: {recorder.write() / 1000:.0f} kB")


def play_yourself(
    console: Console,
    game: Path | None,
    against: str,
    level: str,
    *,
    record: Path | None,
    episodes: int | None,
    seed: int,
    skill: float,
    gif: Path | None,
    speed: float,
    tiles: TileWords,
) -> None:
    """Matches of a person, or two, in the terminal, and a GIF of them."""
    if game is None:
        raise ConfigError("which game? Name one of several players: `gamemeta play duel --against bot`.")
    if record is not None and record.exists():
        raise ConfigError(f"{record}: is there already, and may hold plays. Give another name.")
    who: str | gamemeta.Agent = against.lower()
    if who not in (BOT, HUMAN):
        who = gamemeta.load(choose_agent(Path(against))).with_skill(skill)
    with spinner(STARTING):
        versus = Versus(game_named(game.as_posix()), who, matches=episodes, seed=seed)
        drawn = resolve(level, versus.family, tiles)
        versus.begin(drawn)
    recorder = open_recorder(versus, gif, speed * SPEED_OF_PEOPLE) if gif else None
    title = f"{versus.game.name} · {level} · {described(against)}"
    try:
        summary = play_against(console, versus, drawn, title, recorder)
    except KeyboardInterrupt:
        write_record(console, versus, record)
        raise typer.Exit(130) from None
    console.print(title, style="bold")
    console.print(summary)
    write_record(console, versus, record)
    if recorder and versus.match:
        console.print(f"{recorder.path}: {recorder.write() / 1000:.0f} kB")


def write_record(console: Console, versus: Versus, path: Path | None) -> None:
    """Write what people did in whole matches, if that is wanted and there are any."""
    if path is None or not versus.finished:
        return
    from gamemeta.demonstrations.file import write_demonstrations

    made = versus.record.demonstrations()
    write_demonstrations(made, path)
    console.print(f"{path}: {len(made.trials)} trials, {made.steps:,} steps")
    if made.trials[0].level.is_for_tests:
        console.print("Agents are judged on this level: `gamemeta train --demos` leaves these plays out.")


def begun(session: Session) -> Iterator[Frame]:
    """The frames of a session whose first is there already: what had to be compiled has been."""
    frames = session.frames()
    return chain([next(frames)], frames)


def open_session(
    path: Path,
    level: str,
    *,
    episodes: int | None,
    wipe: bool,
    seed: int,
    game: str | None = None,
    skill: float = 1.0,
    tiles: TileWords = NO_WORDS,
    read: Reading | None = None,
    beliefs: bool = False,
) -> Session:
    """A session of the agent on the level; `game` is the game it must play, if not None."""
    agent = (_believing(path) if beliefs else gamemeta.load(path)).with_skill(skill)
    refuse_other_game(game, agent.game)
    played = resolve(level, family_of(agent), tiles, read)
    return Session(agent, played, episodes=episodes, wipe=wipe, seed=seed, beliefs=beliefs)


def _believing(path: Path) -> gamemeta.Agent:
    """The agent with heads of beliefs, where it has some or some come with gamemeta for it."""
    from gamemeta.agent.belief_file import with_beliefs
    from gamemeta.agent.file import read_agent

    return gamemeta.Agent(with_beliefs(read_agent(path)))


def open_recorder(session: "Shown", gif: Path, speed: float) -> "Recorder":
    """The session as a GIF; drawing is imported here, and only when it is needed."""
    from gamemeta.playing.gif import Recorder  # Pillow, only when a GIF is asked for

    return Recorder(session, gif, speed)
