"""The mask of environments that say in `info["action_mask"]` what is legal, as part of what is seen."""

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GameCheckError
from gamemeta.games.blame import shown
from gamemeta.games.outside.spaces.obs import WHOLE
from gamemeta.spec import ActionSpec


def with_mask_space(space: gym.Space[Any], action: ActionSpec) -> spaces.Dict:
    """The space of what `with_mask` gives."""
    shown = dict(space.spaces) if isinstance(space, spaces.Dict) else {WHOLE: space}
    return spaces.Dict({**shown, ACTION_MASK: spaces.MultiBinary(max(1, sum(action.heads)))})


def with_mask(
    obs: Any,
    info: Mapping[str, Any],
    action: ActionSpec,
    of_seat: ActionSpec | None = None,
    *,
    over: bool = False,
) -> dict[str, Any]:
    """The observation as a dict, with the mask in it; a mask of several arrays becomes one.

    Args:
        obs: seen.
        info: that came with it.
        action: the agent's.
        of_seat: of a seat that has fewer choices than `action`: those it lacks are never legal.
        over: whether nothing is chosen any more: then no mask is read, and all is legal.
    Raises:
        GameCheckError: there is no mask, or it does not fit the actions.
    """
    of_seat, seen = of_seat or action, (obs if isinstance(obs, Mapping) else {WHOLE: obs})
    if over:
        return {**seen, ACTION_MASK: np.ones(max(1, sum(action.heads)), np.int8)}
    if info.get(ACTION_MASK) is None:
        raise GameCheckError(
            f"the environment's info has no {ACTION_MASK!r}; it has: "
            f"{', '.join(map(str, info)) or 'nothing'}. Leave game.info_mask at false, or give a mask "
            "with every observation but the last of an episode."
        )
    return {**seen, ACTION_MASK: filled_up(info[ACTION_MASK], of_seat, action)}


def filled_up(mask: Any, of_seat: ActionSpec, action: ActionSpec) -> NDArray[Any]:
    """A mask of an agent's own choices as one of all choices [sum of heads]; those it lacks are 0.

    Raises:
        GameCheckError: it has another number of choices, or other values than zeros and ones.
    """
    parts = list(mask.values()) if isinstance(mask, Mapping) else mask if isinstance(mask, tuple) else [mask]
    try:
        flat = np.concatenate([np.ravel(np.asarray(part)) for part in parts])
    except ValueError:
        flat = np.zeros(0)
    choices = sum(of_seat.heads)
    if flat.size != choices or flat.dtype.kind not in "biuf" or not np.isin(flat, (0, 1)).all():
        raise GameCheckError(
            f"the {ACTION_MASK!r} is {shown(mask)}; the actions have {choices} choice(s), and it says 1 for "
            "each that is legal and 0 for each other."
        )
    out, theirs, ours = np.zeros(sum(action.heads), np.int8), 0, 0
    for few, many in zip(of_seat.heads, action.heads, strict=True):
        out[ours : ours + few] = flat[theirs : theirs + few]
        theirs, ours = theirs + few, ours + many
    return out
