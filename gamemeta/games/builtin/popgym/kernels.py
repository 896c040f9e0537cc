"""Compiled rules of the games `popgym/...`, those of POPGym 1.0.7. All arrays belong to the caller."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.draw_kernels import unit
from gamemeta_levels.families.popgym.plans import HIGHER, LOWER
from gamemeta_levels.families.popgym.tasks import (
    AUTOENCODE,
    BATTLESHIP,
    CONCENTRATION,
    COUNT_RECALL,
    HIGHER_LOWER,
    MINESWEEPER,
    MULTIARMED_BANDIT,
    REPEAT_PREVIOUS,
)
from gamemeta_levels.kernel import combine, kernel, lean_kernel

RUNNING, BY_RULES = 0, 1
"""Whether an episode has ended."""
STEP, ENDED, OPEN, SHOWN, SHOWN_TOO, COUNT = range(6)
"""Columns of a clock: steps so far, whether the episode has ended, the card that lies open, what is shown,
and how many answers were right, squares hit or cleared, or pairs found."""
CLOCK = 6
NONE = -1
_MILLION = 1e6
Hidden = NDArray[np.int32]
Marks = NDArray[np.uint8]
Clock = NDArray[np.int32]


class Rules(NamedTuple):
    """A task at a difficulty, in numbers: see `gamemeta_levels.families.popgym.tasks.Size`."""

    task: int
    code: int
    size: int
    """Cards of a deck, squares of a board, or arms."""
    side: int
    kinds: int
    span: int
    limit: int
    actions: int
    wanted: int
    """Value of `COUNT` with which an episode succeeds."""


@kernel
def reset(
    rules: Rules,
    mask: NDArray[np.bool_],
    code: NDArray[np.int32],
    numbers: NDArray[np.int32],
    chance: NDArray[np.uint64],
    game_numbers: NDArray[np.int32],
    game_chance: NDArray[np.uint64],
    marks: NDArray[np.uint8],
    clock: NDArray[np.int32],
    alive: NDArray[np.bool_],
) -> Any:
    """Take over the hidden numbers and the chance of level i where the mask holds.

    Returns the first level of another task or with a number out of range, before anything is changed; or -1.

    Args:
        rules: the task.
        mask: [N].
        code, numbers, chance: of the levels, [N], [N, numbers] and [N].
        game_numbers, game_chance: of the games.
        marks: [N, size or 1], cards that stay open, squares that were shot at or cleared.
        clock: [N, CLOCK].
        alive: [N, 1].
    """
    for i in range(mask.shape[0]):
        if mask[i]:
            if code[i] != rules.code:
                return i
            for k in range(numbers.shape[1]):
                if numbers[i, k] < 0 or numbers[i, k] >= rules.kinds:
                    return i
    for i in range(mask.shape[0]):
        if mask[i]:
            game_numbers[i], game_chance[i] = numbers[i], chance[i]
            marks[i] = 0
            clock[i] = 0
            clock[i, OPEN] = NONE
            if rules.task == CONCENTRATION:
                clock[i, SHOWN], clock[i, SHOWN_TOO] = NONE, NONE
            alive[i, 0] = True
    return -1


@lean_kernel
def answer(rules: Rules, numbers: Hidden, marks: Marks, clock: Clock) -> Any:
    """The next action of a player who knows all that is hidden; 0 where nothing is to be done."""
    best = 0
    if clock[STEP] >= rules.limit or clock[ENDED] == BY_RULES:
        best = 0
    elif rules.task == MULTIARMED_BANDIT:
        for arm in range(1, rules.size):
            if numbers[arm] > numbers[best]:
                best = arm
    elif rules.task in (CONCENTRATION, BATTLESHIP, MINESWEEPER):
        best = next_place(rules, numbers, marks, clock)
    else:
        best = what_to_say(rules, numbers, clock[STEP])
    return best


@lean_kernel
def what_to_say(rules: Rules, numbers: Hidden, t: int) -> Any:
    """The right answer after card t, where answers are about cards that were dealt, or about the next one."""
    n = rules.size
    if rules.task == REPEAT_PREVIOUS:
        return numbers[max(t + 1 - rules.span, 0)]
    if rules.task == AUTOENCODE:
        return numbers[2 * n - 2 - t] if t >= n - 1 else 0
    if rules.task == HIGHER_LOWER:
        return HIGHER if numbers[t + 1] > numbers[t] else LOWER
    seen = 0
    for k in range(t + 1):
        seen += numbers[k] == numbers[n + t]
    return seen


@lean_kernel
def next_place(rules: Rules, numbers: Hidden, marks: Marks, clock: Clock) -> Any:
    """The first card, ship or square without a mine that is left; to a card that lies open, its pair."""
    first = clock[OPEN]
    for place in range(rules.size):
        if marks[place]:
            continue
        if rules.task == CONCENTRATION:
            if first < 0 or (place != first and numbers[place] == numbers[first]):
                return place
        elif numbers[place] == (rules.task == BATTLESHIP):
            return place
    return 0


@lean_kernel
def flip(rules: Rules, place: int, numbers: Hidden, marks: Marks, clock: Clock) -> Any:
    """Turn a card of `concentration`; gives the reward.

    Two cards stay in play until they are a pair, which stays open, or not. Whoever turns a card that is open
    already pays for all cards in play.
    """
    first, failure = clock[OPEN], -1.0 / rules.limit
    clock[OPEN], clock[SHOWN], clock[SHOWN_TOO] = NONE, place, first
    in_play = 1 if first < 0 else 2
    if marks[place]:
        return failure * in_play
    if first < 0:
        clock[OPEN] = place
        return 0.0
    if numbers[place] != numbers[first] or place == first:
        return failure * 2
    marks[place], marks[first] = 1, 1
    clock[COUNT] += 1
    if clock[COUNT] == rules.wanted:
        clock[ENDED] = BY_RULES
    return 1.0 / rules.wanted


@lean_kernel
def shoot(rules: Rules, square: int, numbers: Hidden, marks: Marks, clock: Clock) -> Any:
    """Shoot at a square of `battleship`; gives the reward."""
    hit = numbers[square] == 1 and marks[square] == 0
    marks[square] = 1
    clock[SHOWN] = hit
    clock[COUNT] += hit
    if clock[COUNT] == rules.wanted:
        clock[ENDED] = BY_RULES
    return 1.0 / rules.wanted if hit else -1.0 / (rules.size - rules.wanted)


@lean_kernel
def mines_near(side: int, square: int, numbers: NDArray[np.int32]) -> Any:
    """Mines on a square and on the up to eight around it."""
    row, column, near = square // side, square % side, 0
    for r in range(max(row - 1, 0), min(row + 2, side)):
        for c in range(max(column - 1, 0), min(column + 2, side)):
            near += numbers[r * side + c]
    return near


@lean_kernel
def clear(rules: Rules, square: int, numbers: Hidden, marks: Marks, clock: Clock) -> Any:
    """Step on a square of `minesweeper`; gives the reward."""
    success = 1.0 / rules.wanted
    clock[SHOWN] = mines_near(rules.side, square, numbers)
    if numbers[square]:
        clock[ENDED] = BY_RULES
        return -0.5 - success
    if marks[square]:
        return -0.5 / (rules.wanted - 2)
    marks[square] = 1
    clock[COUNT] += 1
    if clock[COUNT] == rules.wanted:
        clock[ENDED] = BY_RULES
    return success


@lean_kernel
def play(
    rules: Rules,
    action: int,
    numbers: Hidden,
    marks: Marks,
    clock: Clock,
    chance: Any,
    stream: NDArray[np.uint64],
) -> Any:
    """One step of one game that still runs; gives the reward."""
    n, t = rules.size, clock[STEP]
    reward = 0.0
    if rules.task == CONCENTRATION:
        reward = flip(rules, action, numbers, marks, clock)
    elif rules.task == BATTLESHIP:
        reward = shoot(rules, action, numbers, marks, clock)
    elif rules.task == MINESWEEPER:
        reward = clear(rules, action, numbers, marks, clock)
    elif rules.task == MULTIARMED_BANDIT:
        stream[0] = combine(chance, t)
        clock[SHOWN] = unit(stream) < numbers[action] / _MILLION
        clock[COUNT] = action == answer(rules, numbers, marks, clock)
        reward = (1.0 if clock[SHOWN] else -1.0) / rules.limit
    else:
        right = action == answer(rules, numbers, marks, clock)
        if rules.task == HIGHER_LOWER:
            if numbers[t + 1] != numbers[t]:
                clock[COUNT] += 1 if right else -1
                reward = (1.0 if right else -1.0) / n
        elif rules.task == REPEAT_PREVIOUS and t + 1 < rules.span:
            reward = 0.0
        elif rules.task == AUTOENCODE and t < n - 1:
            reward = 0.0
        else:
            clock[COUNT] += right
            reward = (1.0 if right else -1.0) / rules.wanted
    clock[STEP] = t + 1
    if clock[STEP] >= rules.limit:
        clock[ENDED] = BY_RULES
    return reward


@lean_kernel
def step(
    rules: Rules,
    actions: NDArray[Any],
    numbers: NDArray[np.int32],
    marks: NDArray[np.uint8],
    chance: NDArray[np.uint64],
    clock: NDArray[np.int32],
    stream: NDArray[np.uint64],
    reward: NDArray[np.float32],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    success: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> Any:
    """Play a step of every game that still runs. Returns the first game with a bad action, or -1.

    Chance of step t is drawn from (chance, t); `stream` is room for uint64 [1].
    """
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= rules.actions:
            return i
    for i in range(actions.shape[0]):
        reward[i, 0] = 0.0
        if clock[i, ENDED] == RUNNING:
            reward[i, 0] = play(rules, actions[i, 0, 0], numbers[i], marks[i], clock[i], chance[i], stream)
        over = clock[i, ENDED] == BY_RULES
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = over and clock[i, COUNT] >= rules.wanted
    return -1


@lean_kernel
def observe(
    rules: Rules,
    mask: NDArray[np.bool_],
    numbers: Hidden,
    marks: Marks,
    clock: Clock,
    shown: NDArray[np.uint8],
    beside: NDArray[np.uint8],
    best: NDArray[np.uint8],
) -> None:
    """Write the observation where the mask holds.

    Args:
        rules, mask, numbers, marks, clock: of the games.
        shown: [N, 1, 1], or [N, 1, size] for the cards of `concentration`.
        beside: [N, 1, 1], the mode of `autoencode`, the asked card of `count_recall`; else empty.
        best: [N, 1, 1], the answer, or empty.
    """
    n = rules.size
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        t = clock[i, STEP]
        if rules.task == CONCENTRATION:
            for place in range(n):
                is_open = marks[i, place] or place == clock[i, SHOWN] or place == clock[i, SHOWN_TOO]
                shown[i, 0, place] = numbers[i, place] if is_open else rules.kinds
        elif rules.task == AUTOENCODE:
            shown[i, 0, 0] = numbers[i, t] if t < n else 0
            beside[i, 0, 0] = t < n - 1
        elif rules.task == COUNT_RECALL:
            shown[i, 0, 0], beside[i, 0, 0] = numbers[i, t], numbers[i, n + t]
        elif rules.task in (REPEAT_PREVIOUS, HIGHER_LOWER):
            shown[i, 0, 0] = numbers[i, t]
        else:
            shown[i, 0, 0] = clock[i, SHOWN]
        if best.shape[0]:
            best[i, 0, 0] = answer(rules, numbers[i], marks[i], clock[i])
