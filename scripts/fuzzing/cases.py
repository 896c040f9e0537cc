"""Cases for runtimes of exported agents: weights, a memory and observations, some of them damaged.

A case is text, a word and its value a line; bytes are base64:

    agent, memory      bytes of agent.bin (or of what else a runtime loads) and of a save game
    n, seed            of the minds that begin
    symbols, quantities, images, reward, done
                       what minds are shown: drivers repeat it until it fills their observation
    longer             by how many numbers an observation is longer than it should be
    odd                place and number of an odd value that the driver's language knows; -1: none
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from random import Random
from zlib import crc32

import numpy as np

Case = dict[str, bytes | int]
Damage = Callable[[Random, bytes], bytes]
SHOWN = {"symbols": "<i4", "quantities": "<f4", "images": "u1", "reward": "<f4", "done": "u1"}
"""What minds are shown, and its type."""
WORDS = (0, 1, 2, 3, 4, 24, 25, 255, 256, 1 << 16, 1 << 24, 1 << 28, 1 << 31, (1 << 31) - 1, (1 << 32) - 1)
"""Whole numbers at the edge of what some size may be."""
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-40, 1e9, 1e20, 3.4e38, -3.4e38, np.inf, -np.inf, np.nan)
SIZES = 400
"""About how many bytes of an agent are sizes."""


def text(case: Mapping[str, bytes | int]) -> bytes:
    """A case as text."""
    lines = (
        f"{word} {b64encode(value).decode() if isinstance(value, bytes) else value}"
        for word, value in case.items()
    )
    return "\n".join([*lines, "end", ""]).encode()


def parsed(data: bytes) -> Case:
    """The case of a text."""
    case: Case = {}
    for line in data.decode().splitlines()[:-1]:
        word, value = line.split(" ") if " " in line else (line, "")
        case[word] = int(value) if word in ("n", "seed", "longer", "place", "odd") else b64decode(value)
    return case


def checksummed(data: bytes) -> bytes:
    """The data with the checksum that they need."""
    return data[:-4] + crc32(data[:-4]).to_bytes(4, "little")


def damaged(random: Random, data: bytes) -> bytes:
    """Some bytes, words and the length changed; mostly with the checksum that they need."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        first = random.choice((0, 40))
        most = random.choice((SIZES, len(changed)))
        at = min(random.randrange(first, max(first + 1, most)), len(changed) - 5)
        way = random.randrange(7)
        if way == 0:
            changed[at] = random.randrange(256)
        elif way == 1:
            changed[at] ^= 1 << random.randrange(8)
        elif way < 4:
            _put(changed, at, random.choice(WORDS).to_bytes(4, "little"))
        elif way == 4:
            _put(changed, at, np.float32(random.choice(FLOATS)).tobytes())
        elif way == 5:
            changed[at // 4 * 4] = (changed[at // 4 * 4] + random.choice((1, 255, 2))) % 256
        elif random.random() < 0.3:
            del changed[at : at + random.choice((1, 4, 8, len(changed)))]
            changed += bytes(4) * (len(changed) < 4)
    return checksummed(bytes(changed)) if random.random() < 0.9 else bytes(changed)


def _put(data: bytearray, at: int, word: bytes) -> None:
    at = at // 4 * 4
    data[at : at + 4] = word[: max(0, len(data) - at)]


def mutate(damage: Damage) -> Callable[[Random, Sequence[bytes]], bytes]:
    """A mutation of cases; `damage` is that of the agent."""

    def mutated(random: Random, seeds: Sequence[bytes]) -> bytes:
        case, other = parsed(random.choice(seeds)), parsed(random.choice(seeds))
        way = random.randrange(4)
        if way == 0:
            case["agent"] = damage(random, bytes(case["agent"]))  # type: ignore[arg-type]
        if way == 1:
            memory = (other if random.random() < 0.1 else case)["memory"]
            case["memory"] = damaged(random, bytes(memory))  # type: ignore[arg-type]
        case |= {"n": random.choice((1, 2, 2, 3)), "seed": random.randrange(2**64), "odd": -1, "place": 0}
        case |= observations(random, odd=way == 2)
        if way == 3:
            case |= {"odd": random.randrange(1000), "place": random.randrange(1000)}
        return text(case)

    return mutated


def observations(random: Random, odd: bool) -> Case:
    """What minds are shown, often what no game shows."""
    symbols = np.array([random.randrange(2) for _ in range(13)], "<i4")
    quantities = np.array([random.uniform(-2, 2) for _ in range(13)], "<f4")
    reward, done = np.array([0.5, -1.0], "<f4"), np.array([0, 1, 0], np.uint8)
    if odd and random.random() < 0.4:
        symbols[random.randrange(13)] = random.choice((-1, 2, 3, 255, 2**31 - 1, -(2**31)))
    if odd and random.random() < 0.4:
        quantities[random.randrange(13)] = random.choice(FLOATS)
    if odd and random.random() < 0.3:
        reward[random.randrange(2)] = random.choice(FLOATS)
    longer = random.choice((0, 0, 0, 1, -1, 1000)) if odd else 0
    images = random.randbytes(11)
    arrays = {"symbols": symbols, "quantities": quantities, "reward": reward, "done": done}
    return {name: array.tobytes() for name, array in arrays.items()} | {"images": images, "longer": longer}
