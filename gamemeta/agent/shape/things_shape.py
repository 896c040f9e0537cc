"""Sizes of a memory of things: which symbols are a thing, how many kinds there are, how a state lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.shape.config import ACTION_ALONE, LEARNED, NetworkConfig
from gamemeta.errors import ConfigError
from gamemeta.spec import Spec, Symbols

MOST_NUMBERS = 1 << 20
"""Most numbers that the memory of one agent holds in one cell."""


@dataclass(frozen=True)
class ThingsShape:
    """The shape of a memory of things, as it follows from the spec.

    Symbols of shape [h, w, p] show a thing of p symbols at each of h x w places; of shape [h, w] or [n], one
    of a single symbol at each. Further buffers of as many codes, such as one of what is held, show more
    things of as many symbols. The state of an agent is a table [kinds, width], then the kind + 1 at each
    place in the step before, 0 where there was none.

    Args:
        shown: the buffers that show things, places of the first before those of the next.
        parts: symbols of one thing.
        width: numbers in a row: the values, then how much was written.
    """

    shown: tuple[Symbols, ...]
    parts: int
    width: int

    @classmethod
    def of(cls, config: NetworkConfig, spec: Spec) -> "ThingsShape":
        """The shape for this game.

        Raises:
            ConfigError: no such observation, one that is no symbols, or far too many kinds.
        """
        symbols = {b.name: b for b in spec.obs if isinstance(b, Symbols)}
        names = config.keys.split("+")
        if config.keys in (LEARNED, ACTION_ALONE) or not set(names) <= set(symbols):
            known = ", ".join(symbols) or "none, so take another cell"
            raise ConfigError(
                f"network.keys = {config.keys!r}: the cell `things` remembers the things of one observation, "
                f"or of several joined by `+`. Name some of symbols: {known}."
            )
        shown = tuple(symbols[name] for name in names)
        parts, codes = shown[0].shape[-1] if len(shown[0].shape) > 2 else 1, shown[0].codes
        for more in shown[1:]:
            if more.codes != codes or more.size % parts:
                raise ConfigError(
                    f"network.keys = {config.keys!r}: {more.name} shows no things as {names[0]} does, of "
                    f"{parts} symbols of {codes} codes each. Leave it out."
                )
        width = config.values + 1
        if parts * np.log2(codes) > 30 or codes**parts * width > MOST_NUMBERS:
            raise ConfigError(
                f"network.keys = {config.keys!r}: {parts} symbols of {codes} codes make too many kinds "
                "of things to remember each. Name another observation, or take another cell."
            )
        return cls(shown, parts, width)

    @property
    def places(self) -> int:
        """Places that show a thing each."""
        return sum(buffer.size for buffer in self.shown) // self.parts

    @property
    def kinds(self) -> int:
        """How many things differ."""
        return int(self.codes**self.parts)

    @property
    def codes(self) -> int:
        """Codes of a symbol."""
        return self.shown[0].codes

    @property
    def state_size(self) -> int:
        """Numbers of memory of one agent."""
        return self.kinds * self.width + self.places

    def here(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.int32]:
        """int32 [n, places]: the kinds of the things that what is seen, by name [n, ...], shows."""
        buffers = [inputs[buffer.name] for buffer in self.shown]
        by_thing = np.concatenate([one.reshape(len(one), -1, self.parts) for one in buffers], axis=1)
        kind = np.zeros(by_thing.shape[:-1], np.int32)
        for part in range(self.parts):
            kind = kind * np.int32(self.codes) + by_thing[..., part]
        return kind.astype(np.int32)

    def check(self, state: NDArray[np.float32]) -> None:
        """Check that this state [n, state_size] is one that steps can lead to.

        Raises:
            ValueError: a kind was written less than never, or a thing that was seen does not exist.
        """
        table, seen = state[:, : -self.places], state[:, -self.places :]
        if not (table[:, self.width - 1 :: self.width] >= 0).all():
            raise ValueError("things were written less than never")
        if not ((seen >= 0) & (seen <= self.kinds) & (seen == np.floor(seen))).all():
            raise ValueError(f"a thing that was seen is none of {self.kinds} kinds")
