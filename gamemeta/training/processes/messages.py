"""Values as bytes, to be sent from process to process: JSON with arrays in it, and no pickle."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ARRAY = "array"
"""Key that an array has in the JSON text: its number, type and shape."""
_SIZE = 8
"""Bytes of the length of the JSON text, in front of it."""


def packed(value: Any) -> bytes:
    """A value as bytes, which `unpacked` gives back with types, shapes and every bit of its numbers.

    Args:
        value: numbers, texts, arrays, NumPy's single numbers, and lists and mappings of such values.
    Raises:
        TypeError: there is something else in it.
    """
    arrays: list[NDArray[Any]] = []
    text = json.dumps(_plain(value, arrays)).encode()
    return b"".join([len(text).to_bytes(_SIZE, "little"), text, *(array.tobytes() for array in arrays)])


def unpacked(data: bytes) -> Any:
    """The value that was packed; tuples come back as lists."""
    end = _SIZE + int.from_bytes(data[:_SIZE], "little")
    return _Arrays(data, end).filled(json.loads(data[_SIZE:end]))


def _plain(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.hasobject:
            raise TypeError(f"an array of {array.dtype} cannot be sent")
        arrays.append(array)
        single = isinstance(value, np.generic)
        return {_ARRAY: [array.dtype.str, list(array.shape), single]}
    if isinstance(value, Mapping):
        return {"items": {name: _plain(one, arrays) for name, one in value.items()}}
    if isinstance(value, list | tuple):
        return [_plain(one, arrays) for one in value]
    return value


class _Arrays:
    """Arrays one after the other, in the order in which the JSON text names them."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._at = data, start

    def filled(self, plain: Any) -> Any:
        """The value that `_plain` made this of."""
        if isinstance(plain, list):
            return [self.filled(one) for one in plain]
        if not isinstance(plain, dict):
            return plain
        if _ARRAY in plain:
            return self._next(*plain[_ARRAY])
        return {name: self.filled(one) for name, one in plain["items"].items()}

    def _next(self, kind: str, shape: list[int], single: bool) -> Any:
        dtype, count = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(self._data, dtype, count, self._at).reshape(shape).copy()
        self._at += count * dtype.itemsize
        return array[()] if single else array
