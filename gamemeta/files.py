"""Files written whole or not at all, and headers of safetensors files."""

import errno
import json
from typing import Any

from gamemeta.errors import AgentFileError
from gamemeta_levels.atomic import remove_leftovers, write_atomically

__all__ = ["KEY", "advice", "read_metadata", "remove_leftovers", "write_atomically"]

KEY = "gamemeta"
"""Name of the metadata of gamemeta in a safetensors file."""
HEADER_LIMIT = 100_000_000
"""Most bytes of a header, as safetensors itself has it."""


def advice(error: OSError) -> str:
    """Advice for a file that could not be written."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "make room"
    return "make the place writable"


def read_metadata(data: bytes, place: str, expected: str, version: int) -> dict[str, Any]:
    """Metadata in a safetensors header, checked for format and version.

    Raises:
        AgentFileError: this is another kind of file, or of a version that cannot be read.
    """
    header_end = 8 + int.from_bytes(data[:8], "little")
    try:
        if len(data) < 8 or header_end > min(len(data), HEADER_LIMIT):
            raise ValueError("it is cut off or of another kind")
        header = json.loads(data[8:header_end])
        metadata = json.loads(header["__metadata__"][KEY])
        actual, actual_version = metadata["format"], metadata["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = " It looks like a pickle, which is never opened." if _pickled(data) else ""
        raise AgentFileError(
            f"{place}: not a {expected} file, or cut off in its header.{hint} Give a whole file of that kind."
        ) from error
    if actual != expected:
        raise AgentFileError(f"{place}: this is a {actual} file; a {expected} file is needed.")
    if actual_version != version:
        raise AgentFileError(
            f"{place}: written in version {actual_version} of the format; this release reads "
            f"version {version}. Use the release that wrote it, or train again."
        )
    return dict(metadata)


def _pickled(data: bytes) -> bool:
    return data[:1] == b"\x80" or data[:2] == b"PK"
