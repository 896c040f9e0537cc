"""Plans for levels of the family `popgym`: what a player would do who knows all that is hidden."""

from collections.abc import Sequence
from itertools import pairwise

from gamemeta_levels.families.popgym.tasks import (
    AUTOENCODE,
    BATTLESHIP,
    CONCENTRATION,
    FLEET,
    HIGHER_LOWER,
    MINESWEEPER,
    MULTIARMED_BANDIT,
    REPEAT_PREVIOUS,
    Size,
)

HIGHER, LOWER = 0, 1
"""Actions of `higher_lower`."""


def plan(size: Size, numbers: Sequence[int]) -> list[int]:
    """The actions of a best play of a level with these hidden numbers."""
    n = size.count
    if size.task == MULTIARMED_BANDIT:
        return [max(range(n), key=lambda arm: numbers[arm])] * size.limit
    if size.task == CONCENTRATION:
        return sorted(range(n), key=lambda place: numbers[place])
    if size.task in (BATTLESHIP, MINESWEEPER):
        return [square for square in range(n) if bool(numbers[square]) == (size.task == BATTLESHIP)]
    return _answers(size, numbers)


def _answers(size: Size, numbers: Sequence[int]) -> list[int]:
    """What to say after each card."""
    n = size.count
    if size.task == REPEAT_PREVIOUS:
        return [numbers[max(t + 1 - size.span, 0)] for t in range(n - 1)]
    if size.task == AUTOENCODE:
        return [0] * (n - 1) + list(reversed(numbers))
    if size.task == HIGHER_LOWER:
        return [HIGHER if after > before else LOWER for before, after in pairwise(numbers)]
    return [list(numbers[: t + 1]).count(numbers[n + t]) for t in range(n - 1)]


def has_fleet(squares: Sequence[int], side: int) -> bool:
    """Whether the squares with 1 of a board in reading order are covered by the ships of `FLEET`."""
    covered = {k for k, ship in enumerate(squares) if ship}
    return len(covered) == sum(FLEET) and _covers(covered, side, FLEET)


def _covers(left: set[int], side: int, ships: tuple[int, ...]) -> bool:
    """Whether ships of these lengths cover the squares exactly: the first square begins one of them."""
    if not left:
        return not ships
    first = min(left)
    for length in set(ships):
        others = list(ships)
        others.remove(length)
        for step, fits in ((1, first % side + length <= side), (side, True)):
            ship = {first + step * k for k in range(length)}
            if fits and ship <= left and _covers(left - ship, side, tuple(others)):
                return True
    return False
