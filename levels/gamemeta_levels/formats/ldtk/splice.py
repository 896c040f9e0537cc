"""Changes in the text of a JSON document that leave the rest of it as it is, to the last space."""

import json
import re
from collections.abc import Iterator, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # what json itself reads texts with

from gamemeta_levels.errors import LevelError

Span = tuple[int, int]
"""From the first letter to behind the last."""
Change = tuple[Span, str]
"""A span, and what is to stand there."""
Path = Sequence[str | int]
"""Names of fields and numbers of elements, from the document down to a value."""
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_decode = json.JSONDecoder().raw_decode


def path_of(place: str) -> list[str | int]:
    """The path of a place such as `levels[2].layerInstances`."""
    return [int(number) if number else name for number, name in _STEP.findall(place)]


def span_of(text: str, path: Path, start: int = 0) -> Span:
    """Where a value of a document stands.

    Args:
        text: of a document that can be parsed.
        path: to the value.
        start: where the document begins.
    Raises:
        LevelError: there is no such value.
    """
    begin = _after_space(text, start)
    for step in path:
        inside = fields(text, begin) if isinstance(step, str) else enumerate(elements(text, begin))
        spans = [span for key, span in inside if key == step]
        if not spans:
            raise LevelError(f"there is no {step} in the text.")
        begin = spans[-1][0]
    return begin, _decode(text, begin)[1]


def fields(text: str, start: int) -> Iterator[tuple[str, Span]]:
    """Names and spans of the values of the object that begins there."""
    place = _after_space(text, start + 1)
    while text[place] != "}":
        name, place = scanstring(text, place + 1, False)
        begin = _after_space(text, _after_space(text, place) + 1)
        _, end = _decode(text, begin)
        yield name, (begin, end)
        place = _after_comma(text, end)


def elements(text: str, start: int) -> Iterator[Span]:
    """Spans of the elements of the list that begins there."""
    place = _after_space(text, start + 1)
    while text[place] != "]":
        _, end = _decode(text, place)
        yield place, end
        place = _after_comma(text, end)


def element_texts(text: str, path: Path = ()) -> list[str]:
    """The texts of the elements of a list of the document."""
    return [text[slice(*span)] for span in elements(text, span_of(text, path)[0])]


def with_numbers(text: str, numbers: Sequence[int]) -> str:
    """The text of a list of numbers with other numbers, in the lines that it has."""
    new = iter(numbers)
    return _NUMBER.sub(lambda match: str(next(new)), text)


def with_elements(text: str, parts: Sequence[str]) -> str:
    """The text of a list with other elements, spaced as those that it has."""
    spans = list(elements(text, 0))
    if not spans or not parts:
        return f"[{', '.join(parts)}]"
    lead, tail = text[1 : spans[0][0]], text[spans[-1][1] : -1]
    between = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else f",{lead or ' '}"
    return f"[{lead}{between.join(parts)}{tail}]"


def replaced(text: str, changes: Sequence[Change]) -> str:
    """The text with other pieces in place of some spans, none of which overlap."""
    pieces, place = [], 0
    for (start, end), new in sorted(changes):
        pieces += [text[place:start], new]
        place = end
    return "".join([*pieces, text[place:]])


def _after_space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


def _after_comma(text: str, start: int) -> int:
    place = _after_space(text, start)
    return _after_space(text, place + 1) if text[place] == "," else place
