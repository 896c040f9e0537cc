"""Settings that all tests share: the same terminal everywhere, the tree under test, one thread a worker."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
TERMINAL = {"COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"}
NOT_SET = (
    "COLORTERM",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "NO_COLOR",
    "PY_COLORS",
    "TERMINAL_WIDTH",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
)
SOURCES = os.pathsep.join(str(folder) for folder in (ROOT, ROOT / "levels", ROOT / "cli"))
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def set_environment() -> None:
    """The terminal, and where processes that tests start find gamemeta: in this tree."""
    for name in NOT_SET:
        os.environ.pop(name, None)
    os.environ.update(TERMINAL, PYTHONPATH=SOURCES)
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.update(dict.fromkeys(THREADS, "1"))


gc.set_threshold(10_000, 20, 20)  # importing, compiling and testing make many objects and few circles of them
set_environment()  # before typer is imported, which looks once

settings.register_profile("gamemeta", deadline=None)  # the first example may compile a kernel
settings.load_profile("gamemeta")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts jobs in the background, and
    signal.signal(signal.SIGINT, signal.default_int_handler)  # processes that tests interrupt inherit it


def pytest_collection_finish() -> None:
    """What was imported stays: the search for circles of garbage leaves it out from here on."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def same_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each test begins with the environment of `set_environment`, whatever the one before it did.

    What programs note about a user's work goes to a folder of the tests.
    """
    before = os.environ.copy()
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        os.environ[name] = str(tmp_path_factory.getbasetemp() / "state")
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)
