"""Hidden facts of levels that an agent may have beliefs about: what they are called, and their classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

MOST_CLASSES = 65_536
"""Of one fact, in an agent file."""
MOST_MODULUS = 256
"""Of places that symbols show."""
UNKNOWN = -1
"""Class of a fact where a level has none."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How observations tell which place of a map the agent stands on, and what is around it.

    Args:
        place: name of a buffer of symbols. Each symbol is row * m + column of the place, both modulo its m.
        moduli: m of each symbol.
        view: name of a buffer of symbols [side, side], the square of which the agent's place is the centre;
            empty where there is none.
        wraps: whether places are counted modulo the rows and columns, so that the last are next to the first.
    """

    place: str
    moduli: tuple[int, ...]
    view: str = ""
    wraps: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` takes them."""
        return {**vars(self), "moduli": list(self.moduli)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Shown":
        """What an agent file says. Raises as `Fact.from_json`."""
        moduli = tuple(data["moduli"])
        if not moduli or not all(type(m) is int and 1 <= m <= MOST_MODULUS for m in moduli):
            raise ValueError(f"moduli = {data['moduli']!r} are no numbers from 1 to {MOST_MODULUS}")
        return cls(
            place=str(data["place"]), moduli=moduli, view=str(data["view"]), wraps=data["wraps"] is True
        )


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A hidden fact with several possible values, of which one is true.

    Args:
        words: what each value is called; empty for places.
        places: rows and columns, where the values are places: class r * columns + c.
        shown: how observations tell where on these places the agent stands; None where they do not.
    """

    words: tuple[str, ...] = ()
    places: tuple[int, int] | None = None
    shown: Shown | None = None

    @property
    def classes(self) -> int:
        """The number of values."""
        return len(self.words) if self.places is None else prod(self.places)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` takes them."""
        if self.places is None:
            return {"words": list(self.words)}
        shown = {} if self.shown is None else {"shown": self.shown.to_json()}
        return {"places": list(self.places), **shown}

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
            shown = data.get("shown")
            fact = cls(places=(rows, columns), shown=None if shown is None else Shown.from_json(shown))
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
