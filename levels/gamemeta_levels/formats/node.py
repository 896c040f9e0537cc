"""Documents that strangers wrote: parsed within bounds, with errors in words, and read field by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.limits import LISTS, MOST_ENTRIES, MOST_PARTS

LARGEST = 2**53
_MISSING: Any = object()


def parse_json(text: str) -> Any:
    """The value of a document.

    Raises:
        LevelError: with line and column; or it is nested too deeply, holds a number that is too long, or too
            many lists and objects.
    """
    if text.count("[") + text.count("{") > MOST_PARTS:
        raise LevelError(f"it holds over {MOST_PARTS:,} lists and objects, too many to be read.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise LevelError(f"line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise LevelError("it is nested too deeply to be a level.") from None
    except ValueError:
        raise LevelError("it holds a number with too many digits.") from None


@dataclass(frozen=True)
class Node:
    """An object of a document: its values have the kind that is asked for, or an error names the place."""

    place: str
    """Where it stands: `levels[2].layerInstances[0]`, or what it is called; empty for the document."""
    fields: Mapping[str, Any]
    joint: str = "."
    """Between the place and the name of a field."""

    def named(self, place: str) -> "Node":
        """The same under the name that people know it by: `layer 'Ground'`."""
        return Node(place, self.fields, ": ")

    def with_fields(self, fields: Mapping[str, Any]) -> "Node":
        """Another object in its place."""
        return replace(self, fields=fields)

    def at(self, name: str) -> str:
        """The place of a field."""
        return f"{self.place}{self.joint}{name}" if self.place else name

    def error(self, what: str) -> LevelError:
        """An error at this place."""
        return LevelError(f"{self.place}: {what}" if self.place else what)

    def has(self, name: str) -> bool:
        """Whether there is such a field, and it is not null."""
        return self.fields.get(name) is not None

    def text(self, name: str, default: str = _MISSING) -> str:
        """A text."""
        return str(self._value(name, (str,), "a text", default))

    def whole(self, name: str, default: int = _MISSING, *, least: int = -LARGEST, most: int = LARGEST) -> int:
        """A whole number; floats without a fraction count as such."""
        value = self._value(name, (int, float), _range(least, most), default)
        return _whole(self.at(name), value, least, most)

    def number(self, name: str, default: float = _MISSING) -> float:
        """A finite number of moderate size."""
        value = self._value(name, (int, float), "a number", default)
        if not isfinite(value) or abs(value) > LARGEST:
            raise _wrong(self.at(name), value, f"a number from {-LARGEST:,} to {LARGEST:,}")
        return float(value)

    def share(self, name: str, default: float = _MISSING) -> float:
        """A number between 0 and 1; what lies outside is moved to the nearer of them."""
        value = self._value(name, (int, float), "a number", default)
        return float(max(0.0, min(1.0, value)))  # of NaN, too

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        return bool(self._value(name, (bool,), "true or false", default))

    def values(self, name: str) -> list[Any]:
        """A list, no longer than `LISTS` says; empty where it is missing."""
        return list(self._bounded(name, self._value(name, (list,), "a list", [])))

    def wholes(
        self, name: str, *, least: int = -LARGEST, most: int = LARGEST, count: int | None = None
    ) -> list[int]:
        """A list of whole numbers, of this length if one is given."""
        values = self.values(name)
        if count is not None and len(values) != count:
            raise LevelError(f"{self.at(name)} has {len(values)} numbers; it must have {count}.")
        if all(type(value) is int and least <= value <= most for value in values):
            return values
        return [_whole(f"{self.at(name)}[{k}]", value, least, most) for k, value in enumerate(values)]

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        values = self.values(name)
        for k, value in enumerate(values):
            if not isinstance(value, str):
                raise _wrong(f"{self.at(name)}[{k}]", value, "a text")
        return values

    def node(self, name: str) -> "Node":
        """An object; an empty one where it is missing."""
        return Node(self.at(name), self._bounded(name, self._value(name, (dict,), "an object", {})))

    def nodes(self, name: str) -> Iterator["Node"]:
        """The objects of a list; none where it is missing."""
        for k, value in enumerate(self.values(name)):
            yield node_of(f"{self.at(name)}[{k}]", value)

    def _value(self, name: str, kinds: tuple[type, ...], what: str, default: Any) -> Any:
        value = self.fields.get(name)
        if value is None:
            if default is _MISSING:
                raise LevelError(f"{self.at(name)} is missing; it must be {what}.")
            return default
        if type(value) not in kinds:
            raise _wrong(self.at(name), value, what)
        return value

    def _bounded(self, name: str, values: Any) -> Any:
        most = LISTS.get(name, MOST_ENTRIES)
        if len(values) > most:
            raise LevelError(
                f"{cut(self.at(name), 120)} has {len(values):,} entries; at most {most:,} are read. Leave "
                "some out."
            )
        return values


def node_of(place: str, value: Any) -> Node:
    """A value as an object. Raises LevelError where it is none."""
    if not isinstance(value, dict):
        raise _wrong(place or "the document", value, "an object")
    return Node(place, value)


def _whole(place: str, value: Any, least: int, most: int) -> int:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        raise _wrong(place, value, _range(least, most))
    return value


def _range(least: int, most: int) -> str:
    """What a number must be, in words."""
    if (least, most) == (-LARGEST, LARGEST):
        return "a whole number"
    if most == LARGEST:
        return f"a whole number of at least {least:,}"
    return f"a whole number from {least:,} to {most:,}"


def _wrong(place: str, value: Any, what: str) -> LevelError:
    return LevelError(f"{cut(place, 120)} is {shortened(value, 40)}; it must be {what}.")
