"""Which choices are legal now: the buffer `action_mask` of an observation.

It holds uint8 [choices of all heads], the heads side by side, 1 where a choice is legal; PettingZoo has the
same convention. What an agent makes of a choice that is not legal counts for nothing: it is never drawn, and
nothing is learned from it. A head without any legal choice counts as one where all are: seats that wait or
are out may show zeros.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.actions import ActionSpec
from gamemeta_levels.errors import SpecError

ACTION_MASK = "action_mask"
"""Name of the buffer."""
NEVER = np.float32(-1e9)
"""Logit of a choice that is not legal. It is finite, so that a probability of 0 times its log is 0."""


def legal(mask: NDArray[Any], action: ActionSpec) -> NDArray[np.bool_]:
    """Whether each choice is legal, of masks [..., choices of all heads]."""
    allowed: NDArray[np.bool_] = mask != 0
    for columns in action.columns:
        head = allowed[..., columns]
        head |= ~head.any(axis=-1, keepdims=True)
    return allowed


def flags(mask: Any, action: ActionSpec, n: int) -> NDArray[np.uint8]:
    """Masks [n, choices of all heads] out of zeros and ones, or bools.

    Raises:
        SpecError: there is another number of them, or they are no numbers.
    """
    array, choices = np.asarray(mask), sum(action.heads)
    if array.dtype.kind not in "biu" or array.size != n * choices:
        raise SpecError(
            f"the mask is {array.dtype} of shape {array.shape}; it must be {n} x {choices} zeros and ones, "
            "the choices of all heads side by side."
        )
    set_flags: NDArray[np.bool_] = array.reshape(n, choices) != 0
    return set_flags.astype(np.uint8)


def stuck(mask: NDArray[Any], action: ActionSpec) -> NDArray[np.bool_]:
    """[..., heads], which heads have no legal choice in masks [..., choices of all heads]."""
    return np.stack([~(mask[..., columns] != 0).any(axis=-1) for columns in action.columns], axis=-1)


def check_free(mask: NDArray[Any], action: ActionSpec) -> None:
    """Raises SpecError where masks [n, choices of all heads] leave a head without any legal choice."""
    none = stuck(mask, action)
    if none.any():
        mind, head = np.argwhere(none)[0].tolist()
        raise SpecError(
            f"{ACTION_MASK!r} of mind {mind} leaves no legal choice in head {head}: set at least one of "
            f"its {action.heads[head]} to 1."
        )


def only_legal(
    head_outputs: NDArray[np.float32], mask: NDArray[Any], action: ActionSpec
) -> NDArray[np.float32]:
    """A copy of logits and means [n, choices of all heads + numbers] that makes illegal choices impossible.

    Args:
        head_outputs: of the actor head.
        mask: [n, choices of all heads].
        action: whose heads they are.
    """
    out = head_outputs.copy()
    np.copyto(out[:, : mask.shape[-1]], NEVER, where=~legal(mask, action))
    return out


def made_legal(
    actions: NDArray[Any], mask: NDArray[Any], action: ActionSpec, rng: np.random.Generator
) -> NDArray[Any]:
    """The same actions [..., heads + numbers], with legal codes, drawn evenly, in place of others.

    Args:
        actions: of codes and numbers.
        mask: [..., choices of all heads].
        action: whose heads they are.
        rng: what codes are drawn from.
    """
    out, allowed = actions.copy(), legal(mask, action)
    for k, columns in enumerate(action.columns):
        head, codes = allowed[..., columns], actions[..., k].astype(np.int64)
        drawn = np.where(head, rng.random(head.shape), -1.0).argmax(axis=-1)
        kept = np.take_along_axis(head, codes[..., None], axis=-1)[..., 0]
        out[..., k] = np.where(kept, codes, drawn)
    return out
