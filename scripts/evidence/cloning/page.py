"""docs/results/cloning.md, of the records beside it."""

import json
from pathlib import Path
from statistics import mean
from typing import Any

from gamemeta.files import write_atomically

RESULTS = Path(__file__).resolve().parents[3] / "docs" / "results"


def write_page() -> None:
    write_atomically(RESULTS / "cloning.md", b"")


def load(name: str) -> Any:
    path = RESULTS / name
    return json.loads(path.read_text("utf-8")) if path.exists() else None


__all__ = ["mean"]
