"""Levels through every format in turn: text (JSON where text cannot hold them), TMX, TMJ, LDtk, text again.

Each file is read, and what was read is written as the next; the last must be the first level, with its digest
and its seed.

    python scripts/evidence/editors/round_trips.py [--levels 1000]
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from gamemeta_levels.family import generate
from gamemeta_levels.formats import read_level, write_level
from gamemeta_levels.level import Level
from gamemeta_levels.registry import family_class

FAMILIES = ("maze", "dungeon", "arena")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--levels", type=int, default=1000, help="of all families together")
    count = parser.parse_args().levels
    results = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = FAMILIES[number % len(FAMILIES)]
            level = generate(family_class(name)(), number // len(FAMILIES))
            again = through_all(level, Path(folder))
            same = (again, again.digest, again.seed) == (level, level.digest, level.seed)
            results[f"{name}: {'the same level' if same else 'ANOTHER LEVEL'}"] += 1
    for what, often in results.items():
        print(f"{often} x {what}")
    sys.exit(any("ANOTHER" in what for what in results))


def through_all(level: Level, folder: Path) -> Level:
    """The level after it was written into and read from each format."""
    plain = ".json" if level.entities or level.hidden else ".txt"
    for suffix in (plain, ".tmx", ".tmj", ".ldtk", plain):
        write_level(level, folder / f"level{suffix}")
        level = read_level(folder / f"level{suffix}", "other")
    return level


if __name__ == "__main__":
    main()
