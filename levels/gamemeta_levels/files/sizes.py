"""Whether values from outside are small enough to be settings."""

from collections.abc import Mapping
from typing import Any

from gamemeta_levels.errors import ConfigError

LARGEST_INT = 10**19
MOST_TEXT, MOST_VALUES, MOST_DEPTH = 10_000, 10_000, 16
"""Of one setting: characters of a text, values in a list or table, and how deeply they are nested."""


def check_size(value: Any, place: str) -> None:
    """Check that a value from outside is small enough to be a setting, to be written, and to be shown.

    Raises:
        ConfigError: naming the place.
    """
    pending, count = [(value, 0)], 0
    while pending:
        one, depth = pending.pop()
        count += 1
        if count > MOST_VALUES or depth > MOST_DEPTH:
            raise ConfigError(
                f"{place}: give fewer than {MOST_VALUES:,} values, nested {MOST_DEPTH} deep at most."
            )
        if isinstance(one, int) and abs(one) >= LARGEST_INT:
            raise ConfigError(f"{place}: give whole numbers of less than 20 digits.")
        if isinstance(one, str) and (len(one) > MOST_TEXT or not _is_unicode(one)):
            raise ConfigError(f"{place}: give a text of {MOST_TEXT:,} characters at most, all of Unicode.")
        if isinstance(one, Mapping):
            pending += [(each, depth + 1) for item in one.items() for each in item]
        elif isinstance(one, list | tuple | set | frozenset):
            pending += [(each, depth + 1) for each in one]


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes of the command line that are no UTF-8
        return False
    return True
