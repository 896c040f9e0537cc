"""Reading files that others name: only regular ones, and never more than a number of bytes."""

import errno
import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
_PIECE = 1 << 20
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""A pipe that nobody writes to must not be waited for."""


def read_bounded(path: str | os.PathLike[str], most_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        OSError: as `check_regular`, or the file cannot be opened or read.
        ValueError: the path holds a zero byte.
    """
    check_regular(path, most_bytes)
    with os.fdopen(os.open(path, _OPEN), "rb") as file:
        status = os.fstat(file.fileno())
        _check(status, path, most_bytes)
        data = file.read(status.st_size)
        more = file.read(min(_PIECE, most_bytes + 1 - len(data)))
        while more and len(data) <= most_bytes:  # it has grown since, or is of those that tell no size
            data += more
            more = file.read(min(_PIECE, most_bytes + 1 - len(data)))
    if len(data) > most_bytes:
        raise _too_large(path, most_bytes)
    return data


def check_regular(path: str | os.PathLike[str], most_bytes: int) -> None:
    """A look at a file that some library is about to open by its name.

    Raises:
        IsADirectoryError: it is a folder.
        OSError: there is no such file, it is a pipe, a socket or a device (`errno.EINVAL`), or it has more
            bytes than that (`errno.EFBIG`); `strerror` says so in words.
        ValueError: the path holds a zero byte.
    """
    _check(os.stat(path), path, most_bytes)  # noqa: PTH116 - never opened, whatever it is


def is_regular(path: str | os.PathLike[str]) -> bool:
    """Whether there is a regular file of this name; False for names that no file can have."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False


def _check(status: os.stat_result, path: str | os.PathLike[str], most_bytes: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(Path(path)))
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, and no regular file", str(Path(path)))
    if status.st_size > most_bytes:
        raise _too_large(path, most_bytes)


def _too_large(path: str | os.PathLike[str], most_bytes: int) -> OSError:
    most = f"{most_bytes / 1024**2:g} MiB" if most_bytes >= 1024**2 else f"{most_bytes} bytes"
    return OSError(errno.EFBIG, f"it is larger than {most}", str(Path(path)))
