"""The options of `gamemeta play`."""

from pathlib import Path
from typing import Annotated

import typer

PERSON = "Playing yourself"
"""A heading of options in the help."""

AgentName = Annotated[
    Path | None,
    typer.Argument(
        metavar="AGENT",
        help="Agent file, the directory of a run, or a game: its newest run below ./runs, else the agent "
        "that is included for it (maze, dungeon, tag, forage, duel). Without it: the newest run that plays "
        "the level, else an included agent.",
        show_default=False,
    ),
]
LevelWord = Annotated[
    str | None,
    typer.Option(
        metavar="SEED|FILE",
        help="Level to play: a seed (17), a seed of a split (test:17, far:3), or a level file (.txt, .json). "
        "Without AGENT, seeds are those of mazes. Default: test:0 of the agent's game.",
        show_default=False,
    ),
]
Episodes = Annotated[
    int | None,
    typer.Option(
        metavar="K",
        min=1,
        max=1000,
        help="Episodes in a row on the level. Default: as in training.",
        show_default=False,
    ),
]
Speed = Annotated[
    float, typer.Option(metavar="X", min=0.05, max=1000, help="Speed; 1 is about 12 steps per second.")
]
Animation = Annotated[
    bool,
    typer.Option(
        "--animation/--no-animation",
        help="Draw every step, or print a line for each episode, as always outside a terminal. Keys: space "
        "pauses and goes on, n or . goes one step, + and - change the speed, q quits.",
    ),
]
Wipe = Annotated[bool, typer.Option("--wipe", help="Clear the agent's memory before every episode.")]
Skill = Annotated[
    float,
    typer.Option(metavar="S", min=0.0, max=1.0, help="Skill of the agent: 1 as trained, 0 random actions."),
]
Beliefs = Annotated[
    bool,
    typer.Option(
        "--beliefs",
        help="Show what the agent believes of the level's hidden facts, step by step: on the map, or as "
        "bars. For agents trained with ppo.belief_weight.",
    ),
]
Gif = Annotated[
    Path | None,
    typer.Option(metavar="FILE.gif", help="Also write an animated picture.", show_default=False),
]
Against = Annotated[
    str | None,
    typer.Option(
        metavar="bot|human|AGENT",
        help="Play a game of several players (tag, duel, forage) at the keyboard: with the game's own bot, a "
        "second human, or an agent. Name the game in place of AGENT: gamemeta play duel --against bot. The "
        "screen shows who you are, what you want and every key.",
        rich_help_panel=PERSON,
        show_default=False,
    ),
]
Record = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="FILE",
        help="Also write down what you do, for `gamemeta train --demos`. Needs --against; the level then is "
        "train:0 by default. Whole matches are kept, those before you quit, too.",
        rich_help_panel=PERSON,
        show_default=False,
    ),
]
