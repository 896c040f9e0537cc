"""Ways to damage bytes, texts and JSON documents. Each draws all it does from the given `Random`."""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

MOST_BYTES = 64 * 1024
"""Inputs are cut to this size; that larger ones are refused before they are read is shown by tests."""
Change = Callable[[Random, bytes, Sequence[bytes]], bytes]

NUMBERS = (
    *("0", "1", "-1", "2", "3", "7", "63", "64", "127", "128", "255", "256", "257", "65535", "65536"),
    *("2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807", "9223372036854775808"),
    *("-9223372036854775809", "18446744073709551616", "1" + "0" * 30, "9" * 400, "-" + "9" * 5000),
    *("0.5", "-0.0", "1e308", "1e309", "-1e999", "1e-320", "NaN", "Infinity", "-Infinity", "nan", "inf"),
    *("0x10", "1_000", "٣", "+1", "01", "1e400000000", ""),
)
"""Numbers, and what looks like one, at the edge of what some type can hold."""
TEXTS = (
    *("", " ", "\0", "\ufeff", "\u202e", "\u200b", "\ud7ff", "\U0001f600", "e\u0301", "\x1b[31m", "\x07"),
    *("[/]", "[bold]", "<script>", "%s", "{0}", "../../x", "CON", "a" * 300, "\r\n", "\t", '"', "'", "\\"),
    *("null", "true", "[]", "{}", "None", "__class__", "\u2028", "\u0661", "İ", "ß" * 70),
)
"""Texts that are known to be taken for something else, or to be shown as something else."""
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 255, 256, 2**31, 2**32, 2**63, -(2**63) - 1, 2**64, 10**400, 0.5),
    *(1e308, float("inf"), float("nan"), "", "a", [], {}, [[]], [0], {"a": 0}, [None], "0" * 5000),
)
"""Values of JSON."""


def mutate_text(random: Random, seeds: Sequence[bytes]) -> bytes:
    """One to six changes of bytes, lines, numbers and letters."""
    return _changed(random, seeds, BYTE_CHANGES + TEXT_CHANGES)


def mutate_bytes(random: Random, seeds: Sequence[bytes]) -> bytes:
    """One to six changes of bytes."""
    return _changed(random, seeds, BYTE_CHANGES)


def mutate_json(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Mostly changes of values of the document, and some of its text."""
    if random.random() < 0.3:
        return mutate_text(random, seeds)
    return _changed(random, seeds, JSON_CHANGES)


def mutated_by(*changes: Change) -> Callable[[Random, Sequence[bytes]], bytes]:
    """A mutation out of these changes; name one several times to have it more often."""
    return lambda random, seeds: _changed(random, seeds, changes)


def _changed(random: Random, seeds: Sequence[bytes], changes: Sequence[Change]) -> bytes:
    data = random.choice(seeds)
    while True:
        data = random.choice(changes)(random, data, seeds)[:MOST_BYTES]
        if random.random() < 0.5:
            return data


def _span(random: Random, data: bytes) -> tuple[int, int]:
    """A part of the data, mostly a short one."""
    start = random.randrange(len(data) + 1)
    length = random.choice((1, 1, 1, 2, 4, 8, 64, len(data)))
    return start, min(len(data), start + random.randrange(length + 1))


def flip_bit(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Another bit somewhere."""
    if not data:
        return data
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]


def put_byte(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Any bytes in place of a part."""
    start, end = _span(random, data)
    return data[:start] + random.randbytes(random.choice((1, 1, 2, 8))) + data[end:]


def drop_part(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A part left out."""
    start, end = _span(random, data)
    return data[:start] + data[end:]


def repeat_part(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A part several times, at times very often."""
    start, end = _span(random, data)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 3, 10, 1000)) + data[end:]


def cut(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """The end left out."""
    return data[: random.randrange(len(data) + 1)]


def splice(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """The beginning of one and the end of another."""
    other = random.choice(seeds)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def swap_lines(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Two lines exchanged, one left out, or one twice."""
    lines = data.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    choice = random.randrange(3)
    if choice == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif choice == 1:
        del lines[first]
    else:
        lines.insert(second, lines[first])
    return b"\n".join(lines)


def change_number(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Another number in place of one."""
    found = list(re.finditer(rb"-?[0-9]+(\.[0-9]+)?", data))
    if not found:
        return data
    start, end = random.choice(found).span()
    return data[:start] + random.choice(NUMBERS).encode() + data[end:]


def put_text(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """An odd text somewhere."""
    start, end = _span(random, data)
    return data[:start] + random.choice(TEXTS).encode("utf-8", "surrogatepass") + data[end:]


def nest(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Very deep brackets somewhere."""
    start, end = _span(random, data)
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"a.", b"")))
    depth = random.choice((1, 10, 100, 1000, 10_000))
    return data[:start] + opening * depth + data[start:end] + closing * depth + data[end:]


def change_value(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A value of a JSON document is replaced, left out, or put elsewhere; other data stay as they are."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = list(_places(document))
    if not places:
        return data
    parent, key = random.choice(places)
    choice = random.randrange(6)
    if choice == 0:
        del parent[key]
    elif choice == 1 and isinstance(parent, list):
        parent.insert(random.randrange(len(parent) + 1), parent[key])
    elif choice == 2:
        other, name = random.choice(places)
        parent[key], other[name] = json.loads(json.dumps((other[name], parent[key])))
    elif choice == 3 and isinstance(parent, dict):
        parent[random.choice(TEXTS)] = parent.pop(key)
    elif choice == 4 and isinstance(parent[key], int):
        parent[key] += random.choice((-1, 1, 2, -parent[key], 2**32))
    else:
        parent[key] = json.loads(json.dumps(random.choice((*VALUES, *TEXTS))))
    try:
        return json.dumps(document).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return data


def _places(value: Any) -> Any:
    """(holder, key) of every value inside a value; of long lists some."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        for key in list(keys)[:100]:
            yield here, key
            waiting.append(here[key])


BYTE_CHANGES: tuple[Change, ...] = (flip_bit, put_byte, drop_part, repeat_part, cut, splice)
TEXT_CHANGES: tuple[Change, ...] = (swap_lines, change_number, put_text, nest)
JSON_CHANGES: tuple[Change, ...] = (change_value, change_value, change_value, change_number)
