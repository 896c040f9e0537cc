"""What a figure was measured on: the machine, the versions, the commit, and how busy it was."""

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gamemeta import __version__
from gamemeta.provenance import source_commit

PACKAGES = ("numpy", "numba", "torch")


def machine() -> dict[str, Any]:
    """Machine, versions and commit as plain JSON data.

    `load` is how many processes ran on average in the last minute, None where the system does not tell.
    """
    return {
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "gamemeta": __version__,
        "commit": source_commit(),
        **{name: package_version(name) for name in PACKAGES},
        "load": _load(),
    }


def package_version(name: str) -> str | None:
    """The version of an installed package, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def processor() -> str:
    """The processor's name, as far as the system reports it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine() or "unknown"


def _load() -> float | None:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
