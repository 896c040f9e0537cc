"""Which game a run was begun with, as its user typed it: kept in the user's own folder, not in the run.

`gamemeta train --resume DIR` may therefore run the file again, or import the module, that the user named when
the run began. A directory that somebody else made has no such note, and runs nothing.
"""

import json
import os
import sys
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from gamemeta.games.adapters import adapter_of
from gamemeta_levels.plugins import find_beside, parse_reference

ATTACH = "attach"


def remember(directory: Path, word: str | None) -> None:
    """Note what was typed as the game of the run in this directory; nothing where no folder can be written.

    Args:
        directory: of the run.
        word: as typed; None for a game that every process finds by its name, which needs no note.
    """
    if word is None:
        return
    note = _note(directory)
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        what = {"run": str(directory.resolve()), "game": _from_anywhere(word), "folder": str(Path.cwd())}
        note.write_text(json.dumps(what), "utf-8")


def recall(directory: Path) -> str | None:
    """What the user typed as the game of the run in this directory; None where nothing was noted.

    A module that lay in the folder where it was typed is found there again.
    """
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        what = json.loads(_note(directory).read_text("utf-8"))
        word, adapter = what["game"], adapter_of(what["game"])
        if adapter is not None:
            find_beside(adapter.module_in(word), Path(what.get("folder", ".")))
        return str(word)
    return None


def _from_anywhere(word: str) -> str:
    """The word as it holds in every working directory."""
    adapter = adapter_of(word)
    reference = None if adapter else parse_reference(word)
    if reference is not None:
        return f"{reference.file.resolve()}:{reference.cls}"
    if adapter is not None and adapter.game and not adapter.short(word).startswith(ATTACH):
        return adapter.prefix + str(Path(adapter.short(word)).resolve())
    return word


def _note(directory: Path) -> Path:
    name = blake2b(str(directory.resolve()).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return _folder() / "gamemeta" / "runs" / f"{name}.json"


def _folder() -> Path:
    """Where programs keep what they note about a user's work."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
