"""What stands out in how a level was played."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.playtest.level_test import LevelTest
from gamemeta_levels.inspection.finding import Finding, at
from gamemeta_levels.tiles import (
    DOOR,
    DOOR_2,
    DOOR_3,
    EXIT_1,
    EXIT_4,
    FLOOR,
    GLYPHS,
    GOAL,
    HAZARD,
    NAMES,
    SPAWN,
)

DEADLY = 0.5
"""Share of first tries that one place must end to be called deadly."""
LEAST_TRIALS = 4
"""Fewest trials that say something of what most tries do."""
HARDEST = 0.05
"""Share of levels that are harder than one which is called hard."""
LEAST_OTHERS = 20
"""Fewest levels that one is compared with."""
MOST_THINGS = 5
"""Things that a sentence names at most."""
WITH_OPPONENTS = ("arena",)
EXITS = range(EXIT_1, EXIT_4 + 1)
NO_THING = (*EXITS, FLOOR, SPAWN, GOAL, HAZARD, DOOR, DOOR_2, DOOR_3)


def play_findings(test: LevelTest) -> list[Finding]:
    """What stands out in the play of one level, the worst first."""
    return [*_cut_off(test), *_never_solved(test), *_deadly_places(test), *_missed(test)]


def _cut_off(test: LevelTest) -> Iterator[Finding]:
    if test.rating.cut_off:
        yield Finding(kind="cut_off", words=f"{test.rating.cut_off}.", problem=False)


def _never_solved(test: LevelTest) -> Iterator[Finding]:
    success = test.played.arms["agent"].success
    if np.isfinite(success).all() and not (success > 0).any():
        tries = f"{success.size} tries" if success.size > 1 else "its one try"
        words = f"the agent did not solve it in {tries}, though there is a way."
        yield Finding(kind="never_solved", words=words, problem=False)


def _deadly_places(test: LevelTest) -> Iterator[Finding]:
    """Places that end at least half of the first tries; not where opponents, not places, end them."""
    trials = len(test.played.died)
    if trials < LEAST_TRIALS or test.level.family in WITH_OPPONENTS:
        return
    for place, times in test.places_of_death(0).items():
        if times >= DEADLY * trials:
            words = f"unfair trap at {at(place)}: {times} of {trials} first tries died there."
            yield Finding(kind="deadly_place", words=words, places=(place,))


def _missed(test: LevelTest) -> Iterator[Finding]:
    """Things that no try came to."""
    tiles = test.level.tiles
    missed = test.never_visited & ~np.isin(tiles, NO_THING)
    places = [(int(row), int(column)) for row, column in np.argwhere(missed)]
    if places:
        things = [f"{NAMES[tiles[place]]} {GLYPHS[tiles[place]]!r} at {at(place)}" for place in places]
        more = [f"and {len(things) - MOST_THINGS} more"] if len(things) > MOST_THINGS else []
        words = f"missed: no try came to {'; '.join([*things[:MOST_THINGS], *more])}."
        yield Finding(kind="missed", words=words, places=tuple(places), problem=False)


def compare_with_others(tests: Sequence[LevelTest], generated: NDArray[np.float64]) -> None:
    """Add to the findings of each level whether it is harder than 95% of the others, or of generated ones.

    Args:
        tests: levels that were played.
        generated: scores of generated levels.
    """
    scores = np.array([_mean_score(test) for test in tests])
    for k, test in enumerate(tests):
        for kind, what, others in (
            ("harder_than_others", "the other levels", np.delete(scores, k)),
            ("harder_than_generated", "generated levels", generated),
        ):
            if len(others) >= LEAST_OTHERS and _highest_score(test) < np.quantile(others, HARDEST):
                words = f"harder than 95% of {what}: mean score {scores[k]:.2f}, theirs {others.mean():.2f}."
                test.findings.append(Finding(kind=kind, words=words, problem=False))


def _mean_score(test: LevelTest) -> float:
    return float(np.mean(test.curves["agent"].score))


def _highest_score(test: LevelTest) -> float:
    """The upper end of the 95% interval of the mean score, at most."""
    highs = np.array(test.curves["agent"].score_high)
    return float(np.mean(highs)) if np.isfinite(highs).all() else _mean_score(test)
