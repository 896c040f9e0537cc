"""A folder that is written whole or not at all."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from gamemeta.errors import ExportError
from gamemeta.export.manifest import FORMAT, MANIFEST


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """A new folder, which takes the place when the block ends well and vanishes when it fails.

    Raises:
        ExportError: something is there already that is no earlier export.
    """
    check_place(place)
    place = place.resolve()
    beside, before = (place.with_name(f".{place.name}.{os.getpid()}.{word}") for word in ("part", "before"))
    new = [parent for parent in place.parents if not parent.exists()]
    beside.mkdir(parents=True)
    try:
        yield beside
        if place.exists():
            place.rename(before)
        beside.rename(place)
    except BaseException:
        if before.exists() and not place.exists():
            before.rename(place)
        shutil.rmtree(beside, ignore_errors=True)
        for parent in new:
            with suppress(OSError):
                parent.rmdir()
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


def check_place(place: Path) -> None:
    """Check that a folder may be written there.

    Raises:
        ExportError: something is there already that is no earlier export.
    """
    if not place.exists() and not place.is_symlink():
        return
    if not place.is_dir():
        raise ExportError(f"{place} is a file. Give another folder with --out.")
    names = [entry.name for entry in place.iterdir()]
    earlier = MANIFEST in names and f'"{FORMAT}"' in (place / MANIFEST).read_text("utf-8", "replace")[:200]
    if names and not earlier:
        raise ExportError(
            f"{place} holds other files, and an export replaces its folder. Give a new or empty folder "
            "with --out."
        )


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder; names may have folders of their own."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
