# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of rollouts. All arrays belong to the caller."""

from typing import Any, NamedTuple

from gamemeta_levels.kernel import short_kernel


class Transition(NamedTuple):
    """What was done in each step and what came of it."""

    action: Any
    """int64 [T, L, heads]."""
    reward: Any
    """[T, L]."""
    terminated: Any
    """[T, L]."""
    truncated: Any
    """[T, L]."""


class PreviousStep(NamedTuple):
    """The inputs about the step before."""

    action: Any
    """[T + 1, L, heads], code + 1; 0 for none."""
    reward: Any
    """[T + 1, L, 1]."""
    done: Any
    """[T + 1, L, 1]."""


@short_kernel
def write_previous_step(t, transition, inputs, clear_memory, acting, reset):
    """Write step t into inputs t + 1, for every lane.

    Where memory is cleared these inputs are empty; a seat that waited in step t keeps those of step t.

    Args:
        t: the step.
        transition: `Transition`.
        inputs: `PreviousStep`.
        clear_memory: bool [L], whether the memory is cleared before the next act.
        acting: bool [T, L].
        reset: uint8 [T + 1, L], whether the memory is cleared before step t; stays set until a seat acts.
    """
    for i in range(clear_memory.shape[0]):
        acted, cleared = acting[t, i], clear_memory[i]
        reset[t + 1, i] = cleared or (reset[t, i] and not acted)
        for h in range(transition.action.shape[2]):
            code = transition.action[t, i, h] + 1 if acted else inputs.action[t, i, h]
            inputs.action[t + 1, i, h] = 0 if cleared else code
        earned = transition.reward[t, i] if acted else inputs.reward[t, i, 0]
        inputs.reward[t + 1, i, 0] = 0.0 if cleared else earned
        done = transition.terminated[t, i] or transition.truncated[t, i] if acted else inputs.done[t, i, 0]
        inputs.done[t + 1, i, 0] = 0 if cleared else done
