"""What differs from level to level in an outside game: numbers in ranges, and what the actions do."""

import re
from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import Any

from gamemeta.config import parse_value
from gamemeta.errors import ConfigError
from gamemeta.named_values import pairs
from gamemeta_levels.families.draws import Draws

ACTION, REMAP = "action", "remap"
UNIT = 1_000_000_000
"""A drawn number is kept as whole billionths: people can read and write them, and they are exact."""
BEYOND = 4
"""Far levels lie outside their range by at most its width divided by this."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,50}")
_MOST = 2**31


@dataclass(frozen=True)
class Variation:
    """One number and the range it is drawn from, both ends included.

    Args:
        name: of a constructor argument, or of an attribute.
        low, high: both whole, and whole numbers are drawn; else any number between them is.
    Raises:
        ConfigError: no name, or no range that can be drawn from.
    """

    name: str
    low: int | float
    high: int | float

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in ("seed", ACTION):
            raise ConfigError(f"vary {self.name!r}: this is no name of a number that can vary.")
        ends = (self.low, self.high)
        if not all(_is_number(end) and abs(end) <= _MOST for end in ends) or self.low > self.high:
            raise ConfigError(
                f"vary {self.name} = {self.low}..{self.high}: give a range such as 5..15 (whole numbers) or "
                "0.5..1.5 (any number between), low end first, within 2 billion."
            )
        if not self.whole and 0 < self.high - self.low < 1000 / UNIT:
            raise ConfigError(f"vary {self.name} = {self.low}..{self.high}: this range is too narrow.")

    @property
    def whole(self) -> bool:
        """Whether whole numbers are drawn."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def unit(self) -> int:
        """What stored numbers are divided by."""
        return 1 if self.whole else UNIT

    def draw(self, draws: Draws) -> tuple[int, int]:
        """A number of the range, and the unit it is in."""
        return self._between(draws, *self._stored()), self.unit

    def draw_far(self, draws: Draws) -> tuple[int, int]:
        """A number outside the range, at most a quarter of its width away.

        Below a range of positive numbers, it is at least half of the low end. A range of one number has
        nothing outside.
        """
        low, high = self._stored()
        if low == high:
            return low, self.unit
        reach = max(1, (high - low) // BEYOND)
        least = max(low - reach, ceil(low / 2)) if low > 0 else low - reach if low < 0 else low
        sides = [side for side in ((least, low - 1), (high + 1, high + reach)) if side[0] <= side[1]]
        return self._between(draws, *sides[draws.below(len(sides))]), self.unit

    def scaled(self, value: float) -> float:
        """The value with the range at -1..1, as revealed agents observe it."""
        return 0.0 if self.low == self.high else 2 * (value - self.low) / (self.high - self.low) - 1

    def _stored(self) -> tuple[int, int]:
        return ceil(self.low * self.unit), floor(self.high * self.unit)

    @staticmethod
    def _between(draws: Draws, low: int, high: int) -> int:
        """A whole number in low..high; ranges above 2**32 are drawn in steps."""
        stride = (high - low) // (2**32 - 1) + 1
        return min(high, low + stride * draws.below((high - low) // stride + 1))


def value_of(stored: tuple[int, ...]) -> int | float:
    """The number that a level keeps as (number, unit).

    Raises:
        ValueError: it has another form.
    """
    number, unit = stored
    if unit not in (1, UNIT):
        raise ValueError(f"the unit {unit} is neither 1 nor {UNIT}")
    return number if unit == 1 else number / unit


@dataclass(frozen=True)
class Varied:
    """Everything that `vary` names."""

    numbers: tuple[Variation, ...] = ()
    actions: bool = False
    """Whether every level has a mapping of its own from the agent's actions to the game's."""

    @property
    def nothing(self) -> bool:
        """Whether all levels are alike but for their seed."""
        return not (self.numbers or self.actions)


def parse_varied(text: str) -> Varied:
    """Read `gravity=5..15,length=0.3..0.9,action=remap`.

    Raises:
        ConfigError: another form, a name given twice, or as `Variation`.
    """
    numbers: dict[str, Variation] = {}
    actions = False
    for name, value in pairs(text):
        if not name:
            raise ConfigError(f"vary {value[:60]!r}: write NAME=LOW..HIGH, or {ACTION}={REMAP}.")
        if name in numbers or (name == ACTION and actions):
            raise ConfigError(f"vary {name!r} is given twice.")
        if name == ACTION:
            if value != REMAP:
                raise ConfigError(
                    f"vary {ACTION}={value}: the actions can only be varied as {ACTION}={REMAP}."
                )
            actions = True
        else:
            numbers[name] = _number(name, value)
    return Varied(tuple(numbers[name] for name in sorted(numbers)), actions)


def _number(name: str, text: str) -> Variation:
    ends = parse_value(text)
    low, high = ends if isinstance(ends, list) and len(ends) == 2 else (ends, ends)
    return Variation(name, low, high)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
