"""How the levels of an outside game are divided into splits: by what they do, as far as that is known.

Some levels are looked at first. Where many differ, the hash of a level's fingerprint decides, as that of its
content does elsewhere. Where few differ, they are counted, and some of them are held out. Where so few differ
that none can be spared, all are trained on, and a note says so.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gamemeta.games.outside.seed_levels.fingerprint import DEPTHS, Prober
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_of

LOOKED_AT, COUNTED = 64, 256
"""Levels looked at first, and where few of them differ."""
FEW = 7 / 8
"""Where a smaller share of those looked at differ, there are fewer than some 230 levels."""
SAME_AS_DEEPEST = 0.95
"""Share of the levels told apart by the deepest fingerprints that cheaper ones have to tell apart."""
REPEATED = 3
"""Levels that are played twice, to see whether they go the same way."""
TEST, VALIDATION = 4, 10
"""Where few levels differ, one in so many is for test, and one in so many for validation."""
LEAST = 10
"""Of fewer different levels, none is held out."""
HEAVY = 0.2
"""A level that makes up so much of all is always trained on."""
MOST_ALIKE = 0.75
"""Where one level makes up more of all, fixed play shows too little, or too few are left to hold some out."""
NEW = 0.02
"""Share of levels met once among those counted, up to which all are taken to be known."""


@dataclass(frozen=True)
class Division:
    """Which levels are held out.

    Args:
        depth: steps of a fingerprint.
        by_fingerprint: whether fingerprints decide; else the seed does, and `note` says why.
        repeats: whether a level plays the same way again, so that fingerprints mean something.
        known: the split of those fingerprints whose hash does not decide.
        different: how many levels there are, where they could be counted.
        note: what people should know, a sentence; empty where there is nothing to say.
    """

    depth: int = 0
    by_fingerprint: bool = True
    repeats: bool = True
    known: Mapping[int, str] = field(default_factory=dict)
    different: int | None = None
    note: str = ""

    def split(self, fingerprint: int) -> str:
        """The split of the levels with this fingerprint."""
        return self.known.get(fingerprint) or split_of(fingerprint)


def divided(prober: Prober, level: Callable[[int], Level]) -> Division:
    """Look at the levels of a game.

    Args:
        prober: plays them.
        level: the level of a number, 0, 1, 2 ...
    """
    if not prober.has_company(level(0)):
        prober.close()
        return Division(
            by_fingerprint=False,
            repeats=False,
            note="only one copy of this game can run at a time, so nobody can look which levels are the "
            "same: they are split by their seeds, and a test level may be one that was trained on",
        )
    depth, distinct = _depth(prober, level)
    if not all(prober.repeats(level(number), depth or DEPTHS[1]) for number in range(REPEATED)):
        return Division(
            by_fingerprint=False,
            repeats=False,
            note="the same level does not play the same way twice, so nobody can tell which levels are the "
            "same: they are split by their seeds, and a test level may be one that was trained on",
        )
    if distinct >= FEW * LOOKED_AT:
        return Division(depth)
    seen = Counter(prober.fingerprint(level(number), depth) for number in range(COUNTED))
    once = sum(count == 1 for count in seen.values())
    if max(seen.values()) > MOST_ALIKE * COUNTED:
        return _alike(max(seen.values()) / COUNTED, depth)
    if once > NEW * COUNTED:
        return Division(depth, known=_heavy(seen))
    return _few(seen, depth)


def _depth(prober: Prober, level: Callable[[int], Level]) -> tuple[int, int]:
    """The fewest steps that tell levels apart as the most do, and how many they tell apart."""
    levels = [level(number) for number in range(LOOKED_AT)]
    first = len({prober.fingerprint(one, 0) for one in levels})
    if first == len(levels):
        return 0, first
    counts = [
        len(set(column)) for column in zip(*(prober.fingerprints(one, DEPTHS) for one in levels), strict=True)
    ]
    good = next(k for k, count in enumerate(counts) if count >= SAME_AS_DEEPEST * counts[-1])
    return DEPTHS[good], counts[good]


def _heavy(seen: Counter[int]) -> dict[int, str]:
    return {one: "train" for one, count in seen.items() if count >= HEAVY * seen.total()}


def _alike(share: float, depth: int) -> Division:
    """All levels, or nearly all, are the same as far as anybody can see: seeds decide."""
    some = "all levels" if share == 1 else f"{share:.0%} of the levels"
    return Division(
        depth,
        by_fingerprint=False,
        note=f"{some} are the same in everything that {DEPTHS[-1]} steps of fixed play show: test levels are "
        "not unseen, and scores show memory, not generalisation",
    )


def _few(seen: Counter[int], depth: int) -> Division:
    """All levels are known: some are kept for validation and test, where any can be spared."""
    different, heavy = len(seen), _heavy(seen)
    order = sorted(one for one in seen if one not in heavy)
    test, validation = max(2, different // TEST), max(1, different // VALIDATION)
    if different < LEAST or len(order) <= test + validation:
        return Division(
            depth,
            by_fingerprint=False,
            different=different,
            note=f"{different} different levels, as far as fixed play can tell, all of them trained on too: "
            "test levels are not unseen, and scores show memory, not generalisation",
        )
    known = dict.fromkeys(seen, "train")
    known |= dict.fromkeys(order[:test], "test")
    known |= dict.fromkeys(order[test : test + validation], "validation")
    return Division(
        depth,
        known=known,
        different=different,
        note=f"few different levels: {different} can be told apart, of which "
        f"{different - test - validation} are trained on, {validation} validated and {test} tested",
    )
