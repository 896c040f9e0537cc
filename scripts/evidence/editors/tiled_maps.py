"""Let Tiled itself read the maps that gamemeta writes, and write maps in every encoding that gamemeta reads.

Every level is written as TMX and TMJ, and again with its tiles in each of Tiled's other layer formats, with
and without bounds. Tiled converts each of them, keeping its layer format, and what it writes is read back: it
must be the same level.

    python scripts/evidence/editors/tiled_maps.py [--levels 20] [--minutes 10] [--tiled /usr/bin/tiled]

Skips with a sentence where Tiled is not installed (Debian: apt install tiled).
"""

import argparse
import base64
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from gamemeta_levels.family import generate
from gamemeta_levels.formats import read_level, write_level
from gamemeta_levels.level import Level
from gamemeta_levels.registry import family_class

FAMILIES = ("maze", "dungeon", "arena")
TARGETS = ("json", "tmx")
SUFFIXES = {"json": ".tmj", "tmx": ".tmx"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--levels", type=int, default=20, help="of each family")
    parser.add_argument("--minutes", type=float, default=60.0, help="no further level is begun after that")
    parser.add_argument("--tiled", default=shutil.which("tiled"), help="the program")
    arguments = parser.parse_args()
    if not arguments.tiled:
        print("skipped: Tiled is not installed; give --tiled, or install it (Debian: apt install tiled)")
        return
    version = run(arguments.tiled, "--version").split()[-1]
    right = wrong = count = 0
    until = time.monotonic() + 60 * arguments.minutes
    with tempfile.TemporaryDirectory() as folder:
        for name, level in levels(arguments.levels):
            if time.monotonic() > until:
                break
            count += 1
            for before in written(level, Path(folder), name):
                for target in TARGETS:
                    same = converted(arguments.tiled, before, target) == level
                    right, wrong = right + same, wrong + (not same)
                    if not same:
                        print(f"another level: {before.name} as {target}")
    print(f"Tiled {version}, {count} levels: {right} conversions give the level back, {wrong} do not")
    sys.exit(bool(wrong))


def levels(count: int) -> Iterator[tuple[str, Level]]:
    """Levels of each family in turn, by name."""
    for seed in range(count):
        for family in FAMILIES:
            yield f"{family}-{seed}", generate(family_class(family)(), seed, "test")


def written(level: Level, folder: Path, name: str) -> Iterator[Path]:
    """The files of a level: as we write it, and in each of Tiled's layer formats."""
    for suffix in SUFFIXES.values():
        path = folder / f"{name}{suffix}"
        write_level(level, path)
        yield path
    text = (folder / f"{name}.tmx").read_text(encoding="utf-8")
    start, end = text.index("<data"), text.index("</data>")
    numbers = [int(part) for part in text[text.index(">", start) + 1 : end].split(",")]
    for way, data in encodings(numbers).items():
        path = folder / f"{name}-{way}.tmx"
        path.write_text(f"{text[:start]}{data}{text[end:]}", encoding="utf-8")
        yield path
    chunk = f'<chunk x="-16" y="32" width="{level.width}" height="{level.height}">'
    data = f'<data encoding="csv">{chunk}{",".join(map(str, numbers))}</chunk>'
    path = folder / f"{name}-chunks.tmx"
    endless = text[:start] + data + text[end:]
    path.write_text(endless.replace('infinite="0"', 'infinite="1"'), encoding="utf-8")
    yield path


def encodings(numbers: list[int]) -> dict[str, str]:
    """The beginning of an element of data in each layer format, by name."""
    raw = np.array(numbers, "<u4").tobytes()
    packed = {"": raw, "zlib": zlib.compress(raw), "gzip": gzip.compress(raw)}
    with suppress(ModuleNotFoundError):
        import zstandard

        packed["zstd"] = zstandard.compress(raw)
    ways = {"elements": "<data>" + "".join(f'<tile gid="{number}"/>' for number in numbers)}
    for way, data in packed.items():
        compression = f' compression="{way}"' if way else ""
        text = base64.b64encode(data).decode()
        ways[f"base64-{way or 'raw'}"] = f'<data encoding="base64"{compression}>{text}'
    return ways


def converted(tiled: str, before: Path, target: str) -> Level:
    """What is read of a file that Tiled has converted."""
    after = before.with_name(f"{before.stem}-of-tiled{SUFFIXES[target]}")
    run(tiled, "--export-map", target, str(before), str(after))
    return read_level(after)


def run(*words: str) -> str:
    """What a program prints."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True, timeout=60)
    return done.stdout


if __name__ == "__main__":
    main()
