"""Messages of the page: bounded JSON, and the fields of which they are made."""

import json
from collections.abc import Mapping
from typing import Any

from gamemeta.errors import ConfigError

MOST_BYTES = 256 * 1024
"""Longest message; the largest level, 255 x 255 tiles, takes 70 kB."""
MOST_UPLOAD, MOST_HEADER = 20 * 1024 * 1024, 256 * 1024
"""Bytes of all level files that are opened together, and of the line that names them."""
MOST_NUMBER = 2**62
LONGEST_WORD, MOST_WORDS = 100, 8

Message = Mapping[str, Any]
"""What a page asks for: `do` says what, other fields with which values."""


def parse(text: str | bytes | None) -> Message:
    """A message as its fields.

    Raises:
        ConfigError: it is too long, or no JSON object.
    """
    if text is None or isinstance(text, bytes):
        raise ConfigError("messages are text.")
    if len(text) > MOST_BYTES:
        raise ConfigError(f"a message has at most {MOST_BYTES // 1024} kB; this one is longer.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigError("a message is an object of JSON; this one is none.") from None
    if not isinstance(message, dict):
        raise ConfigError("a message is an object of JSON; this one is none.")
    return message


def word(message: Message, name: str) -> str:
    """A short text. Raises ConfigError where there is none."""
    value = message.get(name)
    if not isinstance(value, str) or len(value) > LONGEST_WORD:
        raise ConfigError(f"a message lacks {name}, a text of at most {LONGEST_WORD} characters.")
    return value


def words(message: Message, name: str) -> tuple[str, ...]:
    """A few short texts. Raises ConfigError where there are none."""
    value = message.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_WORDS:
        raise ConfigError(f"a message lacks {name}, a list of 1 to {MOST_WORDS} texts.")
    return tuple(word({name: one}, name) for one in value)


def number(message: Message, name: str) -> int:
    """A whole number from 0, 0 where there is none. Raises ConfigError where it is anything else."""
    value = message.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_NUMBER:
        raise ConfigError(f"{name} of a message is a whole number from 0 to {MOST_NUMBER}.")
    return value


def share(message: Message, name: str) -> float:
    """A number from 0 to 1, 1 where there is none. Raises ConfigError where it is anything else."""
    value = message.get(name, 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ConfigError(f"{name} of a message is a number from 0 to 1.")
    return float(value)


def flag(message: Message, name: str) -> bool:
    """Whether a flag is set; it is where the message does not say."""
    return message.get(name, True) is not False
