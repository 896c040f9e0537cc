"""What a run was made on and with."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from gamemeta import __version__
from gamemeta.provenance import source_commit


def machine() -> str:
    """Processor and number of cores."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        name = models[0] if models else name
    return f"{os.cpu_count()} cores of {name}"


def versions() -> dict[str, str]:
    """Of this package with its commit, of Python, and of what the numbers come from."""
    packages = {name: version(name) for name in ("numpy", "torch", "numba")}
    return {
        "gamemeta": __version__,
        "commit": source_commit(),
        "python": platform.python_version(),
        **packages,
    }
