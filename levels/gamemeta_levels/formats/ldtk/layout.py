"""JSON as LDtk lays it out: tabs, short values in one line, numbers in lines."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

MOST_IN_LINE = 85
"""Letters of an object or a list that stands in one line."""
MOST_OF_NUMBERS = 70
"""Letters of a line of numbers."""


def laid_out(value: Any, depth: int = 0) -> str:
    """The text of a value that stands so many tabs deep; its first line is not indented."""
    if isinstance(value, dict):
        fields = [f"{json.dumps(name)}: {laid_out(one, depth + 1)}" for name, one in value.items()]
        return _joined(fields, depth, "{ ", " }") if fields else "{}"
    if not isinstance(value, list):
        return json.dumps(value)
    if all(type(one) is int for one in value):
        text = ",".join(map(str, value))
        lines = [text] if len(text) <= MOST_IN_LINE else list(_lines(value))
        return f"[{text}]" if len(lines) == 1 else _block(lines, depth, "[", "]")
    inner = [laid_out(one, depth + 1) for one in value]
    spaced = "" if isinstance(value[0], dict | list) else " "
    return _joined(inner, depth, f"[{spaced}", f"{spaced}]")


def _joined(parts: Sequence[str], depth: int, opening: str, closing: str) -> str:
    if sum(map(len, parts)) <= MOST_IN_LINE and not any("\n" in part for part in parts):
        return f"{opening}{', '.join(parts)}{closing}"
    return _block(parts, depth, opening.strip(), closing.strip())


def _block(lines: Sequence[str], depth: int, opening: str, closing: str) -> str:
    tabs = "\t" * (depth + 1)
    return f"{opening}\n{tabs}" + f",\n{tabs}".join(lines) + "\n" + "\t" * depth + closing


def _lines(numbers: list[int]) -> Iterator[str]:
    """Numbers in lines, with commas between them."""
    line = ""
    for number in map(str, numbers):
        if line and len(line) + len(number) + 1 > MOST_OF_NUMBERS:
            yield line
            line = number
        else:
            line = f"{line},{number}" if line else number
    yield line
