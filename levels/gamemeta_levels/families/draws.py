"""Random numbers for generators written in plain Python, the same ones that kernels draw."""

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


class Draws:
    """A stream of random numbers that depends on its two numbers alone.

    Integer arithmetic (splitmix64; Steele, Lea, Flood 2014), so that the same seed gives the same
    level on every platform and under every version of NumPy. The same numbers in kernels are `combine` and
    `below` of `gamemeta_levels.kernel`.

    Args:
        seed: at least 0.
        number: which stream of this seed.
    """

    def __init__(self, seed: int, number: int = 0) -> None:
        self._state = _mix(_mix(seed + _GOLDEN) ^ ((number * _GOLDEN + _GOLDEN) & _MASK))

    def below(self, n: int) -> int:
        """A number in [0, n), n < 2**32."""
        self._state = (self._state + _GOLDEN) & _MASK
        return ((_mix(self._state) >> 32) * n) >> 32

    def between(self, low: int, high: int) -> int:
        """A number in low..high, both ends included."""
        return low + self.below(high - low + 1)


def _mix(x: int) -> int:
    """The finaliser of splitmix64."""
    x &= _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)
