"""A line for each training seed."""

from typing import Any

from gamemeta.evaluation.page.sections.cells import Cell, Table, bounds, bounds_in_episode, code
from gamemeta.evaluation.study import Member, Study

NOTE = (
    "Each agent alone, on the same levels, with intervals over levels. All other values on this page are "
    "means over all agents, with intervals over levels and training seeds (Student's t with one degree of "
    "freedom less than there are seeds): they hold for other levels and other trainings, and are wide where "
    "few seeds show little of how far trainings can differ."
)


def section(study: Study) -> dict[str, Any] | None:
    """None for a single agent."""
    if len(study.members) == 1:
        return None
    last = study.evaluation.episodes
    heads = ["seed", *(f"episode {k}" for k in sorted({1, last}))]
    heads += ["adaptation index"] if study.evaluation.adaptation else []
    return {"note": NOTE, "agents": Table([*heads, "agent"], list(map(_row, study.members)))}


def _row(member: Member) -> list[str | Cell]:
    result = member.evaluation
    scores = [bounds_in_episode(result.curves["agent"], k) for k in sorted({0, result.episodes - 1})]
    index = [bounds(result.adaptation.index)] if result.adaptation else []
    return [str(member.seed), *scores, *index, code(member.agent.digest)]
