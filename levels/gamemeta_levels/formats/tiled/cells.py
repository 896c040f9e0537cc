"""The numbers of tiles in a layer, out of whatever way Tiled has written them."""

import base64
import binascii
import gzip
import io
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.packages import install_command

FLIPS = 0xF0000000
"""The bits of a number that say how its tile is turned."""


def decoded(data: Any, encoding: str, compression: str, count: int) -> NDArray[np.uint32]:
    """The numbers of `count` tiles, with the bits for turns; 0 is no tile.

    Args:
        data: a list of numbers; or a text, of numbers or in base64.
        encoding: `csv` or `base64`; empty for a list.
        compression: of base64: `zlib`, `gzip`, `zstd` or empty.
    Raises:
        LevelError: something else than that; with what is wrong.
    """
    if isinstance(data, list):
        numbers = _numbers(data)
    elif not isinstance(data, str):
        raise LevelError(f"data is {shortened(data, 40)}; it must be a list or a text.")
    elif encoding == "csv":
        numbers = _of_csv(data, count)
    elif encoding == "base64":
        raw = _unpacked(_bytes(data), compression, 4 * count)
        if len(raw) != 4 * count:
            raise LevelError(f"data holds {len(raw)} bytes; {count} tiles take {4 * count}.")
        numbers = np.frombuffer(raw, "<u4").astype(np.uint32)
    else:
        raise LevelError(f"encoding is {shortened(encoding, 40)}; csv and base64 are read.")
    if len(numbers) != count:
        raise LevelError(f"data holds {len(numbers):,} tiles; width x height are {count:,}.")
    return numbers


def unturned(numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The numbers without the bits for turns."""
    return numbers & np.uint32(~FLIPS & 0xFFFFFFFF)


def encoded(numbers: NDArray[np.uint32], width: int, encoding: str, compression: str) -> str:
    """The text of the numbers of tiles, as `decoded` reads it."""
    if encoding == "csv":
        rows = [",".join(map(str, row)) for row in numbers.reshape(-1, width).tolist()]
        return "\n" + ",\n".join(rows) + "\n"
    raw = numbers.astype("<u4").tobytes()
    return base64.b64encode(_PACKERS[compression](raw)).decode()


def _to_zstd(raw: bytes) -> bytes:
    import zstandard

    return bytes(zstandard.compress(raw))


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "zlib": zlib.compress,
    "gzip": partial(gzip.compress, mtime=0),
    "zstd": _to_zstd,
}


def _numbers(data: list[Any]) -> NDArray[np.uint32]:
    for value in data:
        if type(value) is not int or not 0 <= value < 2**32:
            raise LevelError(f"data holds {shortened(value, 40)}, which is no number of a tile.")
    return np.array(data, np.uint32)


def _of_csv(text: str, count: int) -> NDArray[np.uint32]:
    parts = text.split(",", count + 1)
    try:
        values = [int(part) for part in parts if len(part) < 64] if text.strip() else []
    except ValueError:
        wrong = next(part for part in parts if not part.strip().isdecimal())
        raise LevelError(
            f"data holds {shortened(wrong.strip(), 40)}, which is no number of a tile."
        ) from None
    if len(values) != len(parts) and text.strip():
        raise LevelError("data holds a number with too many digits.")
    return _numbers(values)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise LevelError("data is said to be base64, and is not.") from None


def _unpacked(raw: bytes, compression: str, most: int) -> bytes:
    """At most one byte more than `most`, so that too much is noticed and never unpacked."""
    try:
        if compression == "":
            return raw[: most + 1]
        if compression == "zlib":
            return zlib.decompressobj().decompress(raw, most + 1)
        if compression == "gzip":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
                return file.read(most + 1)
        if compression == "zstd":
            return _of_zstd(raw, most)
    except (zlib.error, OSError, EOFError) as error:
        raise LevelError(f"data cannot be unpacked: {error}.") from None
    raise LevelError(f"compression is {shortened(compression, 40)}; zlib, gzip and zstd are read.")


def _of_zstd(raw: bytes, most: int) -> bytes:
    try:
        import zstandard
    except ModuleNotFoundError:
        raise LevelError(
            f"data is packed by zstd. Run: {install_command('zstd')}; or choose another tile layer format in "
            "the properties of the map."
        ) from None
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(raw) as reader:
            return bytes(reader.read(most + 1))
    except zstandard.ZstdError as error:
        raise LevelError(f"data cannot be unpacked: {error}.") from None
