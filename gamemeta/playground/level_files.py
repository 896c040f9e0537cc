"""Level files that come from the page and go to it; on the disk they lie in a folder that is gone at once."""

import base64
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from gamemeta.playground.frames import Plain
from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats import SUFFIXES, dumps, format_of, parts_of, read_level
from gamemeta_levels.level import Level

MOST_BYTES = 8 * 1024 * 1024
"""Largest level file that is taken from the page."""
MOST_PARTS = 200
_NAME = re.compile(r"[^\w .-]+")


def read_upload(name: str, data: bytes, family: str, part: str = "") -> tuple[Level | None, list[str]]:
    """The level in a file, or the names of the levels in a file of several when none of them is named.

    Args:
        name: of the file; its suffix decides the format, and its folder is not looked at.
        data: what is in it.
        family: the level family where the file names none.
        part: the name of one of several levels.
    Raises:
        LevelError: naming the place in the file.
    """
    suffix = Path(name.replace("\\", "/")).suffix.lower()
    if suffix not in SUFFIXES:
        raise LevelError(f"{shortened(name)}: a level file ends in {', '.join(SUFFIXES)}.")
    if len(data) > MOST_BYTES:
        raise LevelError(f"a level file has at most {MOST_BYTES // 2**20} MiB; this one is larger.")
    with TemporaryDirectory(prefix="gamemeta-playground-") as folder:
        path = Path(folder) / f"level{suffix}"
        path.write_bytes(data)
        try:
            names = [one.partition("#")[2] for one in parts_of(path)]
            if len(names) > 1 and not part:
                return None, names[:MOST_PARTS]
            level = read_level(f"{path}#{part}" if part else path, family)
        except LevelError as error:
            # the folder is ours alone, and its name says nothing to anybody
            raise LevelError(
                str(error).replace(f"{path}", "the file").replace(folder, "its folder")
            ) from None
    return level, []


def written(level: Level, suffix: str, name: str = "") -> list[Plain]:
    """The files that hold a level in this format: the level first, then pictures that lie beside it.

    Args:
        level: what to write.
        suffix: of the format.
        name: of the file, without suffix; letters that file systems refuse are left out.
    Raises:
        LevelError: no such format, or it cannot hold the level.
    """
    kind = format_of(Path(f"level{suffix}"))
    text = dumps(level, kind.suffix)
    stem = _NAME.sub("_", name).strip(" .")[:60] or "level"
    files = {f"{stem}{kind.suffix}": text.encode()}
    files |= {beside: data for beside, data in kind.neighbours(level).items() if beside in text}
    return [{"name": file, "data": base64.b64encode(data).decode()} for file, data in files.items()]
