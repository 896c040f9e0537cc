"""One game of one level at a time: what it must do, what a step leads to, and what it draws of itself."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError
from gamemeta_levels.level import Level


@dataclass(frozen=True)
class Stepped:
    """What one step of a world led to."""

    obs: Any
    reward: float
    terminated: bool
    truncated: bool
    success: bool | None = None
    """None where the world does not say."""


def drawn_picture(value: Any) -> NDArray[np.uint8] | None:
    """What a game drew as uint8 [height, width] or [height, width, channels]; None where it drew nothing.

    Raises:
        GameCheckError: it is no such array.
    """
    if value is None:
        return None
    array = np.asarray(value)
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or 0 in array.shape:
        raise GameCheckError(
            f"the picture of a game is {array.dtype} of shape {array.shape}. Give uint8 (height, width, 3)."
        )
    return array


class World(Protocol):
    """One game of one level at a time."""

    def reset(self, level: Level, chance: int) -> Any:
        """Start an episode; the observation. The same level and chance give the same play."""
        ...

    def step(self, action: NDArray[Any]) -> Stepped:
        """Play one step with an action [heads + numbers]."""
        ...

    def text(self) -> str:
        """The game as it stands, for people; empty where it has no words."""
        ...

    def picture(self) -> NDArray[Any] | None:
        """The game as it draws itself, uint8 [height, width, channels]; None where it does not."""
        ...

    def save(self) -> bytes | None:
        """Everything about the game, or None where it cannot be saved."""
        ...

    def load(self, level: Level, data: bytes) -> None:
        """Take the game back to what `save` saw on this level."""
        ...

    def close(self) -> None:
        """Release of what it holds. The next reset opens what it needs."""
        ...
