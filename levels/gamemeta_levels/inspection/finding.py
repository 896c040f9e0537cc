"""One thing about a level that its designer may want to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Place = tuple[int, int]
"""Row and column of a tile, from 0."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about a level that its designer may want to change."""

    kind: str
    """Name that programs go by: `unfair_trap`."""
    words: str
    """A sentence with the place, rows and columns from 1."""
    places: tuple[Place, ...] = ()
    """Tiles that it is about."""
    problem: bool = True
    """Whether the level is wrong, rather than perhaps not as it was meant."""

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values; rows and columns from 1."""
        places = [{"row": row + 1, "column": column + 1} for row, column in self.places]
        return {"kind": self.kind, "problem": self.problem, "words": self.words, "places": places}


def at(place: Place) -> str:
    """A place in words: `row 7, column 11`."""
    return f"row {place[0] + 1}, column {place[1] + 1}"


def at_all(places: Sequence[Place], most: int = 3) -> str:
    """Several places in words: `row 1, column 2; row 1, column 3; and 4 more`."""
    more = [f"and {len(places) - most} more"] if len(places) > most else []
    return "; ".join([*map(at, places[:most]), *more])
