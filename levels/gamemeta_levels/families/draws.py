"""Random numbers for generators written in plain Python, the same ones that kernels draw."""

from gamemeta_levels.splitmix import GOLDEN, MASK, combine, mix


class Draws:
    """A stream of random numbers that depends on its two numbers alone.

    They are those of `combine` and `below` in `gamemeta_levels.kernel`: see `gamemeta_levels.splitmix`.

    Args:
        seed: at least 0.
        number: which stream of this seed.
    """

    def __init__(self, seed: int, number: int = 0) -> None:
        self._state = combine(seed, number)

    def below(self, n: int) -> int:
        """A number in [0, n), n < 2**32."""
        self._state = (self._state + GOLDEN) & MASK
        return ((mix(self._state) >> 32) * n) >> 32

    def between(self, low: int, high: int) -> int:
        """A number in low..high, both ends included."""
        return low + self.below(high - low + 1)
