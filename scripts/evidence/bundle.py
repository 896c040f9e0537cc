"""The sizes of a small game with an agent that PyInstaller has bundled, for docs/shipping.md.

A fresh environment gets the runtime of this checkout and PyInstaller; the bundle is built as docs/shipping.md
says, started, and measured.

    python scripts/evidence/bundle.py [--pyinstaller 6.22.0]
"""

import argparse
import platform
import shutil
import subprocess
import tempfile
import venv
from pathlib import Path

from gamemeta.assets import asset

ROOT = Path(__file__).resolve().parents[2]
STARTS = 3
GAME = """
import time
began = time.perf_counter()
from pathlib import Path
import numpy as np
import gamemeta
agent = gamemeta.load(Path(__file__).parent / "guard.safetensors", backend="numpy")
mind = agent.begin(seed=7)
seen = {"view": np.zeros((5, 5), np.uint8), "place": np.zeros(2, np.uint8)}
print(mind.act(seen), time.perf_counter() - began)
"""


def run(*command: object) -> str:
    """What a command prints."""
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def megabytes(paths: list[Path]) -> float:
    """Size of all files among paths."""
    return sum(path.stat().st_size for path in paths if path.is_file() and not path.is_symlink()) / 1e6


def built(folder: Path, pyinstaller: str) -> Path:
    """The folder of the bundle."""
    venv.create(folder / "env", with_pip=True)
    python = folder / "env/bin/python"
    run(python, "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", ROOT)
    run(python, "-m", "pip", "install", "-q", f"pyinstaller=={pyinstaller}")
    (folder / "game.py").write_text(GAME, "utf-8")
    (folder / "guard.safetensors").write_bytes(asset("agents/maze.safetensors").read_bytes())
    places = ("--distpath", folder / "dist", "--workpath", folder / "build", "--specpath", folder)
    run(python, "-m", "PyInstaller", *places, "--add-data", "guard.safetensors:.", folder / "game.py")
    return folder / "dist/game"


def main() -> None:
    """Build, start, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pyinstaller", default="6.22.0")
    version = parser.parse_args().pyinstaller
    folder = Path(tempfile.mkdtemp())
    try:
        bundle = built(folder, version)
        starts = [float(run(bundle / "game").split()[1]) for _ in range(STARTS)]
        files = list(bundle.rglob("*"))
        parts = {
            "in all": files,
            "OpenBLAS": [path for path in files if "openblas" in path.name],
            "Python itself": [path for path in files if path.name.startswith("libpython")],
            "the agent": [bundle / "_internal/guard.safetensors"],
        }
        print(f"PyInstaller {version}, Python {platform.python_version()}, {platform.system()}")
        for name, paths in parts.items():
            print(f"{name}: {megabytes(paths):.1f} MB")
        heavy = [path.name for path in files if path.name in ("torch", "numba", "gamemeta_cli")]
        print("not needed, but there:", ", ".join(heavy) or "nothing")
        print("ready for the first decision after", ", ".join(f"{start:.2f}" for start in starts), "s")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
