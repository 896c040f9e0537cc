"""What is said about a level while it is drawn: whether it can be solved, what is wrong and where."""

import re
from math import isfinite

from gamemeta.errors import GamemetaError, LevelError
from gamemeta.games.setup import GameSetup
from gamemeta.playground.frames import Plain
from gamemeta.playground.palette import ONCE
from gamemeta.playground.quick_rating import rate
from gamemeta.playground.untrained import Player
from gamemeta_levels.family import LevelFamily, pack_level
from gamemeta_levels.inspection.flaws import flaws
from gamemeta_levels.inspection.words import rules_in_words
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_of
from gamemeta_levels.text import in_one_line

MOST_FINDINGS, MOST_PLACES, MOST_RULES = 12, 60, 24
"""Bounds of an answer."""
_PLACE = re.compile(r"row (\d+), column (\d+)")


def inspect(agent: Player, level: Level, *, rated: bool = True) -> Plain:
    """Par, findings with their tiles, hidden rules in words, and how the agent fares.

    Args:
        agent: whose game plays the level, and who rates it.
        level: any level, malformed ones included.
        rated: whether the agent plays it.
    """
    setup = GameSetup.of(agent)
    family = setup.game().family()
    plain: Plain = {"ok": False, "par_steps": None, "par_return": None, "findings": [], "rules": []}
    try:
        arrays = pack_level(family, level)
        game = setup.game()
        par = float(game.par(arrays)[0])
        whole = family.unpack(arrays, 0)
        plain |= {
            "ok": True,
            "par_steps": len(family.solve(level)) if game.about.has_plans else None,
            "par_return": round(par, 3) if isfinite(par) else None,
            "hidden": {name: list(values) for name, values in whole.hidden.items()},
            "rules": [in_one_line(line) for line in rules_in_words(family, whole)[:MOST_RULES]],
            "split": split_of(whole.content_hash),
        }
    except GamemetaError as error:
        plain["findings"] = [_finding(str(error), _places_of(str(error), level))]
    plain["findings"] += _flaws(family, level)
    if rated and plain["ok"]:
        plain["rating"] = rate(agent, level)
    return plain


def _flaws(family: LevelFamily, level: Level) -> list[Plain]:
    """What a designer may want to change; the first finding says already that it cannot be solved."""
    try:
        findings = [one for one in flaws(family, level) if one.kind != "unsolvable"]
    except (LevelError, LookupError):  # a level that is malformed
        return []
    return [_finding(one.words, list(one.places), problem=one.problem) for one in findings[:MOST_FINDINGS]]


def _finding(words: str, places: list[tuple[int, int]], problem: bool = True) -> Plain:
    return {
        "words": in_one_line(words, 400),
        "places": [list(place) for place in places[:MOST_PLACES]],
        "problem": problem,
    }


def _places_of(words: str, level: Level) -> list[tuple[int, int]]:
    """The tiles that an error names, or those of which there are too many."""
    named = [(int(row) - 1, int(column) - 1) for row, column in _PLACE.findall(words)]
    inside = [(row, column) for row, column in named if row < level.height and column < level.width]
    if inside:
        return inside
    counts = ONCE.get(level.family, {})
    return [
        place for code, most in counts.items() if len(level.find(code)) > most for place in level.find(code)
    ]
