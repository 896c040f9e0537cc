"""Changed copies of agent files, memories and checkpoints."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gamemeta.tensor_file import parse_tensor_file, tensor_file


def changed(data: bytes, file_format: str, arrays: dict[str, Any] | None = None, **about: Any) -> bytes:
    """A file with other contents and the checksum that they need; an array that is None is left out."""
    metadata, before = parse_tensor_file(data, "file", file_format)
    after = {name: array for name, array in {**before, **(arrays or {})}.items() if array is not None}
    return tensor_file(file_format, {**metadata, **about}, after)


def flipped(data: bytes, count: int, most: int | None = None, seed: int = 0) -> Iterator[bytes]:
    """Copies of which each has another bit turned, among those of the first `most` bytes."""
    bits = 8 * (len(data) if most is None else most)
    for bit in np.random.default_rng(seed).choice(bits, min(count, bits), replace=False).tolist():
        copy = bytearray(data)
        copy[bit // 8] ^= 1 << bit % 8
        yield bytes(copy)
