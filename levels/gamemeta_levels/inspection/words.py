"""Hidden rules of a level, in words."""

from pathlib import PurePath

from gamemeta_levels.family import LevelFamily
from gamemeta_levels.formats import SUFFIXES, format_of
from gamemeta_levels.formats.source import source_of
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import GOAL


def rules_in_words(family: LevelFamily, level: Level) -> list[str]:
    """The hidden rules of a level, a line each; empty where nothing is hidden.

    They are those of `family.rules`. Where it has no words, each hidden number stands beside its
    name; a level without any hides where its goal is.
    """
    lines = family.rules(level)
    if lines is not None:
        return lines
    if level.hidden:
        return numbers_in_words(level)
    return [f"the goal is at row {row + 1}, column {column + 1}" for row, column in level.find(GOAL)]


def numbers_in_words(level: Level) -> list[str]:
    """A line for each hidden number: its name, its place where a name has several, and the number."""
    return [
        f"{name} {place}: {value}" if len(values) > 1 else f"{name}: {value}"
        for name, values in level.hidden.items()
        for place, value in enumerate(values, start=1)
    ]


def drawn_rules_in_words(family: LevelFamily, level: Level, file: str | PurePath) -> str:
    """A sentence on a level file without its hidden rules: where they come from, what would fix them.

    Args:
        family: what the level belongs to.
        level: as the file has it.
        file: a level file, or `FILE#LEVEL`.

    Returns: an empty text where the file has all rules, or the family none.
    """
    names = family.drawn_rules(level)
    if not names:
        return ""
    rule = format_of(source_of(file, SUFFIXES).path).rule
    fixed = (
        f"properties would fix them: {', '.join(rule.format(name) for name in names)}"
        if rule
        else f"text holds no rules; JSON, Tiled and LDtk can: {', '.join(names)}"
    )
    return f"hidden rules: drawn from the level itself, seed = its digest {level.digest}; {fixed}"
