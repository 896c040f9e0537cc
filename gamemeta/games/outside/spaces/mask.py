"""The mask of environments that say in `info["action_mask"]` what is legal, as part of what is seen."""

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GameCheckError
from gamemeta.games.outside.spaces.obs import WHOLE
from gamemeta.spec import ActionSpec


def with_mask_space(space: gym.Space[Any], action: ActionSpec) -> spaces.Dict:
    """The space of what `with_mask` gives."""
    shown = dict(space.spaces) if isinstance(space, spaces.Dict) else {WHOLE: space}
    return spaces.Dict({**shown, ACTION_MASK: spaces.MultiBinary(max(1, sum(action.heads)))})


def with_mask(obs: Any, info: Mapping[str, Any]) -> dict[str, Any]:
    """The observation as a dict, with the mask in it; a mask of several arrays becomes one.

    Raises:
        GameCheckError: there is no mask.
    """
    if ACTION_MASK not in info:
        raise GameCheckError(
            f"the environment's info has no {ACTION_MASK!r}; it has: {', '.join(info) or 'nothing'}. Leave "
            "game.info_mask at false."
        )
    mask = info[ACTION_MASK]
    if isinstance(mask, tuple):
        mask = np.concatenate([np.ravel(part) for part in mask])
    return {**(obs if isinstance(obs, Mapping) else {WHOLE: obs}), ACTION_MASK: mask}
