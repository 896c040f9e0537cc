"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

MOST_SEED = 2**62

AgentPaths = Annotated[
    list[Path],
    typer.Argument(
        metavar="AGENT...",
        help="Agent files, directories of runs, or a game: its newest run below ./runs, else the agent that "
        "is included for it.",
        show_default=False,
    ),
]
GameFile = Annotated[
    str | None,
    typer.Option(
        "--game",
        metavar="FILE.py:CLASS",
        help="Game of an agent that was trained on a class in a file (the file is run), or a Godot scene: "
        "godot:FILE, godot:attach.",
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=MOST_SEED, help="Random seed of the agent's actions.")
]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="SECTION.NAME=VALUE",
        help="Change one setting, such as ppo.clip=0.1; repeatable. `gamemeta train GAME --help` lists them.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
