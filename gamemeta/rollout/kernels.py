# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of rollouts. All arrays belong to the caller."""

from gamemeta_levels.kernel import short_kernel


@short_kernel
def tell(t, played, before, cleared, acted, reset):
    """Write what inputs t + 1 say about step t, for every lane.

    Where memory is cleared they say nothing; to a seat that waited in step t they say what inputs t said.

    Args:
        t: the step.
        played: action int64 [T, L, heads], reward [T, L], terminated and truncated [T, L].
        before: of inputs [T + 1, L, ...] the previous action, as code + 1, the previous reward and done.
        cleared: bool [L], whether the memory is cleared before the next act.
        acted: bool [T, L].
        reset: uint8 [T + 1, L], whether the memory is cleared before step t; waits until a seat acts.
    """
    action, reward, terminated, truncated = played
    previous_action, previous_reward, previous_done = before
    for i in range(cleared.shape[0]):
        own, wiped = acted[t, i], cleared[i]
        reset[t + 1, i] = wiped or (reset[t, i] and not own)
        for h in range(action.shape[2]):
            code = action[t, i, h] + 1 if own else previous_action[t, i, h]
            previous_action[t + 1, i, h] = 0 if wiped else code
        earned = reward[t, i] if own else previous_reward[t, i, 0]
        previous_reward[t + 1, i, 0] = 0.0 if wiped else earned
        done = terminated[t, i] or truncated[t, i] if own else previous_done[t, i, 0]
        previous_done[t + 1, i, 0] = 0 if wiped else done
