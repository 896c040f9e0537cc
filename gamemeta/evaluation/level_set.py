"""Evaluation on level files, and agents that were trained on some."""

from collections.abc import Sequence
from typing import Any

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.level_set import LevelSet, read_level_set


def trained_on(file: AgentFile) -> dict[str, Any] | None:
    """Digest and number of the fixed levels that an agent was trained on; None where they were generated."""
    about = file.training.get("given_levels")
    return about if isinstance(about, dict) else None


def levels_for(file: AgentFile, word: str) -> LevelSet:
    """The level files of a folder or pattern, for an agent.

    Args:
        file: whose game plays them.
        word: a folder or a pattern of level files.
    Raises:
        LevelError, ConfigError: as `gamemeta_levels.families.level_set.read_level_set`.
    """
    setup = GameSetup.of(file)
    return read_level_set(word, setup.family(), setup.game().step_limit)


def needs_levels(files: Sequence[AgentFile]) -> None:
    """Raises ConfigError for an agent that was trained on level files, which are not in the agent file."""
    for about in filter(None, map(trained_on, files)):
        raise ConfigError(
            f"this agent was trained on level files (set {about.get('digest')}, {about.get('train')} of "
            "them to train on), which are not in its file. Give them again with --levels DIR, or "
            "generated levels with --levels 1024."
        )


def note_on(files: Sequence[AgentFile], level_set: LevelSet) -> str:
    """A note where these levels are not those that an agent was trained on; else an empty text."""
    abouts = [about for about in map(trained_on, files) if about is not None]
    if any(about != level_set.identity() for about in abouts):
        return " They are not those that the agent was trained on; what is held out is held out there too."
    return ""


def check_baselines(files: Sequence[AgentFile], level_set: LevelSet | None) -> None:
    """Raises ConfigError where the levels that baselines must be trained on are missing."""
    for about in filter(None, map(trained_on, files)):
        if level_set is None or about != level_set.identity():
            raise ConfigError(
                "the baselines of an agent that was trained on level files need the very same ones. Give "
                "them with --levels."
            )
