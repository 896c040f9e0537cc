"""Where a scene is, as it is typed: `godot:path/to/game.x86_64`, `godot:attach` or `godot:attach@11009`."""

import re
from dataclasses import dataclass
from pathlib import Path

from gamemeta.errors import PluginError
from gamemeta.games.adapters import GODOT

LOOPBACK, PORT = "127.0.0.1", 11008
_ATTACH = re.compile(r"attach(?:@(?:(?P<host>[^@:]+):)?(?P<port>\d{1,5}))?")


@dataclass(frozen=True)
class Place:
    """Where a scene is.

    Args:
        path: the exported game to start; None waits for a scene that somebody else starts.
        host: address to listen at: this machine alone can connect, unless another was asked for.
        port: where; 0 takes a free one, and tells the scene that is started.
    """

    path: Path | None = None
    host: str = LOOPBACK
    port: int = PORT


def parse_place(word: str) -> Place:
    """Read what was typed after `godot:` and that before it.

    Raises:
        PluginError: there is no such file.
    """
    text = GODOT.short(word)
    match = _ATTACH.fullmatch(text)
    if match:
        return Place(None, match["host"] or LOOPBACK, int(match["port"] or PORT))
    path = Path(text)
    if not path.is_file():
        raise PluginError(
            f"{word}: there is no such file. Give the exported game as godot:path/to/game.x86_64, or "
            "godot:attach and start the scene yourself."
        )
    return Place(path.resolve(), LOOPBACK, 0)
