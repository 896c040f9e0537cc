"""Values of a document from outside, each of the kind that it must have, or an error with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from gamemeta_levels.errors import LevelError, cut, shortened

LARGEST = 2**53
_REQUIRED: Any = object()


@dataclass(frozen=True)
class Fields:
    """The fields of an object in a document, and where it stands."""

    values: Mapping[str, Any]
    place: str
    """For messages: `layer 'Ground'`; empty for the whole document."""

    def error(self, what: str) -> LevelError:
        """An error at this place."""
        return LevelError(f"{self.place}: {what}" if self.place else what)

    def whole(self, name: str, default: int = _REQUIRED, least: int = -LARGEST, most: int = LARGEST) -> int:
        """A whole number; floats without a fraction count as such."""
        value = self._get(name, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            bounds = f" from {least:,} to {most:,}" if (least, most) != (-LARGEST, LARGEST) else ""
            raise self.error(f"{name} is {shortened(value, 40)}; it must be a whole number{bounds}.")
        return value

    def number(self, name: str, default: float = _REQUIRED) -> float:
        """A finite number of moderate size."""
        value = self._get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_moderate(value):
            raise self.error(f"{name} is {shortened(value, 40)}; it must be a number.")
        return float(value)

    def text(self, name: str, default: str = _REQUIRED) -> str:
        """A text."""
        value = self._get(name, default)
        if not isinstance(value, str):
            raise self.error(f"{name} is {shortened(value, 40)}; it must be a text.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._get(name, default)
        if not isinstance(value, bool):
            raise self.error(f"{name} is {shortened(value, 40)}; it must be true or false.")
        return value

    def inner(self, name: str) -> "Fields":
        """An object within."""
        return self._fields(name, self._get(name, _REQUIRED))

    def items(self, name: str) -> "list[Fields]":
        """The objects of a list within; none where there is no such list."""
        values = self._get(name, [])
        if not isinstance(values, list):
            raise self.error(f"{name} is {shortened(values, 40)}; it must be a list.")
        return [self._fields(f"{name}[{number}]", value) for number, value in enumerate(values)]

    def named(self, place: str) -> "Fields":
        """The same under another name of its place."""
        return Fields(self.values, place)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def _get(self, name: str, default: Any) -> Any:
        value = self.values.get(name)
        if value is not None:
            return value
        if default is _REQUIRED:
            raise self.error(f"{name} is missing.")
        return default

    def _fields(self, name: str, value: Any) -> "Fields":
        place = f"{self.place}, {name}" if self.place else name
        if not isinstance(value, dict):
            raise LevelError(f"{cut(place, 200)} is {shortened(value, 40)}; it must be an object.")
        return Fields(value, place)


def _is_moderate(value: float) -> bool:
    return abs(value) <= LARGEST and isfinite(value)
