"""The settings that are searched, each with a range or with choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gamemeta.config import parse_value
from gamemeta.errors import ConfigError
from gamemeta.training.config import TrainConfig

USUAL = {
    "learning_rate": "0.0005..0.01",
    "entropy": "0.0003..0.03",
    "discount": "0.9..0.995",
    "lam": "0.8..0.98",
    "epochs": "1,2,3",
    "inner_rate": "0.02..0.5",
}
"""What is searched where nothing is named: those of the learner's settings that it has."""
TEN = 10.0
"""Ranges whose ends differ by this factor are searched by order of magnitude."""


@dataclass(frozen=True)
class Dimension:
    """One setting that is searched.

    Args:
        name: `section.name`.
        choices: the values, where they are named one by one.
        low, high: the ends of a range, both included.
    """

    name: str
    choices: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether a range is one of whole numbers."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def by_magnitude(self) -> bool:
        """Whether a range is searched by order of magnitude."""
        return self.low > 0 and self.high / self.low >= TEN

    def holds(self, value: Any) -> bool:
        """Whether a value is one that may be tried."""
        if self.choices:
            return value in self.choices
        return isinstance(value, int | float) and self.low <= value <= self.high

    def words(self) -> str:
        """As `--search` takes it."""
        if self.choices:
            return f"{self.name}={','.join(map(str, self.choices))}"
        return f"{self.name}={self.low}..{self.high}"


def dimension(text: str) -> Dimension:
    """`section.name=low..high` or `section.name=a,b,c`.

    Raises:
        ConfigError: another form, or a range that is none.
    """
    name, equals, values = text.partition("=")
    name = name.strip()
    if not equals or not all(name.partition(".")):
        raise ConfigError(f"--search {text!r}: write section.name=low..high, or section.name=a,b,c.")
    if ".." not in values:
        choices = tuple(parse_value(part) for part in values.split(","))
        if len(set(map(repr, choices))) < 2:
            raise ConfigError(f"--search {text!r}: give at least two values, with commas, or a range.")
        return Dimension(name, choices)
    low, high = parse_value(values)
    ends = isinstance(low, int | float) and isinstance(high, int | float)
    if not ends or isinstance(low, bool) or isinstance(high, bool) or not low < high:
        raise ConfigError(f"--search {text!r}: give a range of numbers, the smaller one first.")
    return Dimension(name, low=low, high=high)


def space(config: TrainConfig, texts: Iterable[str]) -> list[Dimension]:
    """The settings to search.

    Args:
        config: of the trainings.
        texts: as `--search` has them; the usual ones of the learner where there are none.
    Raises:
        ConfigError: as `dimension`; a setting twice, or one that does not exist.
    """
    section = config.learner.section
    usual = [f"{section}.{name}={values}" for name, values in USUAL.items() if hasattr(config.learner, name)]
    dimensions = [dimension(text) for text in list(texts) or usual]
    names = [one.name for one in dimensions]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"--search {name}: it is named twice.")
        value_of(config, name)
    return dimensions


def value_of(config: TrainConfig, name: str) -> Any:
    """The value of `section.name`.

    Raises:
        ConfigError: there is no such setting.
    """
    section, _, setting = name.partition(".")
    settings = config.sections().get(section)
    if not hasattr(settings, setting):
        raise ConfigError(
            f"there is no setting {name!r}. `gamemeta train {config.game_name} --help` lists all of them."
        )
    return getattr(settings, setting)
