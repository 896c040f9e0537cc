"""The games `popgym/...` in words, for people."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.popgym import kernels
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.tasks import Size

SUMMARIES = {
    "repeat_previous": "Say the suit of the card that was dealt some cards ago.",
    "autoencode": "Watch a deck being dealt, then say its suits backwards.",
    "count_recall": "Say how often the card that is asked for was dealt.",
    "concentration": "Turn two cards at a time and find all pairs.",
    "higher_lower": "Say whether the next card is higher or lower.",
    "battleship": "Sink four ships on a board that is not shown.",
    "minesweeper": "Step on all squares of a board without a mine; the board is not shown.",
    "multiarmed_bandit": "Pull one of many arms, again and again.",
}
"""What one does, by task."""
HIDDEN = {
    "repeat_previous": "The cards before the one that is shown.",
    "autoencode": "The cards before the one that is shown.",
    "count_recall": "The cards before the one that is shown.",
    "concentration": "The cards that lie face down.",
    "higher_lower": "The cards that are left in the deck.",
    "battleship": "Where the ships are, and where one shot before.",
    "minesweeper": "Where the mines are, and where one stepped before.",
    "multiarmed_bandit": "Each arm's chance to pay.",
}
"""What is hidden, by task."""
SUITS = ("spades", "diamonds", "clubs", "hearts")
RANKS = ("ace", *map(str, range(2, 11)), "jack", "queen", "king")
COLOURS = ("black", "red")
SHORT = {tasks.COLOURS: "br", tasks.RANKS: "A23456789TJQK"}


def drawn(size: Size, numbers: NDArray[np.int32], marks: NDArray[np.uint8], clock: NDArray[np.int32]) -> str:
    """One game as text.

    Args:
        size: the task.
        numbers, marks, clock: of the game.
    """
    if size.task in (tasks.CONCENTRATION, tasks.BATTLESHIP, tasks.MINESWEEPER):
        return _board(size, numbers, marks, clock)
    step = int(clock[kernels.STEP])
    if size.task == tasks.MULTIARMED_BANDIT:
        last = f"; the last one {'paid' if clock[kernels.SHOWN] else 'did not pay'}" if step else ""
        return f"{size.count} arms{last}"
    return _card(size, numbers, step)


def _card(size: Size, numbers: NDArray[np.int32], step: int) -> str:
    """The card that was dealt, and what is asked."""
    words = {tasks.COLOURS: COLOURS, tasks.SUITS: SUITS, tasks.RANKS: RANKS}[size.kinds]
    now, n = min(step, size.count - 1), size.count
    if size.task == tasks.COUNT_RECALL:
        return f"dealt: {words[numbers[now]]}; how many {words[numbers[n + now]]} so far?"
    if size.task == tasks.AUTOENCODE and step >= n - 1:
        last = f"card {n}: {words[numbers[now]]}; " if step == n - 1 else ""
        return f"{last}now say card {max(2 * n - 1 - step, 1)} of {n}, from the last to the first"
    return f"card {now + 1} of {n}: {words[numbers[now]]}"


def _board(size: Size, numbers: NDArray[np.int32], marks: NDArray[np.uint8], clock: NDArray[np.int32]) -> str:
    """Cards that are open, squares that were shot at or stepped on."""
    glyphs, width = [], size.sides[1]
    for place, (number, mark) in enumerate(zip(numbers, marks, strict=True)):
        if size.task == tasks.CONCENTRATION:
            is_open = mark or place in clock[[kernels.SHOWN, kernels.SHOWN_TOO]]
            glyphs.append(SHORT[size.kinds][number] if is_open else "?")
        elif size.task == tasks.BATTLESHIP:
            glyphs.append(("x" if number else "o") if mark else ".")
        else:
            glyphs.append(str(kernels.mines_near(width, place, numbers)) if mark else ".")
    return "\n".join(" ".join(glyphs[k : k + width]) for k in range(0, size.count, width))
