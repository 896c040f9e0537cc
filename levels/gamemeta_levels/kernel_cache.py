"""Machine code kept on disk: read only when it is whole, and only where strangers cannot write.

numba keeps the machine code of a kernel as pickles in files beside its source, or in a folder of the user.
Who can write there can run code, and a file that was cut off would end every command. The classes and
attributes are private to numba, hence its upper bound in pyproject.toml; a numba without them raises here
rather than run old or damaged code.
"""

import os
import pickle
import stat
import warnings
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

from numba.core import caching, config

from gamemeta_levels.sources import digest_of_sources

_numba: Any = caching  # it has no types
_BOUNDS = bool(getattr(config, "BOUNDSCHECK", None))
_DIGEST_BYTES = 32


class KernelCacheFile(_numba.IndexDataCacheFile):  # type: ignore[misc]
    """The files of one kernel. Each begins with the digest of the rest; where that does not fit, the file
    counts as missing and is written anew."""

    def _load_index(self) -> Any:
        content = _read(self._index_path)
        if content is None:
            return {}
        file = BytesIO(content)
        if pickle.load(file) != self._version:
            return {}
        stamp, overloads = pickle.load(file)
        return overloads if stamp == self._source_stamp else {}

    def _save_index(self, overloads: Any) -> None:
        entry = self._source_stamp, overloads
        self._write(self._index_path, pickle.dumps(self._version) + _numba.dumps(entry))

    def _load_data(self, name: str) -> Any:
        content = _read(self._data_path(name))
        return None if content is None else pickle.loads(content)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), _numba.dumps(data))

    def _write(self, path: str, content: bytes) -> None:
        try:
            with self._open_for_write(path) as file:
                file.write(_digest(content) + content)
        except OSError:
            return  # no room: it is compiled again the next time


def keep_checked(compiled: Any, module: str) -> None:
    """Let a kernel keep its machine code in a `KernelCacheFile`, if it may be kept at all.

    numba takes machine code for out of date when the file of its function has changed. Kernels call one
    another and take in constants across files, so it depends on all that the module imports, too. Where
    NUMBA_BOUNDSCHECK is set, which numba does not look at, it goes into files of its own.
    """
    cache = compiled._cache
    locator, base = cache._impl.locator, cache._impl.filename_base
    stamp = (locator.get_source_stamp(), digest_of_sources(module))
    bounds = ".bounds" if _BOUNDS else ""
    cache._cache_file = KernelCacheFile(cache._cache_path, base + bounds, stamp)
    source = Path(compiled.py_func.__code__.co_filename)
    if not is_trusted(Path(cache._cache_path), source):
        cache.disable()
        warnings.warn(
            f"the cache of compiled code {cache._cache_path} can be written to by others, so it is not used "
            "and every start takes minutes. Take that right from them (chmod go-w), or set NUMBA_CACHE_DIR "
            "to a folder of your own.",
            RuntimeWarning,
            stacklevel=2,
        )


def is_trusted(folder: Path, source: Path) -> bool:
    """Whether nobody can write to a folder who could not write to the source as well; true where there is no
    such folder yet, for then it is made by this user."""
    if not hasattr(os, "getuid"):
        return True  # Windows has other rights, and gives each user a folder of their own
    try:
        here, there, file = folder.stat(), source.parent.stat(), source.stat()
    except OSError:
        return True
    known_owner = here.st_uid in (os.getuid(), 0, there.st_uid, file.st_uid)
    open_to_all = bool(here.st_mode & stat.S_IWOTH) and not there.st_mode & stat.S_IWOTH
    return known_owner and not open_to_all


def _read(path: str) -> bytes | None:
    """What stands behind the digest of a file; None where there is no such file, or it is damaged."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return None
    digest, content = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    return content if digest == _digest(content) else None


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST_BYTES).digest()
