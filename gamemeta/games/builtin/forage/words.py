"""The game `forage` in words."""

from gamemeta.facts import Fact, Habit
from gamemeta.games.builtin.forage import rules as r

COLOURS = ("red", "blue", "green", "violet")
"""Colours of the loads 1 to 4."""
LOAD, TRIES, RESTS = "load", "tries to lift", "rests"
FACTS = {
    LOAD: Fact(words=COLOURS),
    TRIES: Fact(words=("once", "twice")),
    RESTS: Fact(words=tuple(f"{r.LEAST_REST + k} steps" for k in range(r.RESTS))),
}
"""Where a partner goes next, and habits that its style decides."""
GUESSES = {
    LOAD: Habit(
        question="which load you go for",
        sentences=tuple(f"you go for the {colour} load" for colour in COLOURS),
    ),
    TRIES: Habit(
        question="how often you try to lift",
        sentences=tuple(f"you try to lift {often}" for often in FACTS[TRIES].words),
    ),
    RESTS: Habit(
        question="how long you rest at home",
        sentences=tuple(f"you rest {steps} at home" for steps in FACTS[RESTS].words),
    ),
}
"""What an agent thinks of a person, by fact, the most important first."""
DOES = {
    r.RESTING: "the partner rests",
    r.GOING: "the partner is on its way",
    r.LIFTING: "the partner lifts",
    r.RETURNING: "the partner comes home",
}

GOAL = "Lift loads together: stand on the load that the other stands on, and lift at once. It pays both."


def events(clock: tuple[int, ...], before: tuple[int, ...]) -> tuple[str, ...]:
    """Events of the step between two clocks, a sentence each."""
    sentences = []
    if clock[r.TRIED] > before[r.TRIED]:
        sentences.append("the partner sets out")
    for k in range(r.COLOURS):
        if clock[r.GONE] & ~before[r.GONE] & 1 << k:
            came_of_it = "is lifted" if clock[r.LIFTED] > before[r.LIFTED] else "falls apart"
            sentences.append(f"the {COLOURS[k]} load {came_of_it}")
    if clock[r.STATE] == r.OVER != before[r.STATE]:
        sentences.append("the day is over")
    return tuple(sentences)


def status(clock: tuple[int, ...]) -> str:
    """State of the day, such as "step 3 of 60, 1 lifted, the partner rests"."""
    does = f", {DOES[clock[r.STATE]]}" if clock[r.STATE] in DOES else ""
    return f"step {clock[r.STEP]} of {clock[r.LIMIT]}, {clock[r.LIFTED]} lifted{does}"
