"""Level files that go to the page."""

import base64
import re
from pathlib import Path

from gamemeta.playground.frames import Plain
from gamemeta_levels.formats import dumps, format_of
from gamemeta_levels.level import Level

_NAME = re.compile(r"[^\w .-]+")


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
