"""What an agent sees and does, as data. Network, agent file and runtime are derived from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.actions import ActionSpec
from gamemeta.buffers import (
    Buffer,
    Choices,
    Image,
    Quantities,
    Symbols,
    choices,
    image,
    quantities,
    symbols,
)
from gamemeta_levels.errors import SpecError

__all__ = [
    "ActionSpec",
    "Buffer",
    "Choices",
    "Image",
    "Observation",
    "Quantities",
    "Spec",
    "Symbols",
    "choices",
    "image",
    "quantities",
    "symbols",
]

Observation = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What a game shows and what it takes.

    Args:
        obs: named buffers. One called `action_mask` says which choices are legal: see
            `gamemeta.action_mask`. One of the kind `Choices` describes the choices of the first head.
        action: heads and numbers.
    Raises:
        SpecError: two inputs of one name, or an `action_mask` or choices that do not fit the heads.
    """

    obs: tuple[Buffer, ...]
    action: ActionSpec

    def __post_init__(self) -> None:
        names = [buffer.name for buffer in self.inputs()]
        if len(set(names)) < len(names):
            raise SpecError(
                f"two buffers have the same name: {', '.join(names)[:400]}. Give each a name of its own; "
                "what an agent is told of the step before has the last of these names."
            )
        self._check_choices()
        heads = self.action.heads
        for mask in (b for b in self.obs if b.name == ACTION_MASK):
            if not heads:
                raise SpecError(
                    f"buffer {ACTION_MASK!r}: it says which choices are legal, and this action has only "
                    "numbers. Call the buffer something else."
                )
            if mask != symbols(ACTION_MASK, (sum(heads),), 2):
                raise SpecError(
                    f"buffer {ACTION_MASK!r}: it says which choices are legal, so it is uint8 of shape "
                    f"({sum(heads)},) with codes = 2, the heads {heads} side by side, not {mask.kind} "
                    f"{mask.dtype} {mask.shape}. A buffer of other meaning needs another name."
                )

    def _check_choices(self) -> None:
        described = [b for b in self.obs if isinstance(b, Choices)]
        first = self.action.heads[:1]
        for buffer in described:
            if len(described) > 1 or buffer.shape[:1] != first:
                raise SpecError(
                    f"buffer {buffer.name!r}: it describes {buffer.shape[0]} choices, and the first head has "
                    f"{first[0] if first else 'none'}. Give one buffer of choices, with a row for each "
                    "choice of the first head."
                )

    @cached_property
    def choices(self) -> Choices | None:
        """What describes the choices of the first head; None where nothing does."""
        return next((b for b in self.obs if isinstance(b, Choices)), None)

    @cached_property
    def masked(self) -> bool:
        """Whether an observation says which choices are legal."""
        return any(b.name == ACTION_MASK for b in self.obs)

    def inputs(self) -> tuple[Buffer, ...]:
        """The observation and what a task learner also gets: action, reward and done before."""
        return self.obs + self.before()

    def before(self) -> tuple[Buffer, ...]:
        """The buffers about the step before; zeros when a trial starts.

        `previous_action` holds action + 1, where there are heads; `previous_numbers` holds the numbers
        with their bounds at -1 and 1, where there are numbers.
        """
        before: list[Buffer] = []
        if self.action.heads:
            before.append(symbols("previous_action", (len(self.action.heads),), max(self.action.heads) + 1))
        if self.action.continuous:
            before.append(quantities("previous_numbers", (self.action.continuous,)))
        return (*before, quantities("previous_reward", (1,)), symbols("previous_done", (1,), 2))

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
            checked[buffer.name] = buffer.checked(np.asarray(obs[buffer.name]), n)
        return checked
