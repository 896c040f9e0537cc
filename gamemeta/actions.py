"""What an agent does: choices among actions, and numbers within bounds.

An action is one array: the codes of the discrete heads, then the numbers. The network decides numbers on a
scale of its own without bounds (raw), and `played` squashes them into theirs by tanh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import SpecError

Array = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class ActionSpec:
    """Discrete heads, each a choice among 1 to 255 actions, and numbers, each within bounds of its own.

    A game without numbers is given integers [..., heads]; one with numbers float32 [..., heads + numbers],
    the codes of the heads first, as whole numbers.

    Args:
        heads: choices of each head; may be empty where there are numbers.
        names: of each head's actions, for people.
        low: least value of each number.
        high: greatest value of each number.
    Raises:
        SpecError: neither heads nor numbers; a head that is too large for `previous_action`, which is a
            uint8; bounds that are not finite float32 numbers with low below high.
    """

    heads: tuple[int, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", tuple(map(float, self.low)))
        object.__setattr__(self, "high", tuple(map(float, self.high)))
        if not (self.heads or self.low or self.high) or not all(1 <= k <= 255 for k in self.heads):
            raise SpecError(
                f"action heads {self.heads}: give at least one, each of 1 to 255, or numbers with low and "
                "high."
            )
        if len(self.low) != len(self.high):
            raise SpecError(
                f"{len(self.low)} low and {len(self.high)} high bounds: give both of each number."
            )
        with np.errstate(over="ignore", invalid="ignore"):
            finite = np.isfinite(np.array([self.low, self.high], np.float32)).all(0)
            least, most = self.limits
        for k in np.flatnonzero(~(finite & (least < most))):
            raise SpecError(
                f"number {k} lies in {self.low[k]}..{self.high[k]}: give bounds that are finite in float32, "
                "low below high."
            )

    @property
    def continuous(self) -> int:
        """How many continuous numbers an action has."""
        return len(self.low)

    @property
    def width(self) -> int:
        """Elements of one action: heads and numbers."""
        return len(self.heads) + self.continuous

    @property
    def dtype(self) -> type[np.generic]:
        """What a game's actions are made of."""
        return np.float32 if self.continuous else np.int64

    @cached_property
    def columns(self) -> list[slice]:
        """Where the logits of each head stand among those of all heads."""
        return [slice(a, b) for a, b in pairwise([0, *accumulate(self.heads)])]

    @cached_property
    def limits(self) -> tuple[Array, Array]:
        """The least and the greatest float32 within each number's bounds, [numbers] each."""
        low, high = np.array(self.low), np.array(self.high)
        least, most = low.astype(np.float32), high.astype(np.float32)
        up, down = np.float32(np.inf), np.float32(-np.inf)
        return (
            np.where(least < low, np.nextafter(least, up), least),
            np.where(most > high, np.nextafter(most, down), most),
        )

    @cached_property
    def _scale(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Middle and half the span of each number."""
        low, high = np.array(self.low), np.array(self.high)
        return (low + high) / 2, (high - low) / 2

    def played(self, codes: NDArray[np.int64], raw: Array) -> NDArray[Any]:
        """Actions [..., heads + numbers], as a game gets them.

        Args:
            codes: int64 [..., heads].
            raw: float32 [..., numbers], before they are squashed into their bounds, which hold exactly.
        """
        if not self.continuous:
            return codes
        middle, half = self._scale
        values = (middle + half * np.tanh(raw, dtype=np.float64)).astype(np.float32)
        return np.concatenate([codes.astype(np.float32), np.clip(values, *self.limits)], axis=-1)

    def idle(self, *lead: int) -> NDArray[Any]:
        """Actions [*lead, heads + numbers] of first codes, and of numbers in the middle of their bounds."""
        codes = np.zeros((*lead, len(self.heads)), np.int64)
        return self.played(codes, np.zeros((*lead, self.continuous), np.float32))

    def before(self, actions: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """What the next input says about these actions [..., heads + numbers], by the name of its buffer."""
        buffers: dict[str, NDArray[Any]] = {}
        heads = len(self.heads)
        if heads:
            buffers["previous_action"] = (actions[..., :heads] + 1).astype(np.uint8)
        if self.continuous:
            middle, half = self._scale
            unit = ((actions[..., heads:] - middle) / half).astype(np.float32)
            buffers["previous_numbers"] = np.clip(unit, -1, 1)
        return buffers

    def nothing_before(self, n: int) -> dict[str, NDArray[Any]]:
        """What n agents' inputs say where nothing has happened yet: zeros."""
        buffers = self.before(np.zeros((n, self.width), self.dtype))
        return {name: np.zeros_like(array) for name, array in buffers.items()}

    def checked(self, actions: NDArray[Any], *lead: int) -> NDArray[Any]:
        """The same actions as int64, or as float32 where there are numbers.

        Args:
            actions: [*lead, heads + numbers].
            lead: the axes before the last, such as games and seats.
        Raises:
            SpecError: another shape or type, a code outside its head, or a number that is NaN or
                outside its bounds.
        """
        wanted, kinds = (*lead, self.width), "iuf" if self.continuous else "iu"
        if actions.shape != wanted or actions.dtype.kind not in kinds:
            of = "numbers" if self.continuous else "integers"
            raise SpecError(
                f"actions are {actions.dtype} of shape {actions.shape}; this game's need {of} of shape "
                f"{wanted}."
            )
        whole = actions.dtype.kind != "f"
        for k, choices in enumerate(self.heads):
            values = actions[..., k]
            known = (values >= 0) & (values < choices)
            self._refuse(values, ~(known if whole else known & (values == np.floor(values))), k)
        if not self.continuous:
            return actions.astype(self.dtype)
        with np.errstate(over="ignore"):
            typed: NDArray[Any] = actions.astype(self.dtype)
        for k, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            values = typed[..., len(self.heads) + k]
            self._refuse(
                values, ~((values >= np.float32(low)) & (values <= np.float32(high))), len(self.heads) + k
            )
        return typed

    def _refuse(self, values: NDArray[Any], wrong: NDArray[np.bool_], k: int) -> None:
        """Raise SpecError where an element k of the actions is wrong."""
        if not wrong.any():
            return
        place, heads = tuple(int(i) for i in np.argwhere(wrong)[0]), len(self.heads)
        what = (
            f"action {values[place]} of head {k}" if k < heads else f"{values[place]} as number {k - heads}"
        )
        most = f"0..{self.heads[k] - 1}" if k < heads else f"{self.low[k - heads]}..{self.high[k - heads]}"
        raise SpecError(f"row {place[0] if place else 0}: {what} is not in {most}.")

    def words(self) -> str:
        """What is done, for people: `heads (4, 2), numbers -1..1 0..5`."""
        numbers = " ".join(f"{low:g}..{high:g}" for low, high in zip(self.low, self.high, strict=True))
        parts = [f"heads {self.heads}"] * bool(self.heads) + [f"numbers {numbers}"] * bool(numbers)
        return ", ".join(parts)

    def described(self, action: Sequence[float]) -> str:
        """One action [heads + numbers] in words: `up, fire`; choices without names by their codes."""
        heads, names = len(self.heads), self.names
        choices = [
            names[k][int(code)] if k < len(names) else str(int(code)) for k, code in enumerate(action[:heads])
        ]
        return ", ".join([*choices, *(f"{x:.3g}" for x in action[heads:])])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; what only numbers need is left out where there are none."""
        data: dict[str, Any] = {"heads": self.heads, "names": self.names}
        return data | ({"low": self.low, "high": self.high} if self.continuous else {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ActionSpec":
        """Read what `to_json` wrote.

        Raises:
            SpecError, KeyError, TypeError, ValueError: a part is missing or of the wrong type.
        """
        return cls(
            heads=tuple(int(k) for k in data["heads"]),
            names=tuple(tuple(map(str, names)) for names in data["names"]),
            low=tuple(map(float, data.get("low", ()))),
            high=tuple(map(float, data.get("high", ()))),
        )
