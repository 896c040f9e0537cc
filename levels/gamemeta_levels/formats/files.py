"""Reading and writing the bytes of level files, so that nothing is ever half written."""

import os
from pathlib import Path

from gamemeta_levels.errors import LevelError
from gamemeta_levels.files.atomic import write_atomically
from gamemeta_levels.files.reading import read_bounded

MAX_BYTES = 4 * 1024 * 1024
"""Largest level file that is read; the largest level (255 x 255 tiles) takes 64 KiB."""


def read_text(path: Path, most_bytes: int = MAX_BYTES) -> str:
    """The text of a file: UTF-8, with or without a byte-order mark, line ends made `\\n`.

    Raises:
        LevelError: missing, unreadable, no regular file, larger than that, or not text.
    """
    return text_of(_read(path, most_bytes), path)


def text_of(data: bytes, path: Path) -> str:
    """The text in the bytes of a file. Raises LevelError where it is none, with the name of the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LevelError(
            f"{path}: not text: {_place(data, error.start)} holds the byte "
            f"0x{data[error.start]:02x}. Save the level as UTF-8 text."
        ) from None
    if "\0" in text:
        raise LevelError(
            f"{path}: not text: {_place(data, data.index(0))} holds a zero byte. "
            "Give a level drawn in ASCII, or a level in JSON."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_text(path: Path, text: str) -> None:
    """`write_bytes` of a text as UTF-8."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file or nothing.

    Raises:
        LevelError: the folder does not exist, or cannot be written to.
    """
    try:
        write_atomically(path, data)
    except OSError as error:
        raise LevelError(_why_not_written(path, error)) from None


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        return read_bounded(path, most_bytes)
    except (OSError, ValueError) as error:
        if is_folder(path):
            raise LevelError(f"{path} is a folder. Give the file of one level in it.") from None
        if isinstance(error, FileNotFoundError):
            raise LevelError(f"there is no level file {path}.") from None
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise LevelError(
            f"{path}: cannot be read: {why}. Give a file that `gamemeta levels new` wrote, or a drawing in "
            "ASCII."
        ) from None


def _why_not_written(path: Path, error: OSError) -> str:
    if not is_folder(path.parent):
        return f"{path}: there is no folder {path.parent}. Create it first."
    if is_folder(path):
        return f"{path} is a folder. Give the name of a file in it."
    return f"{path}: cannot be written: {error.strerror}. Nothing was changed."


def is_there(path: Path) -> bool:
    """Whether there is anything of this name."""
    try:
        return os.path.lexists(path)
    except ValueError:  # no name of a file
        return False


def is_folder(path: Path) -> bool:
    """Whether this is a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - never raises, as Path.is_dir may


def _place(data: bytes, offset: int) -> str:
    before = data[:offset]
    return f"line {before.count(10) + 1}, byte {offset - before.rfind(10)}"
