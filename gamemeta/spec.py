"""What an agent sees and does, as data. Network, agent file and runtime are derived from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.actions import ActionSpec
from gamemeta_levels.errors import SpecError

__all__ = ["ActionSpec", "Buffer", "Observation", "Spec", "symbols"]

Observation = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Buffer:
    """One named part of an observation.

    Args:
        name: key in the observation.
        shape: shape for one seat.
        dtype: NumPy name; integers for symbols, float32 for quantities, uint8 for images.
        codes: how many symbols each element chooses from; 0 for a quantity and for an image.
        normalised: quantities of unknown scale. The agent keeps their running mean and deviation, and sees
            how many deviations they lie from the mean, within -10..10; 0 for what never changed so far.
        image: a picture, shape (height, width, channels), seen by the image encoder of the network.
    Raises:
        SpecError: symbols that are not small unsigned integers, quantities that are not float32, or an
            image that is not uint8 of three sides.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    codes: int = 0
    normalised: bool = False
    image: bool = False

    def __post_init__(self) -> None:
        kind = np.dtype(self.dtype)
        if self.codes < 0 or any(side < 1 for side in self.shape):
            raise SpecError(
                f"buffer {self.name!r}: shape {self.shape} and codes {self.codes} must be positive."
            )
        if self.codes and (kind.kind not in "iu" or self.codes - 1 > np.iinfo(kind).max):
            raise SpecError(
                f"buffer {self.name!r}: {self.codes} symbols do not fit {kind}; take uint8 or uint16."
            )
        if self.image and (self.codes or kind != np.uint8 or len(self.shape) != 3):
            raise SpecError(
                f"buffer {self.name!r}: an image is uint8 of shape (height, width, channels) without codes, "
                f"not {kind} {self.shape} with codes = {self.codes}."
            )
        if not (self.codes or self.image) and kind != np.float32:
            raise SpecError(
                f"buffer {self.name!r}: quantities are float32, not {kind}. Symbols need `codes`, a picture "
                "`image=True`."
            )
        if self.normalised and (self.codes or self.image):
            raise SpecError(f"buffer {self.name!r}: only quantities, float32 without codes, are normalised.")

    @cached_property
    def kind(self) -> np.dtype[Any]:
        """The dtype itself."""
        return np.dtype(self.dtype)

    @cached_property
    def size(self) -> int:
        """Elements for one seat."""
        return prod(self.shape)

    def holds(self, array: NDArray[Any]) -> bool:
        """Whether an array of the right dtype holds nothing but unsigned symbols of this buffer."""
        return bool(
            self.codes
            and array.size
            and self.kind.kind == "u"
            and np.maximum.reduce(array, axis=None) < self.codes
        )

    @property
    def rows(self) -> int:
        """Rows of the encoder's table: one for each symbol of each element, or each quantity."""
        return self.size * max(self.codes, 1)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; what the buffer is not, normalised or an image, is left out."""
        data = asdict(self)
        return {k: v for k, v in data.items() if k not in ("normalised", "image") or v}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Buffer":
        """Read what `to_json` wrote. Raises KeyError, TypeError, ValueError or SpecError where it did not."""
        return cls(
            name=str(data["name"]),
            shape=tuple(int(k) for k in data["shape"]),
            dtype=np.dtype(data["dtype"]).name,
            codes=int(data["codes"]),
            normalised=bool(data.get("normalised", False)),
            image=bool(data.get("image", False)),
        )


def symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
    """A buffer of so many symbols in bytes."""
    return Buffer(name=name, shape=shape, dtype="uint8", codes=codes)


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What a game shows and what it takes.

    Args:
        obs: named buffers. One called `action_mask` says which choices are legal: see
            `gamemeta.action_mask`.
        action: heads and numbers.
    Raises:
        SpecError: an `action_mask` that does not fit the heads.
    """

    obs: tuple[Buffer, ...]
    action: ActionSpec

    def __post_init__(self) -> None:
        heads = self.action.heads
        for mask in (b for b in self.obs if b.name == ACTION_MASK):
            if not heads:
                raise SpecError(
                    f"buffer {ACTION_MASK!r}: it says which choices are legal, and this action has only "
                    "numbers. Call the buffer something else."
                )
            if mask.kind != np.uint8 or mask.codes != 2 or mask.shape != (sum(heads),):
                raise SpecError(
                    f"buffer {ACTION_MASK!r}: it says which choices are legal, so it is uint8 of shape "
                    f"({sum(heads)},) with codes = 2, the heads {heads} side by side, not {mask.kind} "
                    f"{mask.shape} with codes = {mask.codes}. A buffer of other meaning needs another name."
                )

    @cached_property
    def masked(self) -> bool:
        """Whether an observation says which choices are legal."""
        return any(b.name == ACTION_MASK for b in self.obs)

    def inputs(self) -> tuple[Buffer, ...]:
        """The observation and what a task learner also gets: action, reward and done before."""
        return self.obs + self.before()

    def before(self) -> tuple[Buffer, ...]:
        """What is told of the step before, and is zeros when a trial starts.

        `previous_action` holds action + 1, where there are heads; `previous_numbers` holds the numbers
        with their bounds at -1 and 1, where there are numbers.
        """
        told, heads, numbers = [], self.action.heads, self.action.numbers
        if heads:
            codes = max(heads) + 1
            told.append(Buffer(name="previous_action", shape=(len(heads),), dtype="uint8", codes=codes))
        if numbers:
            told.append(Buffer(name="previous_numbers", shape=(numbers,), dtype="float32"))
        return (
            *told,
            Buffer(name="previous_reward", shape=(1,), dtype="float32"),
            Buffer(name="previous_done", shape=(1,), dtype="uint8", codes=2),
        )

    def to_json(self) -> dict[str, Any]:
        """The spec as plain JSON data."""
        return {"obs": tuple(b.to_json() for b in self.obs), "action": self.action.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Spec":
        """Read what `to_json` wrote.

        Raises:
            SpecError: a part is missing or of the wrong type.
        """
        try:
            obs = tuple(Buffer.from_json(b) for b in data["obs"])
            action = ActionSpec.from_json(data["action"])
        except (KeyError, TypeError, ValueError) as error:
            raise SpecError(f"this spec is malformed: {error!r}.") from error
        return cls(obs=obs, action=action)

    def checked_obs(self, obs: Observation, n: int) -> dict[str, NDArray[Any]]:
        """The observation as arrays [n, *shape] of the right dtype.

        A single seat (n = 1) may leave the leading axis out.

        Raises:
            SpecError: a buffer is missing, of another shape, not finite or outside its codes; or an image
                is not whole numbers in 0..255.
        """
        checked = {}
        for buffer in self.obs:
            if buffer.name not in obs:
                raise SpecError(
                    f"the observation lacks {buffer.name!r}. It needs: {', '.join(b.name for b in self.obs)}."
                )
            checked[buffer.name] = _checked(buffer, np.asarray(obs[buffer.name]), n)
        return checked


def _checked(buffer: Buffer, array: NDArray[Any], n: int) -> NDArray[Any]:
    wanted = (n, *buffer.shape)
    if array.shape == buffer.shape and n == 1:
        array = array[None]
    if array.shape == wanted and array.dtype == buffer.kind and buffer.holds(array):
        return array
    if array.shape != wanted:
        raise SpecError(
            f"observation {buffer.name!r} has shape {array.shape}; it must be {wanted}, "
            f"which is {n} agent(s) of shape {buffer.shape}."
        )
    if array.dtype.kind not in "biuf":
        raise SpecError(f"observation {buffer.name!r} holds {array.dtype}; it must be numbers.")
    if buffer.image:
        return _checked_image(buffer, array)
    with np.errstate(over="ignore", invalid="ignore"):
        fitting = array.astype(buffer.dtype, copy=False)
    if not (np.isfinite(array).all() and np.isfinite(fitting).all()):
        raise SpecError(
            f"observation {buffer.name!r} holds NaN or infinity. Look where the game computes it."
        )
    if buffer.codes and array.dtype.kind == "f" and (array != np.floor(array)).any():
        raise SpecError(
            f"observation {buffer.name!r} holds fractions; it must hold codes, whole numbers in "
            f"0..{buffer.codes - 1}."
        )
    if buffer.codes and array.size and not (array.min() >= 0 and array.max() < buffer.codes):
        raise SpecError(
            f"observation {buffer.name!r} holds codes {array.min()}..{array.max()}; "
            f"they must lie in 0..{buffer.codes - 1}."
        )
    return fitting


def _checked_image(buffer: Buffer, array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind not in "iu":
        raise SpecError(
            f"observation {buffer.name!r} holds {array.dtype}; an image must be whole numbers in 0..255, "
            "best uint8. Where 1.0 is white, give (255 * image).astype(np.uint8)."
        )
    if array.dtype != np.uint8 and not (array.min() >= 0 and array.max() <= 255):
        raise SpecError(
            f"observation {buffer.name!r} holds {array.min()}..{array.max()}; an image must lie in 0..255."
        )
    return array.astype(np.uint8, copy=False)
