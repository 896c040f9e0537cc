"""Trainings on given levels: read from files, and kept with the run, which can go on without them."""

import json
from pathlib import Path
from typing import Any

from gamemeta.errors import LevelError, TrainingError
from gamemeta.files import write_atomically
from gamemeta.games.registry import game_class
from gamemeta.training.config import TrainConfig
from gamemeta_levels.families.given import GivenLevels, read_given
from gamemeta_levels.family import LevelFamily
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse

ABOUT = "given_levels"
"""Where an agent file tells, under `training`, what it was trained on: digest and number of the levels."""


def given_levels(config: TrainConfig, word: str) -> GivenLevels:
    """The level files that a word names, for a training with these settings.

    Args:
        config: whose game plays them.
        word: a folder or a pattern of level files.
    Raises:
        LevelError: as `gamemeta_levels.families.given.read_given`.
        ConfigError: too few levels to train or to test on.
    """
    game = game_class(config.game_name)(1, config.game)
    given = read_given(word, game.family(config.levels), game.step_limit)
    given.check_parts()
    return given


def keep_levels(given: GivenLevels, path: Path) -> None:
    """Write all levels into one file.

    Raises:
        OSError: as `write_atomically`.
    """
    documents = [json.loads(dumps(level, ".json")) for level in given.levels]
    write_atomically(path, (json.dumps(documents) + "\n").encode())


def kept_levels(path: Path, family: LevelFamily, about: dict[str, Any]) -> GivenLevels:
    """What `keep_levels` wrote.

    Args:
        path: the file.
        family: what the levels belong to.
        about: what the checkpoint says of them.
    Raises:
        TrainingError: the file is missing, damaged, or holds other levels.
    """
    try:
        documents = json.loads(path.read_text(encoding="utf-8"))
        given = GivenLevels(family, [parse(json.dumps(one), family.name) for one in documents])
    except (OSError, ValueError, TypeError, LevelError) as error:
        raise TrainingError(f"{path}: the levels of this run cannot be read: {error}") from error
    if given.about() != about:
        raise TrainingError(
            f"{path}: these are not the levels that this run began with. Begin a new run with --levels."
        )
    return given
