"""Files of ours that hold arrays: safetensors, with one JSON text about them and a checksum of every byte.

Agents, memories and checkpoints are such files. The checksum stands in the JSON text and is counted over
the whole file with zeros in its own place, so that no bit of the header or of an array can change unnoticed.
Files of version 1, from before there were checksums, are read without one; in version 2 a file that lacks
it is damaged, so damage cannot make a new file pass for an old one.
"""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as parse_safetensors
from safetensors.numpy import save as to_safetensors

from gamemeta.errors import AgentFileError
from gamemeta.files import whole_number

KEY = "gamemeta"
"""Name of our metadata in a safetensors file."""
VERSION, WITHOUT_CHECKSUM = 2, 1
"""The version that is written, and the one before, which is read as well."""
CHECKSUM = "checksum"
_BYTES = 16
_HEADER_LIMIT = 100_000_000
"""Most bytes of a header, as safetensors itself has it."""
_ZEROS = "0" * (2 * _BYTES)

Arrays = dict[str, NDArray[Any]]


def tensor_file(file_format: str, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The bytes of a file; equal contents give equal bytes.

    Args:
        file_format: what kind of file it is.
        about: JSON data.
        arrays: by name.
    """
    metadata = {**about, "format": file_format, "version": VERSION, CHECKSUM: _ZEROS}
    text = json.dumps(metadata, sort_keys=True, separators=(",", ":"))
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    data: bytes = to_safetensors(plain, metadata={KEY: text})
    start = _place(data, _ZEROS)
    return data[:start] + _checksum(data, start).encode() + data[start + 2 * _BYTES :]


def parse_tensor_file(
    data: bytes, place: str, file_format: str, *, advice: str
) -> tuple[dict[str, Any], Arrays]:
    """JSON data and arrays of a file, whose checksum is right.

    Args:
        data: its bytes.
        place: its name, for messages.
        file_format: what kind of file it must be.
        advice: for messages, a sentence on which file to give, and how such a file is made.
    Raises:
        AgentFileError: it is of another kind, of a version that cannot be read, or damaged.
    """
    metadata = _metadata(data, place, advice)
    if metadata["format"] != file_format:
        raise AgentFileError(
            f"{place}: this is a {metadata['format']} file; a {file_format} file is needed. {advice}"
        )
    version = metadata["version"]
    if type(version) is not int or version not in (WITHOUT_CHECKSUM, VERSION):
        raise AgentFileError(
            f"{place}: written in version {version} of the format; this release reads versions "
            f"{WITHOUT_CHECKSUM} and {VERSION}. Use the release that wrote it, or train again."
        )
    try:
        if version == VERSION or CHECKSUM in metadata:
            _verify(data, metadata.get(CHECKSUM))
        return metadata, parse_safetensors(data)
    except (SafetensorError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise AgentFileError(
            f"{place}: this {file_format} file is damaged ({error}). Copy it again, or take an earlier one."
        ) from error


def alike(arrays: Mapping[str, NDArray[Any]], name: str, like: NDArray[Any]) -> NDArray[Any]:
    """An array of a file, which must have the shape and type of another. Raises KeyError or ValueError."""
    array = arrays[name]
    if array.shape != like.shape or array.dtype != like.dtype:
        raise ValueError(f"{name} is {array.dtype} {array.shape} instead of {like.dtype} {like.shape}")
    return array


def _metadata(data: bytes, place: str, advice: str) -> dict[str, Any]:
    """Our JSON data in the header, with a format and a version."""
    header_end = 8 + int.from_bytes(data[:8], "little")
    try:
        if len(data) < 8 or header_end > min(len(data), _HEADER_LIMIT):
            raise ValueError("it is cut off or of another kind")
        header = json.loads(data[8:header_end])
        metadata = json.loads(header["__metadata__"][KEY], parse_int=whole_number)
        return {**metadata, "format": metadata["format"], "version": metadata["version"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = " It looks like a pickle, which is never opened." if _pickled(data) else ""
        raise AgentFileError(
            f"{place}: no file of gamemeta, or cut off in its header.{hint} {advice}"
        ) from error


def _pickled(data: bytes) -> bool:
    return data[:1] == b"\x80" or data[:2] == b"PK"


def _verify(data: bytes, stated: Any) -> None:
    """Raises ValueError where the bytes are not those that were written."""
    if not isinstance(stated, str) or len(stated) != 2 * _BYTES or not stated.isascii():
        raise ValueError("it has lost its checksum")
    if _checksum(data, _place(data, stated)) != stated:
        raise ValueError("its bytes do not fit its checksum")


def _place(data: bytes, checksum: str) -> int:
    """Where the checksum stands: in a JSON text that is itself text of a JSON file."""
    mark = f'\\"{CHECKSUM}\\":\\"'.encode()
    start = data.find(mark + checksum.encode() + b'\\"')
    if start < 0:
        raise ValueError("its checksum stands elsewhere")
    return start + len(mark)


def _checksum(data: bytes, start: int) -> str:
    """Of all bytes, with zeros in place of the checksum, which begins there."""
    state, view = blake2b(digest_size=_BYTES), memoryview(data)
    for piece in (view[:start], _ZEROS.encode(), view[start + 2 * _BYTES :]):
        state.update(piece)
    return state.hexdigest()
