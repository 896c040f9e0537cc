"""What a game shows and takes, as Gymnasium's spaces.

A row of symbols is a `MultiDiscrete`, which libraries one-hot encode; a grid of symbols is a `Box` of codes,
as in other grid worlds; an action mask is a `MultiBinary`, of the type that an action space samples by; an
image is a `Box` of bytes; quantities are a `Box` over all finite numbers.
"""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import SpecError
from gamemeta.spec import ActionSpec, Buffer, Image, Spec, Symbols

CHOICES, NUMBERS = "choices", "numbers"
"""Parts of an action that has both."""
LARGEST = float(np.finfo(np.float32).max)
"""Quantities are finite; beyond this a float32 is not."""


def observation_space(spec: Spec) -> spaces.Dict:
    """One seat's observation, by name of its buffers."""
    return spaces.Dict({buffer.name: _space_of(buffer) for buffer in spec.obs})


def action_space(action: ActionSpec) -> gymnasium.Space[Any]:
    """One seat's action: choices, a number within bounds for each of the spec's, or a dictionary of both.

    Choices are a `Discrete` where there is a single head, else a `MultiDiscrete`.
    """
    parts: dict[str, gymnasium.Space[Any]] = {}
    if len(action.heads) == 1:
        parts[CHOICES] = spaces.Discrete(action.heads[0])
    elif action.heads:
        parts[CHOICES] = spaces.MultiDiscrete(np.array(action.heads))
    if action.continuous:
        parts[NUMBERS] = spaces.Box(*action.limits, dtype=np.float32)
    return spaces.Dict(parts) if len(parts) == 2 else next(iter(parts.values()))


def game_actions(action: ActionSpec, value: Any, n: int) -> NDArray[Any]:
    """Actions of n environments as a game takes them: [n, 1, heads + numbers].

    Raises:
        SpecError: others than the space has.
    """
    if action.heads and action.continuous:
        if not isinstance(value, Mapping) or set(value) != {CHOICES, NUMBERS}:
            raise SpecError(f"an action is a dictionary of {CHOICES!r} and {NUMBERS!r} here; got {value!r}.")
        parts = [np.asarray(value[CHOICES]), np.asarray(value[NUMBERS])]
    else:
        parts = [np.asarray(value)]
    if any(part.dtype.kind not in "iuf" for part in parts) or sum(p.size for p in parts) != n * action.width:
        shapes = " and ".join(f"{part.dtype} of shape {part.shape}" for part in parts)
        raise SpecError(
            f"the actions are {shapes}; {n} environment(s) with {action.words()} need {n * action.width} "
            "number(s)."
        )
    rows = np.concatenate([part.reshape(n, -1) for part in parts], axis=1)
    return action.checked(rows[:, None], n, 1)


def shown(buffer: Buffer, array: NDArray[Any]) -> NDArray[Any]:
    """A copy of one buffer of an observation, [...] or [n, ...], in the dtype of its space."""
    if buffer.name == ACTION_MASK:
        return array.astype(np.int8)
    return array.astype(np.int64 if _is_row(buffer) else buffer.dtype)


def _space_of(buffer: Buffer) -> gymnasium.Space[Any]:
    if buffer.name == ACTION_MASK:
        return spaces.MultiBinary(buffer.size)
    match buffer:
        case Symbols() if _is_row(buffer):
            return spaces.MultiDiscrete(np.full(buffer.shape, buffer.codes))
        case Symbols():
            return spaces.Box(0, buffer.codes - 1, buffer.shape, buffer.numpy_type.type)
        case Image():
            return spaces.Box(0, 255, buffer.shape, np.uint8)
        case _:
            return spaces.Box(-LARGEST, LARGEST, buffer.shape, np.float32)


def _is_row(buffer: Buffer) -> bool:
    return isinstance(buffer, Symbols) and len(buffer.shape) == 1
