"""Write the rules of maze, dungeon and tag in JavaScript, for pages that run without Python.

python scripts/make_rules.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.javascript.sources import ENTRIES  # noqa: E402
from scripts.javascript.translation import Translation  # noqa: E402

FOLDER = ROOT / "assets" / "playground" / "rules"


def files() -> dict[Path, str]:
    """The files and what is in them."""
    return {FOLDER / f"{game}.js": Translation(entries).text() for game, entries in ENTRIES.items()}


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
