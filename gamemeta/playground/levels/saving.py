"""Level files that go to the page."""

import base64
import re
from pathlib import Path

from gamemeta.errors import ConfigError
from gamemeta.playground.frames import Plain
from gamemeta.playground.levels.values import level_from
from gamemeta.playground.messages import Message, word
from gamemeta_levels.formats import SUFFIXES, dumps, format_of
from gamemeta_levels.level import Level

_NAME = re.compile(r"[^\w .-]+")


def saved(message: Message) -> Plain:
    """The files of the level in a message, in the format that it names.

    Raises:
        ConfigError, LevelError: there is no such format, or it cannot hold the level.
    """
    suffix, name = word(message, "suffix"), word(message, "name")
    if suffix not in SUFFIXES:
        raise ConfigError(f"a level is saved as {', '.join(SUFFIXES)}.")
    level = level_from(message.get("level"), word(message, "family"))
    return {"files": written(level, suffix, name)}


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
