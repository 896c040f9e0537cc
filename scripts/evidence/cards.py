"""The card game of the guide for a head that knows actions by their places: what choices by features save.

    gamemeta train examples/own-class/tricks.py:Tricks --out runs/features --seed 0
    gamemeta train scripts/evidence/cards.py:Places --out runs/places --seed 0

Both see the same cards in the same order, with the same network behind and the same settings.
"""

import importlib.util
from pathlib import Path

GAME = Path(__file__).parents[2] / "examples" / "own-class" / "tricks.py"
_spec = importlib.util.spec_from_file_location("tricks", GAME)
assert _spec is not None
assert _spec.loader is not None
tricks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tricks)


class Places(tricks.Tricks):  # type: ignore[misc, name-defined]
    """The hand as a table of numbers, zeros where there is no card, and a mask of the places with one."""

    def dealt(self):
        rows = super().dealt()["choices"]
        empty = [[0.0] * len(rows[0])] * (tricks.HAND - len(rows))
        mask = [place < len(rows) for place in range(tricks.HAND)]
        return {"hand": [[float(x) for x in row] for row in rows] + empty, "action_mask": mask}
