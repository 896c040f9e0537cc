"""The fixed levels of a training: read from files, and saved with the run, which resumes from that."""

import json
import re
from pathlib import Path
from typing import Any

from gamemeta.errors import LevelError, TrainingError
from gamemeta.files import write_atomically
from gamemeta.games.setup import GameSetup
from gamemeta.training.config import TrainConfig
from gamemeta_levels.families.level_set import LevelSet, read_level_set
from gamemeta_levels.files.reading import read_bounded
from gamemeta_levels.formats import NO_WORDS, dumps, write_level
from gamemeta_levels.formats.json import parse
from gamemeta_levels.formats.source import PART
from gamemeta_levels.formats.tile_words import TileWords

MOST_BYTES = 512 * 2**20
"""Largest file of levels that is read."""
PLAIN = (".txt", ".json")
"""Formats that held-out levels are kept in as they were given."""
ABOUT = "given_levels"
"""Key under `training` in an agent file: digest and number of the fixed levels that it was trained on."""


def level_set_for(
    config: TrainConfig, word: str, variations: int | None = 0, tiles: TileWords = NO_WORDS
) -> LevelSet:
    """The level files that a word names, for a training with these settings.

    Args:
        config: whose game plays them.
        word: a folder or a pattern of level files.
        variations: number of variations of each level; None makes some where there are few levels.
        tiles: what their tiles mean, where an editor wrote them.
    Raises:
        LevelError: as `gamemeta_levels.families.level_set.read_level_set`.
        ConfigError: too few levels to train or to test on.
    """
    family, limit = config.setup.family(), config.setup.game().step_limit
    level_set = read_level_set(word, family, limit, variations, tiles)
    level_set.check_parts()
    return level_set


def save_level_set(level_set: LevelSet, path: Path) -> None:
    """Write all levels into one file.

    Raises:
        OSError: as `write_atomically`.
    """
    write_atomically(path, (document(level_set) + "\n").encode())


def document(level_set: LevelSet) -> str:
    """All levels of a set as JSON."""
    return json.dumps([json.loads(dumps(level, ".json")) for level in level_set.levels])


def save_held_out(level_set: LevelSet, folder: Path) -> None:
    """Write the test levels, without their variations, into files of a folder: under their names where they
    have some. Those of editors are written in JSON, which holds all of a level and needs no pictures.

    Raises:
        OSError, LevelError: a file cannot be written.
    """
    folder.mkdir(exist_ok=True)
    for level in level_set.originals("test"):
        name = level_set.name_of(level)
        path = folder / name
        if PART in name or path.suffix.lower() not in PLAIN:
            path = folder / "-".join([*re.findall(r"\w+", name), f"{level.digest}.json"])
        if path.exists():
            path = folder / f"{path.stem}-{level.digest}{path.suffix}"
        write_level(level, path)


def load_level_set(path: Path, setup: GameSetup, about: dict[str, Any]) -> LevelSet:
    """The level set that `save_level_set` wrote.

    Args:
        path: the file.
        setup: the game that plays the levels.
        about: what the checkpoint says of them.
    Raises:
        TrainingError: the file is missing, damaged, or holds other levels.
    """
    try:
        level_set = level_set_in(read_bounded(path, MOST_BYTES), setup, about)
    except (OSError, ValueError, TypeError, RecursionError, LevelError) as error:
        raise TrainingError(f"{path}: the levels of this run cannot be read: {error}") from error
    if level_set.identity() != about:
        raise TrainingError(
            f"{path}: these are not the levels that this run began with. Begin a new run with --levels."
        )
    return level_set


def level_set_in(text: bytes | str, setup: GameSetup, about: dict[str, Any]) -> LevelSet:
    """The level set that `document` wrote; arguments as `load_level_set` has them.

    Raises:
        ValueError, TypeError, RecursionError, LevelError: the text is none of ours, or damaged.
    """
    family, variations = setup.family(), about.get("variations", 0)
    levels = [parse(json.dumps(one), family.name) for one in json.loads(text)]
    return LevelSet(family, levels, variations, setup.game().step_limit)
