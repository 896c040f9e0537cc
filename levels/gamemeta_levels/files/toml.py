"""TOML files of settings, read within bounds: what is small enough to be settings costs little to read."""

import re
import tomllib
from pathlib import Path
from typing import Any

from gamemeta_levels.errors import ConfigError
from gamemeta_levels.files.reading import read_bounded
from gamemeta_levels.files.sizes import check_size
from gamemeta_levels.packages import for_training
from gamemeta_levels.text import is_hidden

MOST_BYTES = 256 * 1024
MOST_PARTS = 16
"""Parts of a dotted key. A thousand of them take tomllib gigabytes."""
_PART = r"""(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*\.[ \t]*){{{MOST_PARTS}}}")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, with or without a byte order mark.

    Raises:
        ConfigError: it cannot be read, is too large or nested too deeply, or is no TOML.
    """
    try:
        data = read_bounded(path, MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ConfigError(f"{path}: cannot be read: {error}.") from error
    return toml_of(data, path)


def toml_of(data: bytes, path: Path) -> dict[str, Any]:
    """The tables in the bytes of a TOML file, whose name errors give. Raises ConfigError as `read_toml`."""
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{path}: it is larger than {MOST_BYTES // 1024} KiB.")
    try:
        text = data.decode("utf-8-sig")
        if _DEEP_KEY.search(text):
            raise ConfigError(
                f"{path}: a key of {MOST_PARTS} parts or more; settings have two, SECTION.NAME."
            )
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}.") from error
    check_size(values, str(path))
    return values


def toml_text(values: dict[str, Any]) -> str:
    """Tables as TOML, with escapes for what would act on an editor or a terminal."""
    with for_training():
        import tomli_w
    text = tomli_w.dumps(values)
    return text if text.isascii() else "".join(f"\\U{ord(c):08X}" if is_hidden(c) else c for c in text)
