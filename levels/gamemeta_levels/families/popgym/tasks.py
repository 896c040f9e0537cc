"""The games of POPGym (Morad et al. 2023) that are built here, with the sizes of its version 1.0.7.

What is hidden in a level is a row of whole numbers: cards in the order in which they are dealt, squares of a
board in reading order, or chances in millionths.
"""

from dataclasses import dataclass

CARDS, SHIPS, MINES, ARMS = range(4)
"""How the hidden numbers of a level are drawn: by shuffling decks, by placing ships or mines, or at will."""

REPEAT_PREVIOUS, AUTOENCODE, COUNT_RECALL, CONCENTRATION = range(4)
HIGHER_LOWER, BATTLESHIP, MINESWEEPER, MULTIARMED_BANDIT = range(4, 8)
PREFIX = "popgym/"
"""Before the name of a task in that of its game."""
TASKS = (
    "repeat_previous",
    "autoencode",
    "count_recall",
    "concentration",
    "higher_lower",
    "battleship",
    "minesweeper",
    "multiarmed_bandit",
)
"""Names of the tasks, by number."""
DIFFICULTIES = ("easy", "medium", "hard")

DECK, SUITS, RANKS, COLOURS = 52, 4, 13, 2
FLEET = (4, 3, 3, 2)
"""Lengths of the ships of a board, in squares; they lie straight, may touch and never overlap."""


@dataclass(frozen=True)
class Size:
    """A task at one difficulty.

    Args:
        task: number of the task.
        difficulty: number of the difficulty.
        draw: `CARDS`, `SHIPS`, `MINES` or `ARMS`.
        sides: height and width of its levels in tiles, one tile for each card, square or arm.
        kinds: different cards; for boards and arms, upper bound of the hidden numbers plus 1.
        decks: shuffled separately, each of `count` cards.
        span: of `repeat_previous`, how many cards back the asked one was dealt, the last one being 1.
        mines: on the board of `minesweeper`.
        limit: steps with which an episode ends at the latest.
        actions: codes of the one action head.
        plan_steps: actions of a plan.
    """

    task: int
    difficulty: int
    draw: int
    sides: tuple[int, int]
    kinds: int
    limit: int
    actions: int
    plan_steps: int
    decks: int = 1
    span: int = 0
    mines: int = 0

    @property
    def count(self) -> int:
        """Cards of a deck, squares of a board, or arms."""
        return self.sides[0] * self.sides[1]

    @property
    def numbers(self) -> int:
        """Hidden numbers of a level."""
        return self.count * self.decks

    @property
    def code(self) -> int:
        """Number of this size among all."""
        return self.task * len(DIFFICULTIES) + self.difficulty

    @property
    def name(self) -> str:
        """Name of the hidden numbers of its levels: `repeat_previous-easy`."""
        return f"{TASKS[self.task]}-{DIFFICULTIES[self.difficulty]}"


def size_of(task: int, difficulty: int) -> Size:
    """A task at a difficulty, by their numbers."""
    return SIZES[task * len(DIFFICULTIES) + difficulty]


def size_named(name: str) -> Size | None:
    """The size whose hidden numbers have this name; None where there is none."""
    return next((size for size in SIZES if size.name == name), None)


def _cards(task: int, difficulty: int) -> Size:
    """The card games, in which all that is dealt is of a few kinds."""
    decks = (1, 2, 4) if task == COUNT_RECALL else (1, 2, 1) if task == CONCENTRATION else (1, 2, 3)
    count = DECK * decks[difficulty]
    kinds = {
        COUNT_RECALL: (COLOURS, SUITS, RANKS),
        CONCENTRATION: (COLOURS, COLOURS, RANKS),
        HIGHER_LOWER: (RANKS,) * 3,
    }.get(task, (SUITS,) * 3)[difficulty]
    limit = {AUTOENCODE: 2 * count - 1, CONCENTRATION: 2 * count}.get(task, count - 1)
    actions = {COUNT_RECALL: count // kinds + 1, CONCENTRATION: count, HIGHER_LOWER: 2}.get(task, SUITS)
    return Size(
        task=task,
        difficulty=difficulty,
        draw=CARDS,
        sides=(4, count // 4),
        kinds=kinds,
        limit=limit,
        actions=actions,
        plan_steps=count if task == CONCENTRATION else limit,
        decks=2 if task == COUNT_RECALL else 1,
        span=(4, 32, 64)[difficulty] if task == REPEAT_PREVIOUS else 0,
    )


def _board(task: int, difficulty: int) -> Size:
    """Battleship and minesweeper, on square boards."""
    ships = task == BATTLESHIP
    side = ((8, 10, 12) if ships else (4, 6, 8))[difficulty]
    mines = 0 if ships else (2, 6, 10)[difficulty]
    free = side * side - mines
    return Size(
        task=task,
        difficulty=difficulty,
        draw=SHIPS if ships else MINES,
        sides=(side, side),
        kinds=2,
        limit=side * side if ships else free,
        actions=side * side,
        plan_steps=sum(FLEET) if ships else free,
        mines=mines,
    )


def _arms(difficulty: int) -> Size:
    arms, pulls = (10, 20, 30)[difficulty], (200, 400, 600)[difficulty]
    return Size(
        task=MULTIARMED_BANDIT,
        difficulty=difficulty,
        draw=ARMS,
        sides=(1, arms),
        kinds=1_000_001,
        limit=pulls,
        actions=arms,
        plan_steps=pulls,
    )


def _size(task: int, difficulty: int) -> Size:
    if task == MULTIARMED_BANDIT:
        return _arms(difficulty)
    return (_board if task in (BATTLESHIP, MINESWEEPER) else _cards)(task, difficulty)


SIZES = tuple(_size(task, difficulty) for task in range(len(TASKS)) for difficulty in range(3))
"""Every task at every difficulty, by `Size.code`."""
