"""Text from outside, made fit for a terminal, a page or a log: nothing in it acts, and it has an end."""

import re
import unicodedata

_KEPT = frozenset("\n\t\u200c\u200d")
"""Let through though they cannot be seen: line ends, tabs, and the joiners that some
scripts need."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters, of format characters such as those that turn the direction of
writing, of halves of characters, and of separators of lines and paragraphs."""
MESSAGE = 1000
"""Most characters of an error message."""
NAME = 200
"""Most characters of a name in a table or a title."""
_LINE_END = re.compile(r"\s*\n\s*|\t")


def shown(text: object, limit: int | None = None) -> str:
    r"""Text with escapes (`\x1b`, `\u202e`) in place of what would act on the place where it is shown.

    Args:
        text: anything; its `str`.
        limit: most characters of the result; a note stands for what is left out of its middle.
    """
    words = _shortened(str(text), limit)
    if words.replace("\n", "").isprintable():
        return words
    return _shortened("".join(map(_escaped, words)), limit)


def plain_number(value: float) -> str:
    """A number for people: `65,025`, `12.35`, `0.5`; whole from 1,000 on, and never a power of ten."""
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    text = f"{value:.4g}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if "e" in text else text


def in_one_line(text: object, limit: int = NAME) -> str:
    """Text for a message, a table or a title: as `shown`, with a blank in place of every line end and tab."""
    words = _shortened(str(text), 2 * limit)
    return shown(_LINE_END.sub(" ", words).strip(), limit)


def is_hidden(character: str) -> bool:
    """Whether a character is one that `shown` escapes."""
    return character not in _KEPT and unicodedata.category(character) in _HIDDEN


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode() if is_hidden(character) else character


def _shortened(text: str, limit: int | None) -> str:
    """Its beginning and its end, where errors say what is wrong and what to do."""
    if limit is None or len(text) <= limit:
        return text
    note = f" [... {len(text) - limit:,} characters left out ...] "
    room = limit - len(note)
    return text[: room - room // 3] + note + text[-(room // 3) :] if room > len(note) else text[:limit]
