"""Files in memory that stand in for those on the disk, as a page in a browser hands them over."""

import posixpath
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePath, PureWindowsPath

from gamemeta_levels.errors import LevelError, shortened


class FileSet:
    """Files by their names without folders, since a browser tells no folders.

    A file that another one names is found whatever folder it is named in, and nothing is ever read from the
    disk. Two places with the same last name cannot be told apart, and are refused.

    Args:
        files: name and bytes of each; of a name with folders the last part counts.
    """

    def __init__(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._files: dict[str, list[tuple[str, bytes]]] = {}
        self._places: dict[str, str] = {}
        """Where a file of this name lies for those that name it."""
        self._named_by: dict[str, str] = {}
        """The file that named one of this name first."""
        self.missing = ""
        """Name of the last file that was looked for and is not here; empty where all were here."""
        for name, data in files:
            last = _last(name)
            self._files.setdefault(_key(last), []).append((last, data))

    @property
    def names(self) -> list[str]:
        """Of all files, in the order in which they came."""
        return [name for same in self._files.values() for name, _ in same]

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return _key(_last(name)) in self._files

    def data(self, place: str | PurePath) -> bytes:
        """The bytes of a file.

        Raises:
            LevelError: there is no file of this name, or several, or one in another folder was named before.
        """
        name = _last(str(place))
        alike = self._files.get(_key(name), [])
        same = [one for one in alike if one[0] == name] or alike
        if len(same) > 1 and len({data for _, data in same}) > 1:
            raise LevelError(
                f"{len(same)} of the files are called {shortened(name)}. Rename one, or leave it out."
            )
        if not same:
            self.missing = name
            raise LevelError(self.why_missing())
        path = posixpath.normpath(str(place).replace("\\", "/"))
        if self._places.setdefault(_key(name), path) != path:
            both = f"{shortened(self._places[_key(name)])} and {shortened(path)}"
            raise LevelError(
                f"it names {both}, two files of one name, which cannot be told apart here. Rename one of "
                "them, and where it is named."
            )
        return same[0][1]

    def why_missing(self) -> str:
        """The sentence about the file that is missing."""
        who = self._named_by.get(_key(self.missing))
        if who is None:
            return f"the file {shortened(self.missing)} is missing."
        name = shortened(self.missing)
        return f"{who} needs the file {name}, which was not opened with it: open both together."

    def beside(self, path: Path, name: str) -> Path:
        """The place of a file that another one, at `path`, names. Raises LevelError where it is none."""
        plain = name.replace("\\", "/")
        if "://" in plain or "\0" in plain or not _last(plain):
            raise LevelError(f"it names {shortened(name)}, which is no name of a file.")
        self._named_by.setdefault(_key(_last(plain)), path.name)
        anchored = PureWindowsPath(plain).anchor
        joined = plain if anchored else posixpath.join(path.parent.as_posix(), plain)
        return Path(posixpath.normpath(joined))


def _last(name: str) -> str:
    """The last part of a name with folders, as those of any system write them; empty where there is none."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    return "" if last in (".", "..") else last


def _key(name: str) -> str:
    """What is alike in a name, however a system writes it."""
    return unicodedata.normalize("NFC", name).casefold()
