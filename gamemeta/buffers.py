"""The named parts of an observation, one class a kind: symbols, quantities, images, choices.

What a kind is like is known here, and how it is seen in one encoder: `gamemeta.networks.encoders` and
`gamemeta.agent.reference.encoders`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import SpecError

BYTE_CODES = 256
"""Symbols that fit into a byte."""


@dataclass(frozen=True, kw_only=True)
class Buffer:
    """One named part of an observation, of the kind that its class says: `Symbols`, `Quantities`, `Image` or
    `Choices`.

    Args:
        name: key in the observation.
        shape: shape for one seat.
    Raises:
        SpecError: a shape that does not fit the kind.
    """

    name: str
    shape: tuple[int, ...]
    kind: ClassVar[str]
    """Name of the kind."""
    dtype: str = ""
    """NumPy name of what it is made of."""

    def __post_init__(self) -> None:
        if type(self) is Buffer:
            raise SpecError(
                f"buffer {self.name!r}: say what it holds with `symbols(name, shape, codes)`, "
                "`quantities(name, shape)`, `image(name, shape)` or `choices(name, shape)` of gamemeta.spec."
            )
        if any(side < 1 for side in self.shape):
            raise SpecError(f"buffer {self.name!r}: the sides of shape {self.shape} must be positive.")

    @cached_property
    def numpy_type(self) -> np.dtype[Any]:
        """The dtype itself."""
        return np.dtype(self.dtype)

    @cached_property
    def size(self) -> int:
        """Elements for one seat."""
        return prod(self.shape)

    @property
    def rows(self) -> int:
        """Rows of its table in an encoder; 0 for a kind that is seen without one."""
        return 0

    @property
    def unit_shape(self) -> tuple[int, ...] | None:
        """Shape of the running mean and deviation of what has an unknown scale; None for what has none."""
        return None

    def checked(self, array: NDArray[Any], n: int) -> NDArray[Any]:
        """Values of n agents as an array [n, *shape] of the right dtype. One agent may leave out the axis n.

        Raises:
            SpecError: they have another shape, or do not fit the kind.
        """
        wanted = (n, *self.shape)
        if array.shape == self.shape and n == 1:
            array = array[None]
        if array.shape != wanted:
            raise SpecError(
                f"observation {self.name!r} has shape {array.shape}; it must be {wanted}, "
                f"which is {n} agent(s) of shape {self.shape}."
            )
        if array.dtype.kind not in "biuf":
            raise SpecError(f"observation {self.name!r} holds {array.dtype}; it must be numbers.")
        return self._fitting(array)

    def _fitting(self, array: NDArray[Any]) -> NDArray[Any]:
        """The same of the right dtype. Raises SpecError where values do not fit."""
        raise NotImplementedError

    def _finite(self, array: NDArray[Any]) -> NDArray[Any]:
        with np.errstate(over="ignore", invalid="ignore"):
            fitting = array.astype(self.dtype, copy=False)
        if not (np.isfinite(array).all() and np.isfinite(fitting).all()):
            raise SpecError(
                f"observation {self.name!r} holds NaN or infinity. Look where the game computes it."
            )
        return fitting

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data. `codes` is 0 for what is no symbol."""
        return {"name": self.name, "shape": self.shape, "dtype": self.dtype, "codes": 0}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Buffer":
        """Read what `to_json` wrote. Raises KeyError, TypeError, ValueError or SpecError where it did not."""
        name, shape = str(data["name"]), tuple(int(k) for k in data["shape"])
        dtype, codes = np.dtype(data["dtype"]).name, int(data["codes"])
        normalised, picture = bool(data.get("normalised", False)), bool(data.get("image", False))
        if data.get("choices", False) and not codes and not picture:
            return Choices(name=name, shape=shape, dtype=dtype, normalised=normalised)
        if (codes != 0) + normalised + picture > 1:
            raise SpecError(f"buffer {name!r}: it has one kind: codes, normalised or image.")
        if picture:
            return Image(name=name, shape=shape, dtype=dtype)
        if codes:
            return Symbols(name=name, shape=shape, dtype=dtype, codes=codes)
        return Quantities(name=name, shape=shape, dtype=dtype, normalised=normalised)


@dataclass(frozen=True, kw_only=True)
class Symbols(Buffer):
    """Elements that each are one of a few symbols without order, such as the tile on a field.

    Args:
        codes: how many symbols each element chooses from.
        dtype: an integer type that holds them; of itself the smallest unsigned one.
    Raises:
        SpecError: there are no symbols, or they do not fit the type.
    """

    codes: int
    kind: ClassVar[str] = "symbols"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.dtype:
            object.__setattr__(self, "dtype", "uint8" if self.codes <= BYTE_CODES else "uint16")
        if self.codes < 1:
            raise SpecError(f"buffer {self.name!r}: codes {self.codes} must be positive.")
        if self.numpy_type.kind not in "iu" or self.codes - 1 > np.iinfo(self.numpy_type).max:
            raise SpecError(
                f"buffer {self.name!r}: {self.codes} symbols do not fit {self.dtype}; take uint8 or uint16."
            )

    @property
    def rows(self) -> int:
        """Rows of the encoder's table: one for each symbol of each element."""
        return self.size * self.codes

    def checked(self, array: NDArray[Any], n: int) -> NDArray[Any]:
        if array.shape == (n, *self.shape) and array.dtype == self.numpy_type and self.holds(array):
            return array
        return super().checked(array, n)

    def holds(self, array: NDArray[Any]) -> bool:
        """Whether an array of the right dtype holds nothing but unsigned symbols of this buffer."""
        unsigned = self.numpy_type.kind == "u"
        return bool(array.size and unsigned and np.maximum.reduce(array, axis=None) < self.codes)

    def _fitting(self, array: NDArray[Any]) -> NDArray[Any]:
        fitting = self._finite(array)
        if array.dtype.kind == "f" and (array != np.floor(array)).any():
            raise SpecError(
                f"observation {self.name!r} holds fractions; it must hold codes, whole numbers in "
                f"0..{self.codes - 1}."
            )
        if array.size and not (array.min() >= 0 and array.max() < self.codes):
            raise SpecError(
                f"observation {self.name!r} holds codes {array.min()}..{array.max()}; "
                f"they must lie in 0..{self.codes - 1}."
            )
        return fitting

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"codes": self.codes}


@dataclass(frozen=True, kw_only=True)
class Quantities(Buffer):
    """Real numbers, float32.

    Args:
        normalised: whether their scale is unknown. The agent keeps their running mean and deviation, and sees
            how many deviations they lie from the mean, within -10..10; 0 for what never changed so far.
    Raises:
        SpecError: another dtype.
    """

    dtype: str = "float32"
    normalised: bool = False
    kind: ClassVar[str] = "quantities"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype != "float32":
            raise SpecError(
                f"buffer {self.name!r}: quantities are float32, not {self.dtype}. Symbols are made by "
                "`symbols(name, shape, codes)`, a picture by `image(name, shape)`."
            )

    @property
    def rows(self) -> int:
        """Rows of the encoder's table: one for each quantity."""
        return self.size

    @property
    def unit_shape(self) -> tuple[int, ...] | None:
        return self.shape if self.normalised else None

    def _fitting(self, array: NDArray[Any]) -> NDArray[Any]:
        return self._finite(array)

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | ({"normalised": True} if self.normalised else {})


@dataclass(frozen=True, kw_only=True)
class Choices(Buffer):
    """Features of each choice of the first head, float32 of shape (choices, features).

    The network scores every choice by its features, with weights that all of them share. A choice that the
    action mask excludes is not seen.

    Args:
        normalised: as of `Quantities`; mean and deviation of a feature are those over all choices that are
            there.
    Raises:
        SpecError: another dtype, or not two sides.
    """

    dtype: str = "float32"
    normalised: bool = False
    kind: ClassVar[str] = "choices"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype != "float32" or len(self.shape) != 2:
            raise SpecError(
                f"buffer {self.name!r}: choices are float32 of shape (choices, features), not "
                f"{self.dtype} {self.shape}."
            )

    @property
    def unit_shape(self) -> tuple[int, ...] | None:
        return self.shape[1:] if self.normalised else None

    def _fitting(self, array: NDArray[Any]) -> NDArray[Any]:
        return self._finite(array)

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"choices": True} | ({"normalised": True} if self.normalised else {})


@dataclass(frozen=True, kw_only=True)
class Image(Buffer):
    """A picture uint8 of shape (height, width, channels), seen by the image encoder of the network.

    Raises:
        SpecError: it is not uint8 of three sides.
    """

    dtype: str = "uint8"
    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype != "uint8" or len(self.shape) != 3:
            raise SpecError(
                f"buffer {self.name!r}: an image is uint8 of shape (height, width, channels), not "
                f"{self.dtype} {self.shape}."
            )

    def _fitting(self, array: NDArray[Any]) -> NDArray[Any]:
        if array.dtype.kind not in "iu":
            raise SpecError(
                f"observation {self.name!r} holds {array.dtype}; an image must be whole numbers in 0..255, "
                "best uint8. Where 1.0 is white, give (255 * image).astype(np.uint8)."
            )
        if array.dtype != np.uint8 and not (array.min() >= 0 and array.max() <= 255):
            raise SpecError(
                f"observation {self.name!r} holds {array.min()}..{array.max()}; an image must lie in 0..255."
            )
        return array.astype(np.uint8, copy=False)

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"image": True}


def symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
    """A buffer whose elements are each one of so many symbols, uint8, or uint16 where they are many."""
    return Symbols(name=name, shape=shape, codes=codes)


def quantities(name: str, shape: tuple[int, ...], *, normalised: bool = False) -> Buffer:
    """A buffer of float32 numbers near -1..1, or `normalised` by the agent where their scale is unknown."""
    return Quantities(name=name, shape=shape, normalised=normalised)


def image(name: str, shape: tuple[int, ...]) -> Buffer:
    """A buffer of a uint8 picture (height, width, channels)."""
    return Image(name=name, shape=shape)


def choices(name: str, shape: tuple[int, int], *, normalised: bool = False) -> Buffer:
    """A buffer of float32 features (choices, features) of each choice of the first head."""
    return Choices(name=name, shape=shape, normalised=normalised)
