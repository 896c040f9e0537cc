"""What a game shows and takes, as Gymnasium's spaces.

A row of symbols is a `MultiDiscrete`, which libraries one-hot encode; a grid of symbols is a `Box` of codes,
as in other grid worlds; quantities are a `Box` over all finite numbers.
"""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.errors import SpecError
from gamemeta.spec import ActionSpec, Buffer, Spec

LARGEST = float(np.finfo(np.float32).max)
"""Quantities are finite; beyond this a float32 is not."""


def observation_space(spec: Spec) -> spaces.Dict:
    """One seat's observation, by name of its buffers."""
    return spaces.Dict({buffer.name: _space_of(buffer) for buffer in spec.obs})


def action_space(action: ActionSpec) -> gymnasium.Space[Any]:
    """One seat's action: a number where there is a single head, else one for each head."""
    if len(action.heads) == 1:
        return spaces.Discrete(action.heads[0])
    return spaces.MultiDiscrete(np.array(action.heads))


def game_actions(action: ActionSpec, given: Any, n: int) -> NDArray[np.int64]:
    """Actions of n environments as a game takes them, int64 [n, 1, heads].

    Raises:
        SpecError: another number of them, or no whole numbers.
    """
    array = np.asarray(given)
    if array.dtype.kind not in "iu" or array.size != n * len(action.heads):
        raise SpecError(
            f"the actions are {array.dtype} of shape {array.shape}; {n} environment(s) with "
            f"{len(action.heads)} head(s) of actions need {n * len(action.heads)} whole number(s)."
        )
    return array.astype(np.int64).reshape(n, 1, len(action.heads))


def shown(buffer: Buffer, array: NDArray[Any]) -> NDArray[Any]:
    """A copy of one buffer of an observation, [...] or [n, ...], in the dtype of its space."""
    return array.astype(np.int64 if _is_row(buffer) else buffer.dtype)


def _space_of(buffer: Buffer) -> gymnasium.Space[Any]:
    if _is_row(buffer):
        return spaces.MultiDiscrete(np.full(buffer.shape, buffer.codes))
    if buffer.codes:
        return spaces.Box(0, buffer.codes - 1, buffer.shape, np.dtype(buffer.dtype).type)
    return spaces.Box(-LARGEST, LARGEST, buffer.shape, np.float32)


def _is_row(buffer: Buffer) -> bool:
    return bool(buffer.codes) and len(buffer.shape) == 1
