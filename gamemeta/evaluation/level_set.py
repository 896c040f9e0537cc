"""Evaluation on level files, and agents that were trained on some."""

from collections.abc import Sequence
from typing import Any

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.level_set import LevelSet, read_level_set
from gamemeta_levels.formats import NO_WORDS
from gamemeta_levels.formats.tile_words import TileWords


def trained_on(file: AgentFile) -> dict[str, Any] | None:
    """Digest and number of the fixed levels that an agent was trained on; None where they were generated."""
    about = file.training.get("given_levels")
    return about if isinstance(about, dict) else None


def levels_for(file: AgentFile, word: str, tiles: TileWords = NO_WORDS) -> LevelSet:
    """The level files of a folder or pattern, for an agent.

    Args:
        file: whose game plays them.
        word: a folder or a pattern of level files.
        tiles: what their tiles mean, where an editor wrote them.
    Raises:
        LevelError, ConfigError: as `gamemeta_levels.families.level_set.read_level_set`.
    """
    setup, about = GameSetup.of(file), trained_on(file) or {}
    family, limit = setup.family(), setup.game().step_limit
    level_set = read_level_set(word, family, limit, words=tiles)
    if about.get("digest") != level_set.digest or not about.get("variations"):
        return level_set
    return read_level_set(word, family, limit, about["variations"], tiles)


def needs_levels(files: Sequence[AgentFile]) -> None:
    """Raises ConfigError for an agent that was trained on level files, which are not in the agent file."""
    for about in filter(None, map(trained_on, files)):
        raise ConfigError(
            f"this agent was trained on level files (set {about.get('digest')}, {about.get('train')} of "
            "them to train on), which are not in its file. Give them again with --levels DIR, or "
            "generated levels with --levels 1024."
        )


def part_of(files: Sequence[AgentFile], level_set: LevelSet) -> str:
    """The split to play where none is asked for.

    The test levels, where an agent was trained on some of these levels; all of them (`any`) otherwise.
    """
    return "test" if any(about == level_set.identity() for about in map(trained_on, files)) else "any"


def note_on(files: Sequence[AgentFile], level_set: LevelSet, part: str) -> str:
    """Sentences that say which of these levels are played, and whether an agent was trained on some."""
    count, known = level_set.count(part), part_of(files, level_set) != "any"
    about = "The agent was trained on the training levels among them."
    if not known:
        about = "The agent was not trained on this set of levels."
    if part == "any":
        return f"{level_set.number_in_words()}, all of them played. {about}"
    return f"{level_set}. {about} Played: the {count} of the split {part}."


def check_baselines(files: Sequence[AgentFile], level_set: LevelSet | None) -> None:
    """Raises ConfigError where the levels that baselines must be trained on are missing."""
    for about in filter(None, map(trained_on, files)):
        if level_set is None or about != level_set.identity():
            raise ConfigError(
                "the baselines of an agent that was trained on level files need the very same ones. Give "
                "them with --levels."
            )
