"""Validate the projects of LDtk that gamemeta writes by LDtk's own schema, and read LDtk's own samples.

Levels of every family are written as projects, then changed and written back into them; what is written must
be valid and be read as the same level. Then every project in a folder is read: a level, a list of what has no
meaning yet, or a sentence. With words that call everything a wall, each of its levels is written back as it
is, which must leave every letter as it is, and with one more wall, which must be valid and be read as that.

    python scripts/evidence/editors/ldtk_files.py --schema JSON_SCHEMA.json [--samples DIR] [--levels 20]

The schema and the samples are those of https://github.com/deepnight/ldtk: docs/JSON_SCHEMA.json,
app/extraFiles/samples and tests. Skips with a sentence where jsonschema is not installed.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import generate
from gamemeta_levels.formats import drawing_at, dumps, parts_of, read_level, source_at, write_level
from gamemeta_levels.formats.drawing import unknown_kinds
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Level
from gamemeta_levels.registry import families, family_class
from gamemeta_levels.tiles import FLOOR, WALL

EVERYTHING = TileWords({"*": "wall"}, empty="floor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--schema", type=Path, required=True, help="docs/JSON_SCHEMA.json of LDtk")
    parser.add_argument("--samples", type=Path, help="a folder of projects, at any depth")
    parser.add_argument("--levels", type=int, default=20, help="of each family")
    arguments = parser.parse_args()
    try:
        from jsonschema import Draft7Validator
    except ModuleNotFoundError:
        print("skipped: jsonschema is not installed; run scripts/install")
        return
    validator = Draft7Validator(json.loads(arguments.schema.read_text(encoding="utf-8")))
    counts = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name in families():
            for seed in range(arguments.levels):
                _check_written(name, seed, Path(folder), validator, counts)
        for file in sorted(arguments.samples.rglob("*.ldtk")) if arguments.samples else ():
            _check_sample(file, validator, counts)
    for what, count in counts.items():
        print(f"{count} {what}")
    sys.exit(any(what.startswith("WRONG") for what in counts))


def _check_written(name: str, seed: int, folder: Path, validator: Any, counts: Counter[str]) -> None:
    """Write a level and a change of it."""
    family, path = family_class(name)(), folder / "level.ldtk"
    level = generate(family, seed)
    write_level(level, path)
    _check(path, level, validator, counts, "written")
    changed = family.mutate(level, seed)
    write_level(changed, folder / "changed.ldtk", like=Source(path))
    _check(folder / "changed.ldtk", changed, validator, counts, "written back into our own")


def _check(path: Path, level: Level, validator: Any, counts: Counter[str], what: str) -> None:
    errors = list(validator.iter_errors(json.loads(path.read_text(encoding="utf-8"))))
    again = read_level(path)
    good = not errors and again == level and again.digest == level.digest and again.seed == level.seed
    counts[f"projects {what}: valid, and read as the same level" if good else f"WRONG: {what}"] += 1
    for error in errors[:3]:
        print(f"{level.family} {level.digest}: {list(error.absolute_path)}: {error.message[:200]}")


def _check_sample(file: Path, validator: Any, counts: Counter[str]) -> None:
    """Read every level of a project, and write each back into it."""
    begun = time.monotonic()
    try:
        places = parts_of(file)
    except LevelError as error:
        counts["samples refused in words"] += 1
        print(f"{file.name}: {error}")
        return
    before = not list(validator.iter_errors(json.loads(file.read_text(encoding="utf-8"))))
    for place in places:
        try:
            unknown_kinds(drawing_at(source_at(place)), TileWords())
            counts["levels of samples read"] += 1
            _check_write_back(place, validator, counts, was_valid=before)
        except LevelError as error:
            counts["levels of samples refused in words"] += 1
            print(f"{error}")
    print(f"{file.name}: {len(places)} levels in {time.monotonic() - begun:.1f} s", flush=True)


def _check_write_back(place: str, validator: Any, counts: Counter[str], *, was_valid: bool) -> None:
    source = source_at(place, words=EVERYTHING)
    level, text = read_level(place, words=EVERYTHING), source.path.read_text(encoding="utf-8")
    try:
        same = dumps(level, ".ldtk", source) == text
        counts[
            "levels of samples written back as they were, to the letter" if same else "WRONG: letters"
        ] += 1
        floors = np.argwhere(level.tiles == FLOOR)
        if not len(floors):
            counts["levels of samples without a floor to change"] += 1
            return
        tiles = level.tiles.copy()
        tiles[tuple(floors[len(floors) // 2])] = WALL
        changed = dumps(Level(family=level.family, tiles=tiles), ".ldtk", source)
    except LevelError as error:
        counts["levels of samples that nothing is written back into, in words"] += 1
        print(f"{place}: {error}")
        return
    valid = not was_valid or not list(validator.iter_errors(json.loads(changed)))
    counts["levels of samples written back with one more wall" if valid else "WRONG: not valid any more"] += 1


if __name__ == "__main__":
    main()
