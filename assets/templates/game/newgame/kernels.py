"""The compiled part of the rules. A state is a row of int32: the columns below, then the code."""

import numpy as np
from gamemeta_levels.kernel import kernel

OPENED, DOORS, STEP, LIMIT, ENDED, CODE = range(6)
RUNNING, BY_RULES, BY_LIMIT = range(3)
RIGHT, WRONG = 1.0, -0.25


@kernel
def reset(mask, doors, limit, code, state, alive):
    """Begin an episode of level i in game i where the mask holds."""
    for i in range(mask.shape[0]):
        if mask[i]:
            state[i, :CODE] = 0
            state[i, DOORS], state[i, LIMIT] = doors[i], limit[i]
            state[i, CODE:] = code[i]
            alive[i, 0] = True


@kernel
def step(actions, state, reward, terminated, truncated, success, alive):
    """Press a button in every game that still runs."""
    for i in range(state.shape[0]):
        reward[i, 0] = 0.0
        if state[i, ENDED] == RUNNING:
            right = actions[i, 0, 0] == state[i, CODE + state[i, OPENED]]
            reward[i, 0] = RIGHT if right else WRONG
            state[i, OPENED] += right
            state[i, STEP] += 1
            if state[i, OPENED] == state[i, DOORS]:
                state[i, ENDED] = BY_RULES
            elif state[i, STEP] >= state[i, LIMIT]:
                state[i, ENDED] = BY_LIMIT
        terminated[i, 0] = success[i, 0] = state[i, ENDED] == BY_RULES
        truncated[i, 0] = state[i, ENDED] == BY_LIMIT
        alive[i, 0] = state[i, ENDED] == RUNNING


@kernel
def observe(mask, state, door, right):
    """Show how many doors are open, and the next button unless `right` is empty."""
    for i in range(mask.shape[0]):
        if mask[i]:
            door[i, 0, 0] = state[i, OPENED]
            if right.shape[0]:
                right[i, 0, 0] = state[i, CODE + np.minimum(state[i, OPENED], state[i, DOORS] - 1)]
