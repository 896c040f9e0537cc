"""Changed copies of agent files, memories and checkpoints."""

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy as np

from gamemeta.agent.memory_file import HEADER, MEMORY_FORMAT
from gamemeta.agent.runtime import Mind
from gamemeta.tensor_file import parse_tensor_file, tensor_file


def changed(data: bytes, file_format: str, arrays: dict[str, Any] | None = None, **about: Any) -> bytes:
    """A file with other contents and the checksum that they need; an array that is None is left out."""
    metadata, before = parse_tensor_file(data, "file", file_format, advice="")
    after = {name: array for name, array in {**before, **(arrays or {})}.items() if array is not None}
    return tensor_file(file_format, {**metadata, **about}, after)


def flipped(data: bytes, count: int, most: int | None = None, seed: int = 0) -> Iterator[bytes]:
    """Copies of which each has another bit turned, among those of the first `most` bytes."""
    bits = 8 * (len(data) if most is None else most)
    for bit in np.random.default_rng(seed).choice(bits, min(count, bits), replace=False).tolist():
        copy = bytearray(data)
        copy[bit // 8] ^= 1 << bit % 8
        yield bytes(copy)


def checked_memory(body: bytes) -> bytes:
    """A memory with the checksum that its bytes need."""
    return body + crc32(body).to_bytes(4, "little")


def changed_memory(memory: bytes, **about: Any) -> bytes:
    """A memory of another header, with the checksum that it needs."""
    fields = dict(zip(("mark", "version", "n", "seed", "skill"), HEADER.unpack_from(memory)[:5], strict=True))
    after = HEADER.pack(*{**fields, **about}.values(), *HEADER.unpack_from(memory)[5:])
    return checked_memory(after + memory[HEADER.size : -4])


def older_memory(mind: Mind) -> bytes:
    """The memory of a mind in version 2 of its format."""
    about = {"agent": mind.agent.digest, "n": mind.n, "seed": mind.seed, "skill": mind.agent.skill}
    return tensor_file(MEMORY_FORMAT, about, mind.arrays())
