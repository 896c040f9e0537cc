"""Variations of one level: small changes of it, no two of them equal."""

from collections.abc import Iterator

from gamemeta_levels.family import LevelFamily
from gamemeta_levels.level import Level
from gamemeta_levels.split import MAX_SEED

TRIES = 200
"""Changes in a row that lead to nothing new before no more are looked for."""


def variations(family: LevelFamily, level: Level, seed: int = 0, most_changes: int = 1) -> Iterator[Level]:
    """Solvable levels that differ from this one and from one another, as many as there are to be had.

    Args:
        family: what the level belongs to.
        level: what is changed; it is not among the results.
        seed: of the first change; the next ones follow it.
        most_changes: number of changes in a result: 1, 2, ... `most_changes`, 1, 2 and so on.
    Raises:
        LevelError: the level cannot be changed at all, or is not of this family.
    """
    seen, idle, number = {level.content_hash}, 0, 0
    while idle < TRIES and seed + number + most_changes <= MAX_SEED:
        changed = level
        for change in range(1 + number % most_changes):
            changed = family.mutate(changed, seed + number + change)
        number, idle = number + 1, idle + 1
        if changed.content_hash not in seen:
            seen.add(changed.content_hash)
            idle = 0
            yield changed
