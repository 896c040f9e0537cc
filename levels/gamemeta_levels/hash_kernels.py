"""Compiled `Level.content_hash`, for kernels that need the split of a level.

A hash is begun with the tiles, goes on with the hidden numbers in the order of their names, and is
finished last. The bytes are those of `Level`: hidden numbers are hashed as the text
`name=1,-2,3;`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel import lean_kernel, mix64
from gamemeta_levels.level import FNV_OFFSET, FNV_PRIME
from gamemeta_levels.split import TENTHS, TRAIN

_OFFSET, _PRIME = np.uint64(FNV_OFFSET), np.uint64(FNV_PRIME)
_TEN = np.uint64(10)
_FIRST, _SECOND = TENTHS
_COMMA, _MINUS, _SEMICOLON, _ZERO = ord(","), ord("-"), ord(";"), np.uint64(ord("0"))


def name_bytes(name: str) -> NDArray[np.uint8]:
    """The name of hidden numbers as `with_numbers` takes it."""
    return np.frombuffer(f"{name}=".encode(), np.uint8).copy()


@lean_kernel
def with_byte(value: Any, byte: Any) -> Any:
    """The hash after one more byte."""
    return (value ^ np.uint64(byte)) * _PRIME


@lean_kernel
def hash_of_tiles(tiles: NDArray[np.uint8], height: int, width: int) -> Any:
    """Begin the hash of a level with tiles[:height, :width]."""
    value = with_byte(with_byte(_OFFSET, height), width)
    for row in range(height):
        for column in range(width):
            value = with_byte(value, tiles[row, column])
    return value


@lean_kernel
def with_number(value: Any, number: int) -> Any:
    """The hash after a whole number above -2**63, written in decimals."""
    if number < 0:
        value = with_byte(value, _MINUS)
    left, backwards, digits = np.uint64(abs(number)), np.uint64(0), 0
    while left > 0 or digits == 0:
        backwards = backwards * _TEN + left % _TEN
        left //= _TEN
        digits += 1
    for _ in range(digits):
        value = with_byte(value, _ZERO + backwards % _TEN)
        backwards //= _TEN
    return value


@lean_kernel
def with_numbers(value: Any, name: NDArray[np.uint8], numbers: NDArray[np.int64]) -> Any:
    """The hash after the hidden numbers of one name; `name` is made by `name_bytes`."""
    for byte in name:
        value = with_byte(value, byte)
    for k in range(numbers.shape[0]):
        if k:
            value = with_byte(value, _COMMA)
        value = with_number(value, numbers[k])
    return with_byte(value, _SEMICOLON)


@lean_kernel
def finished(value: Any) -> Any:
    """`Level.content_hash`, once all is in."""
    return mix64(value)


@lean_kernel
def split_code_of(content_hash: Any) -> Any:
    """The code of `gamemeta_levels.split.split_of`."""
    tenth = content_hash % _TEN
    if tenth == 0:
        return _FIRST
    if tenth == 1:
        return _SECOND
    return TRAIN
