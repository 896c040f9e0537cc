"""A line for each training seed."""

from html import escape

from gamemeta.evaluation.page.sections.html import bounds, cell, interval, table
from gamemeta.evaluation.study import Member, Study

NOTE = (
    "Each agent alone, on the same levels, with intervals over levels. Everywhere else on this page stand "
    "means over all agents, with intervals over levels and training seeds: they speak of other levels and "
    "other trainings, though a few seeds tell little about how far trainings can differ."
)


def section(study: Study) -> str:
    """Nothing for a single agent."""
    if len(study.members) == 1:
        return ""
    last = study.evaluation.episodes
    heads = ["seed", *(f"episode {k}" for k in sorted({1, last}))]
    heads += ["adaptation index"] if study.evaluation.adaptation else []
    return (
        f'<section><h2>By training seed</h2><p class="note">{NOTE}</p>'
        f'<div class="card scroll">{table([*heads, "agent"], map(_row, study.members))}</div></section>'
    )


def _row(member: Member) -> list[str]:
    result = member.evaluation
    scores = [cell(interval(result.curves["agent"], k)) for k in sorted({0, result.episodes - 1})]
    index = [cell(bounds(result.adaptation.index))] if result.adaptation else []
    return [escape(str(member.seed)), *scores, *index, f"<code>{escape(member.agent.digest)}</code>"]
