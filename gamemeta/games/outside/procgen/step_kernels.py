"""How the episodes of N games of Procgen go on with a step: what is noted of them beside Procgen itself."""

from typing import Any

import numpy as np

from gamemeta.games.outside.procgen.facts import ACTIONS, NOTHING
from gamemeta_levels.kernel import short_kernel

KEPT = ("level", "steps", "returns", "over", "truncated", "success")
"""What a saved game holds of its episode."""
EPISODE = np.dtype(
    [
        ("level", np.int64),
        ("returns", np.float64),
        ("steps", np.int32),
        ("over", np.bool_),
        ("truncated", np.bool_),
        ("success", np.bool_),
        ("held", np.bool_),
        ("keep", np.bool_),
    ],
    align=True,
)
"""An episode. `held`: it is over, and its last frame is no longer the one that Procgen shows; `keep`: the
frame before this step is to be kept, for it will be held, or may be."""


@short_kernel
def begin_episode(rows: Any, levels: Any, now: Any, out_alive: Any) -> None:
    """Begin episodes in games int64 [R], on their levels out of int64 [N, 1].

    Args:
        now: EPISODE [N], brought up to date.
        out_alive: bool [N, 1], brought up to date.
    """
    for k in range(rows.shape[0]):
        i = rows[k]
        one = now[i]
        one.level, one.steps, one.returns = levels[i, 0], 0, 0.0
        one.over = one.truncated = one.success = one.held = False
        out_alive[i, 0] = True


@short_kernel
def begin_step(actions: Any, now: Any, limit: Any, keys: Any) -> Any:
    """Press the keys, none where the episode is over, and count the step of those who play.

    Args:
        actions: integers [N, 1, 1].
        now: EPISODE [N], brought up to date.
        limit: steps of an episode.
        keys: int32 [N], written: what Procgen is to play.

    Returns: the first game whose action does not exist, with nothing changed, else -1; and whether some frame
        is to be kept.
    """
    for i in range(now.shape[0]):
        if not 0 <= actions[i, 0, 0] < ACTIONS:
            return i, False
    some = False
    for i in range(now.shape[0]):
        one, keys[i] = now[i], actions[i, 0, 0]
        if one.over:
            keys[i] = NOTHING
            one.keep, one.held = not one.held, True
        else:
            one.steps += 1
            one.keep = one.steps >= limit
        some |= one.keep
    return -1, some


@short_kernel
def end_step(
    now: Any,
    limit: Any,
    reward: Any,
    ended: Any,
    completed: Any,
    out_reward: Any,
    out_terminated: Any,
    out_truncated: Any,
    out_success: Any,
    out_alive: Any,
) -> Any:
    """Take in what a step led to.

    Args:
        now: EPISODE [N], brought up to date.
        limit: steps of an episode.
        reward, ended, completed: float32, bool and uint8 [N], of Procgen.
        out_reward, out_terminated, out_truncated, out_success, out_alive: float32 and bool [N, 1], written.

    Returns: whether some frame is held.
    """
    some = False
    for i in range(now.shape[0]):
        one = now[i]
        paid = np.float32(0) if one.over else reward[i]
        one.returns += paid
        if ended[i] and not one.over:
            one.over, one.success = True, completed[i] != 0
            one.truncated = one.held = one.steps >= limit and not one.success
        some |= one.held
        out_reward[i, 0], out_alive[i, 0] = paid, not one.over
        out_terminated[i, 0], out_truncated[i, 0] = one.over and not one.truncated, one.truncated
        out_success[i, 0] = one.success
    return some
