"""Agents with different spaces in the seats of one game: one form of seeing and acting that fits all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import SpecError
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.spec import ActionSpec


@dataclass(frozen=True)
class SeatActions:
    """How rows of heads and numbers become the actions of each seat."""

    spec: ActionSpec
    maps: tuple[ActionMap, ...]
    """One for each seat."""

    def __call__(self, seat: int, row: NDArray[Any]) -> Any:
        """The action of a seat; a choice that it does not have is its last."""
        actions = self.maps[seat]
        if actions.spec.heads != self.spec.heads:
            row = np.minimum(row, np.array(actions.spec.heads) - 1)
        return actions(row)

    @classmethod
    def of_spaces(cls, all_spaces: Sequence[gym.Space[Any]]) -> "SeatActions":
        """Actions that fit all seats: equal ones, or choices among the most that any seat has.

        Raises:
            SpecError: spaces that no one form fits.
        """
        maps = tuple(ActionMap.of_space(space) for space in all_spaces)
        specs = [one.spec for one in maps]
        if any(spec != specs[0] for spec in specs):
            if any(spec.continuous or len(spec.heads) != len(specs[0].heads) for spec in specs):
                raise SpecError(
                    "the agents act in different ways, which one network cannot: "
                    f"{'; '.join(sorted({spec.words() for spec in specs}))}. Wrap the environment so that "
                    "all have the same action space."
                )
            most = tuple(max(choices) for choices in zip(*(spec.heads for spec in specs), strict=True))
            return cls(ActionSpec(heads=most), maps)
        return cls(specs[0], maps)


def common_space(all_spaces: Sequence[gym.Space[Any]]) -> gym.Space[Any]:
    """The space in which all seats see: theirs, or for rows of numbers of different length the longest.

    Of dicts with the same parts that holds for each part. Masks of different length are those of the longest,
    whose own size is `common_mask`'s to say.

    Raises:
        SpecError: other spaces that differ.
    """
    if all(space == all_spaces[0] for space in all_spaces):
        return all_spaces[0]
    dicts = [space.spaces for space in all_spaces if isinstance(space, spaces.Dict)]
    if len(dicts) == len(all_spaces) and all(one.keys() == dicts[0].keys() for one in dicts):
        return spaces.Dict({key: _common_part(key, [one[key] for one in dicts]) for key in dicts[0]})
    rows = all(isinstance(one, spaces.Box) and len(one.shape) == 1 for one in all_spaces)
    if not rows or any(np.issubdtype(one.dtype, np.integer) for one in all_spaces):
        raise SpecError(
            "the agents see different things, which one network cannot: "
            f"{'; '.join(dict.fromkeys(map(str, all_spaces)))}. Wrap the environment so that all have the "
            "same observation space; rows of numbers may differ in length."
        )
    longest = max(one.shape[0] for one in all_spaces if one.shape is not None)
    return spaces.Box(-np.inf, np.inf, (longest,), np.float32)


def _common_part(key: str, parts: Sequence[gym.Space[Any]]) -> gym.Space[Any]:
    if key == ACTION_MASK:
        return max(parts, key=lambda part: int(np.prod(part.shape or (1,))))
    return common_space(parts)


def common_mask(space: gym.Space[Any], action: ActionSpec) -> gym.Space[Any]:
    """The common space with a mask that has all choices of all seats."""
    if not isinstance(space, spaces.Dict) or ACTION_MASK not in space.spaces:
        return space
    return spaces.Dict({**space.spaces, ACTION_MASK: spaces.MultiBinary(max(1, sum(action.heads)))})


def padded(obs: Any, space: gym.Space[Any]) -> Any:
    """An observation as the common space has it: a shorter row of numbers is filled up with zeros."""
    if isinstance(space, spaces.Dict) and isinstance(obs, Mapping):
        return {
            key: padded(part, space.spaces[key]) if key in space.spaces else part for key, part in obs.items()
        }
    if isinstance(obs, np.ndarray) and space.shape is not None and obs.ndim == 1 == len(space.shape):
        return np.pad(obs, (0, space.shape[0] - len(obs)))
    return obs
