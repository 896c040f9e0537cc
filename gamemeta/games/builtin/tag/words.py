"""The game `tag` in words."""

from gamemeta.facts import Fact, Habit
from gamemeta.games.builtin.tag import rules as r

COLOURS = ("red", "blue", "green", "violet")
"""Colours of the exits 1 to 4."""
EXIT, LEAVES = "exit", "leaves its den"
FACTS = {
    EXIT: Fact(words=COLOURS),
    LEAVES: Fact(words=tuple(f"after {r.OPENS + k} steps" for k in range(r.WAITS))),
}
"""Where a runner goes, and how long it waits."""
GUESSES = {
    EXIT: Habit(
        question="which exit you make for",
        sentences=tuple(f"you make for the {colour} exit" for colour in COLOURS),
    ),
    LEAVES: Habit(
        question="when you leave your den",
        sentences=tuple(f"you leave your den {when}" for when in FACTS[LEAVES].words),
    ),
}
"""What an agent thinks of a person, by fact, the most important first."""

GUARD = "Stand in the way of the runner before it reaches an exit. When time is up, the guards win."
RUNNER = (
    f"Your den opens after step {r.OPENS}. Leave it when you like and reach one of the four exits. "
    "Who stands in your way catches you."
)


def events(clock: tuple[int, ...], left_now: bool) -> tuple[str, ...]:
    """Events of the step that led to this clock, a sentence each.

    Args:
        clock: as the rules write it.
        left_now: whether the runner left its den in this step.
    """
    sentences = ["the runner leaves its den"] if left_now else []
    state, winner, aim = clock[r.STATE], clock[r.WINNER], clock[r.AIM]
    if state == r.DECIDED and winner == r.RUNNER:
        sentences.append(f"the runner escapes through the {COLOURS[aim]} exit")
    elif state == r.DECIDED:
        made_for = f" on its way to the {COLOURS[aim]} exit" if aim != r.NO_EXIT else ""
        sentences.append(f"the runner is caught{made_for}")
    elif state == r.OVER:
        sentences.append("the runner wins" if winner == r.RUNNER else "the guards win")
    return tuple(sentences)


def status(clock: tuple[int, ...]) -> str:
    """State of the match, such as "step 3 of 30, the runner waits"."""
    waits = "the runner waits" if clock[r.STEP] >= r.OPENS else "the den is closed"
    return f"step {clock[r.STEP]} of {clock[r.LIMIT]}, {'the runner sprints' if clock[r.LEFT] else waits}"
