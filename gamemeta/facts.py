"""Hidden facts of levels that an agent may have beliefs about: what they are called, and their classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

MOST_CLASSES = 65_536
"""Of one fact, in an agent file."""
UNKNOWN = -1
"""Class of a fact where a level has none."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A hidden fact with several possible values, of which one is true.

    Args:
        words: what each value is called; empty for places.
        places: rows and columns, where the values are places: class r * columns + c.
    """

    words: tuple[str, ...] = ()
    places: tuple[int, int] | None = None

    @property
    def classes(self) -> int:
        """The number of values."""
        return len(self.words) if self.places is None else prod(self.places)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` takes them."""
        return {"words": list(self.words)} if self.places is None else {"places": list(self.places)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Fact":
        """A fact out of an agent file.

        Raises:
            LookupError, TypeError, ValueError: it is none.
        """
        if "words" in data:
            fact = cls(words=tuple(str(word) for word in data["words"]))
        else:
            rows, columns = data["places"]
            if type(rows) is not int or type(columns) is not int or min(rows, columns) < 1:
                raise ValueError(f"places = {data['places']!r} are no rows and columns")
            fact = cls(places=(rows, columns))
        if not 1 <= fact.classes <= MOST_CLASSES:
            raise ValueError(f"a fact has {fact.classes} values")
        return fact


Facts = Mapping[str, Fact]
"""Facts by name."""


class Posterior(Protocol):
    """What n agents that know the rules can know of hidden facts, exactly."""

    def after(
        self, rows: NDArray[np.int64], inputs: Mapping[str, NDArray[Any]]
    ) -> dict[str, NDArray[np.float64]]:
        """Probabilities [len(rows), classes] by fact, once these agents got inputs [len(rows), ...]."""
        ...


def facts_from_json(data: Mapping[str, Any]) -> dict[str, Fact]:
    """Facts by name out of an agent file. Raises as `Fact.from_json`."""
    return {str(name): Fact.from_json(fact) for name, fact in data.items()}
