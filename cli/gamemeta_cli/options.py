"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from gamemeta_levels.formats import NO_WORDS
from gamemeta_levels.formats.tile_words import TileWords, read_tile_words

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
Tiles = Annotated[
    Path | None,
    typer.Option(
        "--tiles",
        metavar="FILE.toml",
        help="What the tiles of an editor's file mean, where it does not say; `gamemeta levels words` writes "
        "one to fill in.",
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


def words_in(tiles: Path | None) -> TileWords:
    """What `--tiles` says that tiles mean.

    Raises:
        ConfigError: as `read_tile_words`.
    """
    return NO_WORDS if tiles is None else read_tile_words(tiles)
