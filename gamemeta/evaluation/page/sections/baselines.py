"""The agent beside the baselines of its own budget: curves, room and adaptation index."""

from collections.abc import Iterator
from dataclasses import replace

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import score_axis
from gamemeta.evaluation.page.interval_chart import Row, interval_chart
from gamemeta.evaluation.page.sections.adaptation import curve_chart
from gamemeta.evaluation.page.sections.html import bounds, cell, interval, legend_of, table
from gamemeta.evaluation.page.sections.players import BASELINES, PLAYERS
from gamemeta.evaluation.statistics.adaptation import Adaptation, Interval
from gamemeta.evaluation.study import Study


def section(study: Study) -> str:
    """Nothing where the baselines were not played."""
    result = study.evaluation
    if result.adaptation is None:
        return ""
    shown = [name for name in PLAYERS if name in ("agent", *BASELINES)]
    curve = curve_chart(result, shown, "Score by episode of the agent and its baselines")
    return (
        f'<section><h2>Beside its baselines</h2><p class="note">{_note(result)}</p><div class="pair">'
        f'<div class="card"><h3>Score by episode of the trial</h3>{legend_of(shown[::-1])}{curve}</div>'
        f'<div class="card"><h3>Room: what adaptation can win</h3>{_rows_chart(study, result.adaptation)}'
        f'</div></div><div class="card scroll below">{_scores(result)}</div>'
        f'<div class="card scroll below">{_differences(result.adaptation)}</div></section>'
    )


def _note(result: Evaluation) -> str:
    tuned = result.arms["fine_tuned"].returns.shape[-2]
    dots = " Small dots are training seeds." if result.seeds > 1 else ""
    return (
        "All had the same network, settings and training steps. Reset-trained: trained with its memory "
        "cleared at every episode, as good as it gets without adaptation. Revealed: trained with the hidden "
        "facts in its observation, as good as it gets when told. Fine-tuned: the reset-trained agent takes "
        "policy-gradient steps after each episode instead of remembering "
        f"(the first {tuned} of the {result.levels:,} levels). Room is the last episode of the revealed "
        f"agent minus the mean of all episodes of the reset-trained one.{dots}"
    )


def _rows_chart(study: Study, found: Adaptation) -> str:
    """Each player's last episode, of the reset-trained agent the mean of all; the room is shaded."""
    rows = list(_rows(study, found))
    title = f"score in episode {study.evaluation.episodes}"
    scale = score_axis(min(row.lowest for row in rows), max(row.highest for row in rows))
    return interval_chart(
        rows,
        replace(scale, title=title),
        shade=(found.reset_trained.value, found.revealed.value),
        label=f"room {bounds(found.room)[0]}",
        title="Score of each player in the last episode, and the room between reset-trained and revealed",
    )


def _rows(study: Study, found: Adaptation) -> Iterator[Row]:
    several = study.members if len(study.members) > 1 else []
    for name in ("revealed", "agent", "fine_tuned", "reset_trained", "wiped", "swapped"):
        curves = [member.evaluation.curves[name] for member in several]
        if name == "reset_trained":
            own, seeds = found.reset_trained, [sum(c.score) / len(c.score) for c in curves]
        else:
            c = study.evaluation.curves[name]
            own = Interval(c.score[-1], c.score_low[-1], c.score_high[-1])
            seeds = [c.score[-1] for c in curves]
        yield Row(name=name, label=PLAYERS[name], interval=own, points=seeds)


def _scores(result: Evaluation) -> str:
    names = ("agent", *BASELINES)
    rows = [
        [f"episode {k + 1}", *(cell(interval(result.curves[name], k)) for name in names)]
        for k in range(result.episodes)
    ]
    return table(["", *(PLAYERS[name] for name in names)], rows)


def _differences(found: Adaptation) -> str:
    rows = {
        "adaptation index": (found.index, "gain / room: 0 has not adapted, 1 plays as if told"),
        "room": (found.room, "revealed minus reset-trained"),
        "gain": (found.gain, "agent's last episode minus reset-trained"),
        "over memory wiped": (found.over_wiped, "agent's last episode minus that of the control"),
        "over memory swapped": (found.over_swapped, "agent's last episode minus that of the control"),
    }
    return table(
        ["", "value"],
        [[f"{name}<small>{meaning}</small>", cell(bounds(own))] for name, (own, meaning) in rows.items()],
    )
