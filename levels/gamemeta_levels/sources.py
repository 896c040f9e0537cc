"""What a module is made from: its own source and that of all it imports."""

import hashlib
import re
import sys
from functools import cache
from pathlib import Path

_OURS = ("gamemeta", "gamemeta_levels")
_IMPORT = re.compile(r"^(?:from\s+([\w.]+)\s+import\s+([^(\n]*)|import\s+([\w.]+))", re.MULTILINE)


def digest_of_sources(module: str) -> str:
    """A digest of the files of a module that is being imported and of those it imports, near and far.

    Files of other people's packages are left out: only those of the module's own package and of ours count.
    """
    packages = {module.partition(".")[0], *_OURS}
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found and name in sys.modules and name.partition(".")[0] in packages:
            found.add(name)
            waiting += _source(name)[1]
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name} {_source(name)[0]}\n".encode())
    return digest.hexdigest()


@cache
def _source(module: str) -> tuple[str, tuple[str, ...]]:
    """Digest of one module's file, and the names that it imports; some may be no modules."""
    path = getattr(sys.modules[module], "__file__", None)
    if path is None or not Path(path).is_file():
        return "", ()
    source = Path(path).read_bytes()
    names: list[str] = []
    for origin, things, plain in _IMPORT.findall(source.decode("utf-8", "replace")):
        names += [origin or plain, *(f"{origin}.{thing}" for thing in re.findall(r"\w+", things) if origin)]
    return hashlib.sha256(source).hexdigest(), tuple(names)
