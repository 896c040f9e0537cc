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
class Touched:
    """How observations tell what came of a thing that the agent touched.

    Args:
        thing: name of a buffer of one symbol: what the last step touched, 0 for nothing.
        state: name of a buffer of symbols that things change, such as health.
        held: which symbol of the state says what the agent holds, on which it depends what a thing does; None
            where it does not.
        place: name of a buffer of symbols that differ where the agent came to another place.
    """

    thing: str
    state: str
    place: str
    held: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` takes them."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Touched":
        """What an agent file says. Raises as `Fact.from_json`."""
        held = data["held"]
        if held is not None and (type(held) is not int or held < 0):
            raise ValueError(f"held = {held!r} is no number of a symbol")
        return cls(thing=str(data["thing"]), state=str(data["state"]), place=str(data["place"]), held=held)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A hidden fact with several possible values, of which one is true.

    Args:
        words: what each value is called; empty for places.
        places: rows and columns, where the values are places: class r * columns + c.
        shown: how observations tell where on these places the agent stands, or what came of the things that
            the words are about; None where they do not.
    """

    words: tuple[str, ...] = ()
    places: tuple[int, int] | None = None
    shown: Shown | Touched | None = None

    @property
    def classes(self) -> int:
        """The number of values."""
        return len(self.words) if self.places is None else prod(self.places)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` takes them."""
        shown = {} if self.shown is None else {"shown": self.shown.to_json()}
        if self.places is None:
            return {"words": list(self.words), **shown}
        return {"places": list(self.places), **shown}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Fact":
        """A fact out of an agent file.

        Raises:
            LookupError, TypeError, ValueError: it is none.
        """
        shown = data.get("shown")
        if "words" in data:
            touched = None if shown is None else Touched.from_json(shown)
            fact = cls(words=tuple(str(word) for word in data["words"]), shown=touched)
        else:
            rows, columns = data["places"]
            if type(rows) is not int or type(columns) is not int or min(rows, columns) < 1:
                raise ValueError(f"places = {data['places']!r} are no rows and columns")
            fact = cls(places=(rows, columns), shown=None if shown is None else Shown.from_json(shown))
        if not 1 <= fact.classes <= MOST_CLASSES:
            raise ValueError(f"a fact has {fact.classes} values")
        return fact


@dataclass(frozen=True, kw_only=True)
class Habit:
    """A fact about another player, in words for a person who plays there.

    Args:
        question: what it is about, after "not sure": "which exit you make for".
        sentences: each value as a sentence: "you make for the red exit".
    """

    question: str
    sentences: tuple[str, ...]


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
