"""Values by name as one text, `a=1,b=[1, 2],c=word`: settings that name things of other libraries."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from gamemeta.errors import ConfigError

OPENING, CLOSING, QUOTES = "([{", ")]}", "'\""
SPECIAL = OPENING + CLOSING + QUOTES + ","
"""What would not be read as a part of a text that stands without quotes."""
WORDS = {"true": True, "false": False, "none": None}


def named_values(setting: str, text: str) -> dict[str, Any]:
    """The values by name: numbers, true, false, none, lists, dicts, and else text.

    Raises:
        ConfigError: another form, told by the name of the setting.
    """
    values = {}
    for name, value in pairs(text):
        if not name:
            raise ConfigError(
                f"{setting} = {text[:200]!r}: write NAME=VALUE, several joined by commas, or give a table in "
                "a TOML file."
            )
        values[name] = _value(value)
    return values


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of every value; the name is empty where there is no `=`.

    A comma within brackets or quotes belongs to the value.
    """
    for part in filter(None, (part.strip() for part in _parts(text))):
        name, equals, value = part.partition("=")
        yield (name.strip(), value.strip()) if equals else ("", part)


def as_text(values: Mapping[str, Any]) -> str:
    """The text of values by name, which `named_values` reads back."""
    return ",".join(f"{name}={_text(value)}" for name, value in values.items())


def _parts(text: str) -> Iterator[str]:
    depth, quote, begin, escaped = 0, "", 0, False
    for k, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and not escaped else quote
            escaped = letter == "\\" and not escaped
        elif letter in QUOTES:
            quote = letter
        elif letter in OPENING:
            depth += 1
        elif letter in CLOSING:
            depth = max(0, depth - 1)
        elif letter == "," and depth <= 0:
            yield text[begin:k]
            begin = k + 1
    yield text[begin:]


def _value(text: str) -> Any:
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def _text(value: Any) -> str:
    """A value as it is written; quotes only where it would be read as something else."""
    plain = isinstance(value, str) and _value(value) == value and value == value.strip() != ""
    return str(value) if plain and not set(value) & set(SPECIAL) else repr(value)
