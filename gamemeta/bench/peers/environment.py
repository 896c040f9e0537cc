"""The virtual environment of a peer, under the user's cache folder."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from gamemeta.bench.peers.catalogue import Peer

ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}
INSTALL_S, RUN_S = 1800, 1800
"""Longest time for installing and for running a peer."""
LAST_LINES = 3
"""Lines of a failure that are reported."""


class PeerFailed(Exception):
    """A peer could not be installed or run; it says why. The others go on."""


def cache_folder() -> Path:
    """Folder of environments, in the user's cache."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "gamemeta" / "peers"


def installed(peer: Peer, cache: Path) -> Path:
    """The Python of the peer's environment, which is made, and filled from PyPI, if it is not there yet.

    What this Python has, such as torch, is seen from in there, so that both sides run the same version.

    Raises:
        PeerFailed: it cannot be installed.
    """
    folder = cache / f"{peer.name}-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed.txt"
    wanted = "\n".join(peer.packages)
    if done.is_file() and done.read_text(encoding="utf-8") == wanted and python.exists():
        return python
    try:
        venv.EnvBuilder(with_pip=True, clear=True).create(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerFailed(f"its virtual environment {folder} cannot be made: {error}") from error
    _share_packages(folder, python)
    _run([str(python), "-m", "pip", "install", "--quiet", "--no-input", *peer.packages], INSTALL_S)
    done.write_text(wanted, encoding="utf-8")
    return python


def output_of(python: Path, script: Path, arguments: str) -> str:
    """Output of a script that is run with one thread.

    Raises:
        PeerFailed: with the last lines of its errors.
    """
    return _run([str(python), str(script), arguments], RUN_S)


def _share_packages(folder: Path, python: Path) -> None:
    """Let the environment see, after its own, the packages of this Python."""
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = Path(_run([str(python), "-c", code], INSTALL_S).strip())
    (site / "beside.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")


def _run(words: list[str], seconds: float) -> str:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")} | ONE_THREAD
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=seconds, env=env)
    except subprocess.TimeoutExpired as error:
        raise PeerFailed(f"it took longer than {seconds:.0f} s") from error
    except OSError as error:
        raise PeerFailed(f"{words[0]} cannot be run: {error}") from error
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
        raise PeerFailed("; ".join(lines[-LAST_LINES:]) or f"it ended with exit code {done.returncode}")
    return done.stdout
