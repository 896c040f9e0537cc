"""The game `duel` in words."""

from gamemeta.facts import Fact, Habit
from gamemeta.games.builtin.duel import rules as r

NAMES = ("the first player", "the second player")
ENDS = {
    r.FIRST_WON: "the first player wins",
    r.SECOND_WON: "the second player wins",
    r.DRAW: "nobody wins",
}

GOAL = (
    "Hit the other first. A shot lands one step later, where you aimed: ahead, to the left or to the right "
    "of where the other stood. Who steps on the other's trap is out."
)

AIM, ESCAPE, DISTANCE = "shoots", "when shot at", "shoots from"
FACTS = {
    AIM: Fact(words=r.AIM_NAMES),
    ESCAPE: Fact(words=("stays", "goes to its left", "goes to its right")),
    DISTANCE: Fact(words=("2 or 3 tiles", "4 or 5 tiles", "6 or 7 tiles")),
}
"""Habits of a player, which its style decides."""
GUESSES = {
    AIM: Habit(question="where you shoot", sentences=tuple(f"you shoot {aim}" for aim in r.AIM_NAMES)),
    ESCAPE: Habit(
        question="what you do when shot at",
        sentences=tuple(
            f"you {move} when shot at" for move in ("stay", "go to your left", "go to your right")
        ),
    ),
    DISTANCE: Habit(
        question="how far away you shoot from",
        sentences=tuple(f"you shoot from {tiles}" for tiles in FACTS[DISTANCE].words),
    ),
}
"""What an agent thinks of a person, by habit, the most important first."""


def events(
    clock: tuple[int, ...], shots: tuple[bool, ...], landed: tuple[int, ...], traps: tuple[bool, ...]
) -> tuple[str, ...]:
    """Events of the step that led to this state, a sentence each.

    Args:
        clock: as the rules write it.
        shots, traps: whether each player fired a shot, or laid its trap, in this step.
        landed: where the shot of each landed in this step, as the rules write it.
    """
    sentences = []
    for player, name in enumerate(NAMES):
        if shots[player]:
            sentences.append(f"{name} shoots")
        if landed[player]:
            sentences.append(f"the shot of {name} lands {r.AIM_NAMES[landed[player] - 1]}")
        if traps[player]:
            sentences.append(f"{name} lays a trap")
    if clock[r.STATE] == r.DECIDED:
        out = {r.FIRST_WON: NAMES[1], r.SECOND_WON: NAMES[0], r.DRAW: "each"}[clock[r.END]]
        sentences.append(f"{out} is out")
    elif clock[r.STATE] == r.OVER:
        sentences.append(ENDS[clock[r.END]])
    return tuple(sentences)


def status(clock: tuple[int, ...], gear: tuple[int, ...]) -> str:
    """State of both, such as "step 3 of 40, 1 shot, a trap, looks up; the other: 1 shot, looks left"."""
    first, other = gear[: r.GEAR], gear[r.GEAR :]
    trap = "a trap" if first[r.TRAPS_LEFT] else "no trap"
    return (
        f"step {clock[r.STEP]} of {clock[r.LIMIT]}, {_shots(first)}, {trap}, {_looks(first)}; "
        f"the other: {_shots(other)}, {_looks(other)}"
    )


def _shots(gear: tuple[int, ...]) -> str:
    count = gear[r.AMMUNITION_LEFT]
    return "1 shot" if count == 1 else f"{count or 'no'} shots"


def _looks(gear: tuple[int, ...]) -> str:
    return f"looks {r.ACTION_NAMES[gear[r.FACING]]}"
