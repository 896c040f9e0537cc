"""Files written whole or not at all, and headers of safetensors files."""

import contextlib
import errno
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from gamemeta.errors import AgentFileError

KEY = "gamemeta"


HEADER_LIMIT = 100_000_000


WINDOWS_TRIES = 20


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the target, then rename over it: the file is whole or as it was before.

    Raises:
        OSError: no room, no right to write, or no such directory; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(beside, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise


def _replace(beside: Path, path: Path) -> None:
    """Rename over the target; on Windows, wait a moment for whoever is reading it."""
    for tries in range(WINDOWS_TRIES):
        try:
            beside.replace(path)
        except PermissionError:
            if os.name != "nt" or tries == WINDOWS_TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return


def remove_leftovers(path: Path) -> None:
    """Delete what a killed process left half written beside this file."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        with contextlib.suppress(OSError):
            part.unlink()


def advice(error: OSError) -> str:
    """What to do about a file that could not be written."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "make room"
    return "make the place writable"


def read_metadata(data: bytes, place: str, expected: str, version: int) -> dict[str, Any]:
    """The JSON text in a safetensors header, checked for format and version.

    Raises:
        AgentFileError: this is another kind of file, or of a version that cannot be read.
    """
    header_end = 8 + int.from_bytes(data[:8], "little")
    try:
        if len(data) < 8 or header_end > min(len(data), HEADER_LIMIT):
            raise ValueError("it is cut off or of another kind")
        header = json.loads(data[8:header_end])
        metadata = json.loads(header["__metadata__"][KEY])
        found, found_version = metadata["format"], metadata["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = " It looks like a pickle, which is never opened." if _pickled(data) else ""
        raise AgentFileError(
            f"{place}: not a {expected} file, or cut off in its header.{hint} Give a whole file of that kind."
        ) from error
    if found != expected:
        raise AgentFileError(f"{place}: this is a {found} file; a {expected} file is needed.")
    if found_version != version:
        raise AgentFileError(
            f"{place}: written in version {found_version} of the format; this release reads "
            f"version {version}. Use the release that wrote it, or train again."
        )
    return dict(metadata)


def _pickled(data: bytes) -> bool:
    return data[:1] == b"\x80" or data[:2] == b"PK"
