"""What a plain game sees and does, from what it declares and from a first observation."""

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from gamemeta.errors import SpecError
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.described import CHOICES
from gamemeta.games.outside.spaces.kinds import is_space
from gamemeta.spec import ActionSpec

HOW = (
    "Give how many there are (4), their names (('left', 'right')), how many each head has ((3, 2)), a "
    "Gymnasium space, or an ActionSpec"
)


def declared_actions(game: str, declared: Any) -> ActionMap:
    """What a class says of its actions.

    Raises:
        SpecError: it says nothing that can be understood.
    """
    if isinstance(declared, ActionSpec):
        return ActionMap.of_spec(declared)
    if is_space(declared):
        return ActionMap.of_space(declared)
    if isinstance(declared, int) and not isinstance(declared, bool) and declared > 0:
        return ActionMap.of_spec(ActionSpec(heads=(declared,)))
    if isinstance(declared, np.ndarray):
        declared = declared.tolist()
    if isinstance(declared, (list, tuple)) and declared:
        if all(isinstance(word, str) for word in declared):
            names = tuple(map(str, declared))
            return ActionMap.of_spec(ActionSpec(heads=(len(names),), names=(names,)))
        if all(isinstance(k, (int, np.integer)) and not isinstance(k, bool) for k in declared):
            return ActionMap.of_spec(ActionSpec(heads=tuple(int(k) for k in declared)))
    raise SpecError(f"game {game!r}: `actions` is {declared!r}. {HOW}.")


def inferred_space(obs: Any) -> gym.Space[Any]:
    """The space that a first observation stands for; `gamemeta.games.outside.python_class.game.PlainGame`
    says how.

    Raises:
        SpecError: it holds something else than numbers.
    """
    if isinstance(obs, Mapping):
        parts = {str(key): value for key, value in obs.items()}
        return spaces.Dict(
            {key: _rows(value) if key == CHOICES else inferred_space(value) for key, value in parts.items()}
        )
    try:
        array = np.asarray(obs)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf" and isinstance(obs, (tuple, list)) and obs:
        return spaces.Tuple([inferred_space(part) for part in obs])
    if array.dtype.kind not in "biuf":
        raise SpecError(
            f"an observation holds {type(obs).__name__} {str(obs)[:40]!r}, which is no number, no array and "
            "no dict of these. Give numbers, or say `observation_space`."
        )
    if array.dtype == np.bool_:
        return spaces.MultiBinary(array.shape or 1)
    if array.dtype == np.uint8 and array.ndim:
        return spaces.Box(0, 255, array.shape, np.uint8)
    return spaces.Box(-np.inf, np.inf, array.shape, np.float32)


def _rows(choices: Any) -> gym.Space[Any]:
    """The space of the choices that a first observation describes.

    Raises:
        SpecError: there are none, or they are no rows of equally many numbers.
    """
    try:
        array = np.asarray(choices)
    except ValueError:
        array = np.asarray(None)
    if array.ndim != 2 or not array.size or array.dtype.kind not in "biuf":
        raise SpecError(
            f"the first observation of a level has {CHOICES!r} {str(choices)[:60]!r}. Give a list with a row "
            "for each choice that there is, equally many numbers each; where the first observation has no "
            "choice yet, say `observation_space`."
        )
    return spaces.Box(-np.inf, np.inf, array.shape, np.float32)
