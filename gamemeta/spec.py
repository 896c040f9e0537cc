"""What an agent sees and does, as data. Network, agent file and runtime are derived from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.actions import ActionSpec
from gamemeta_levels.errors import SpecError

__all__ = ["ActionSpec", "Buffer", "Observation", "Spec"]

Observation = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Buffer:
    """One named part of an observation.

    Args:
        name: key in the observation.
        shape: shape for one seat.
        dtype: NumPy name; integers for symbols, float32 for quantities.
        codes: how many symbols each element chooses from; 0 for a quantity.
    Raises:
        SpecError: symbols that are not small unsigned integers, or quantities that are not float32.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    codes: int = 0

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
        if not self.codes and kind != np.float32:
            raise SpecError(f"buffer {self.name!r}: quantities are float32, not {kind}.")

    @property
    def size(self) -> int:
        """Elements for one seat."""
        return prod(self.shape)

    @property
    def rows(self) -> int:
        """Rows of the encoder's table: one for each symbol of each element, or each quantity."""
        return self.size * max(self.codes, 1)


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What a game shows and what it takes."""

    obs: tuple[Buffer, ...]
    action: ActionSpec

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
        return {**asdict(self), "action": self.action.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Spec":
        """Read what `to_json` wrote.

        Raises:
            SpecError: a part is missing or of the wrong type.
        """
        try:
            obs = tuple(
                Buffer(
                    name=str(b["name"]),
                    shape=tuple(int(k) for k in b["shape"]),
                    dtype=np.dtype(b["dtype"]).name,
                    codes=int(b["codes"]),
                )
                for b in data["obs"]
            )
            action = ActionSpec.from_json(data["action"])
        except (KeyError, TypeError, ValueError) as error:
            raise SpecError(f"this spec is malformed: {error!r}.") from error
        return cls(obs=obs, action=action)

    def checked_obs(self, obs: Observation, n: int) -> dict[str, NDArray[Any]]:
        """The observation as arrays [n, *shape] of the right dtype.

        A single seat (n = 1) may leave the leading axis out.

        Raises:
            SpecError: a buffer is missing, of another shape, not finite or outside its codes.
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
    if array.shape != wanted:
        raise SpecError(
            f"observation {buffer.name!r} has shape {array.shape}; it must be {wanted}, "
            f"which is {n} agent(s) of shape {buffer.shape}."
        )
    if array.dtype.kind not in "biuf":
        raise SpecError(f"observation {buffer.name!r} holds {array.dtype}; it must be numbers.")
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
