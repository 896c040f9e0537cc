"""Marks: bits that are set by what an agent saw, did and earned, and cleared with its memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import SpecError
from gamemeta.spec import Spec, Symbols

MARKS = "marks."
"""Prefix of the names of marks among those of a memory."""
MOST_BITS = 64
Inputs = Mapping[str, NDArray[Any]]
MarkArray = NDArray[np.uint64]
"""[n, size]: marks, then what of the last step is needed in the next."""


class Marks:
    """One set of marks."""

    size: int
    """Numbers of the marks of one agent."""
    shape: tuple[int, ...]
    """Of what `drawn` gives for each agent."""

    def init(self, n: int) -> MarkArray:
        """No marks."""
        return np.zeros((n, self.size), np.uint64)

    def check(self, marks: MarkArray) -> None:
        """Check that a mind may have these marks.

        Raises:
            ValueError: they are of what does not exist.
        """
        raise NotImplementedError

    def after(self, marks: MarkArray, inputs: Inputs, reset: NDArray[Any]) -> MarkArray:
        """The marks once agents got inputs [n, ...]; `reset` [n] clears them before."""
        raise NotImplementedError

    def drawn(self, marks: MarkArray) -> NDArray[np.float32]:
        """The marks as 0 or 1, [n, *shape]."""
        raise NotImplementedError

    def drawn_at(
        self, marks: MarkArray, inputs: Inputs, reset: NDArray[Any], steps: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """As `drawn` [S, n, ...], after steps [S, n] out of inputs [T, n, ...], and the marks before them."""
        out = np.zeros((*steps.shape, *self.shape), np.float32)
        for t in range(int(steps.max(initial=-1)) + 1):
            marks = self.after(marks, {name: array[t] for name, array in inputs.items()}, reset[t])
            row, agent = np.nonzero(steps == t)
            out[row, agent] = self.drawn(marks[agent])
        return out


def flag(bit: Any) -> Any:
    """The number whose only bit is this one."""
    return np.uint64(1) << np.asarray(bit).astype(np.uint64)


def bits_of(marks: MarkArray, count: int) -> NDArray[np.float32]:
    """The bits of numbers [n, k] as 0 or 1, [n, count, k]."""
    order = np.arange(count, dtype=np.uint64)
    return (marks[:, None] >> order[:, None] & np.uint64(1)).astype(np.float32)


def symbols_of(spec: Spec, name: str) -> Symbols:
    """The buffer of symbols of this name.

    Raises:
        SpecError: the game shows none.
    """
    for buffer in spec.obs:
        if buffer.name == name and isinstance(buffer, Symbols):
            return buffer
    raise SpecError(f"the game shows no symbols called {name!r}.")
