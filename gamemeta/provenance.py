"""The commit of the source that made a file."""

import subprocess
from pathlib import Path


def source_commit() -> str:
    """The commit of this source tree, marked when it was changed; empty outside a checkout."""
    root = Path(__file__).parents[1]
    if not (root / ".git").exists() or not (root / "pyproject.toml").exists():
        return ""

    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "gamemeta", "levels")
        return git("rev-parse", "HEAD") + ("+changes" if changed else "")
    except OSError:
        return ""
