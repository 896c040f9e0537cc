"""The marks that beliefs about some facts are read from."""

from gamemeta.agent.marks.marks import Marks
from gamemeta.agent.marks.places import PlaceMarks
from gamemeta.agent.marks.things import ThingMarks
from gamemeta.facts import Facts, Shown, Touched
from gamemeta.spec import Spec


def marks_of(facts: Facts, spec: Spec) -> dict[str, Marks]:
    """Marks of places by their fact; of things by the first of the facts that they are shown for.

    Raises:
        SpecError: the game does not show what the facts say.
    """
    marks: dict[str, Marks] = {}
    shared: set[Touched] = set()
    for name, fact in facts.items():
        if isinstance(fact.shown, Shown):
            marks[name] = PlaceMarks(fact, spec)
        elif fact.shown is not None and fact.shown not in shared:
            shared.add(fact.shown)
            marks[name] = ThingMarks(fact.shown, spec)
    return marks
