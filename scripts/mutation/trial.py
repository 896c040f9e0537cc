"""Whether tests notice a mutant, in a copy of the tree."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from scripts.mutation.mutants import Mutant
from scripts.mutation.targets import tests_of

COPIED = ("gamemeta", "levels", "cli", "tests", "assets", "scripts", "pyproject.toml", "docs", "README.md")
CAUGHT, SURVIVED, TOO_LONG = "caught", "survived", "caught (time)"


class Copy:
    """A copy of the tree with its compiled kernels, in which one file at a time is changed."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source, copy = root / name, folder / name
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.pyc"))
            else:
                shutil.copy2(source, copy)

    def outcome(self, mutant: Mutant, timeout_s: float) -> tuple[str, float]:
        """What the tests say of a mutant, and after how long."""
        file = self.folder / mutant.file
        source, times = file.read_text(encoding="utf-8"), file.stat()
        file.write_text(mutant.applied(source), encoding="utf-8")
        try:
            return self.tested(tests_of(mutant.file), timeout_s)
        finally:
            file.write_text(source, encoding="utf-8")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # what was compiled is good again

    def tested(self, tests: list[str], timeout_s: float) -> tuple[str, float]:
        """Whether all these tests pass."""
        options = ["-q", "-x", "-n0", "-p", "no:cacheprovider", "-m", "not slow"]
        paths = os.pathsep.join(str(self.folder / name) for name in (".", "levels", "cli"))
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": paths, "HYPOTHESIS_STORAGE_DIRECTORY": str(self.folder / ".h")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return TOO_LONG, time.monotonic() - began
        return SURVIVED if status == 0 else CAUGHT, time.monotonic() - began
