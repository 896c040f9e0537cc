"""The agent beside the baselines of its own budget: curves, room and adaptation index."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import Row, draw_intervals
from gamemeta.evaluation.page.curves import draw_curves
from gamemeta.evaluation.page.inline_svg import inline_svg
from gamemeta.evaluation.page.measure import measure_axis
from gamemeta.evaluation.page.players import BASELINES, PLAYERS
from gamemeta.evaluation.page.sections.cells import Cell, Table, bounds, bounds_in_episode
from gamemeta.evaluation.statistics.adaptation import Adaptation
from gamemeta.evaluation.statistics.intervals import Interval
from gamemeta.evaluation.study import Study
from gamemeta.learners.fine_tuning import settings_in_words


def section(study: Study) -> dict[str, Any] | None:
    """None where the baselines were not played."""
    result = study.evaluation
    played = [name for name in BASELINES if name in result.curves]
    if not played:
        return None
    shown = [name for name in PLAYERS if name in ("agent", *played)]
    return {
        "note": _note(result),
        "players": shown[::-1],
        "curve": inline_svg(
            lambda axes: draw_curves(axes, result, shown),
            title=f"{result.measure.capitalize()} by episode of the agent and its baselines",
        ),
        "room": result.adaptation and _room_chart(study, result.adaptation),
        "scores": _scores(result, ["agent", *played]),
        "differences": result.adaptation and _differences(result.adaptation),
    }


def _note(result: Evaluation) -> str:
    dots = " Small dots are training seeds." if result.seeds > 1 and result.adaptation else ""
    revealed, room = "", "The game cannot show what is hidden, so there is no revealed agent, and no room."
    if result.adaptation:
        revealed = (
            "Revealed: trained with the hidden facts in its observation, the best possible when nothing is "
            "hidden. "
        )
        room = (
            "Room is the last episode of the revealed agent minus the mean of all episodes of the "
            "reset-trained one."
        )
    return (
        "All had the same network, settings and training steps. Reset-trained: trained with its memory "
        f"cleared at every episode, the best possible without adaptation. {revealed}{_tuning(result)}{room}"
        f"{dots}"
    )


def _tuning(result: Evaluation) -> str:
    """What fine-tuned means, where that was done."""
    if "fine_tuned" not in result.arms:
        return ""
    tuned = result.arms["fine_tuned"].returns.shape[-2]
    return (
        "Fine-tuned: the reset-trained agent takes policy-gradient steps after each episode instead of "
        f"remembering (the first {tuned} of the {result.levels:,} levels; "
        f"{settings_in_words(result.fine_tuning)}). "
    )


def _room_chart(study: Study, adaptation: Adaptation) -> Markup:
    """Each player's last episode, of the reset-trained agent the mean of all; the room is shaded."""
    rows = list(_rows(study, adaptation))
    result = study.evaluation
    title = f"{result.measure} in episode {result.episodes}"
    axis = measure_axis(result, min(row.lowest for row in rows), max(row.highest for row in rows), title)
    shade = (adaptation.reset_trained.value, adaptation.revealed.value)
    label = f"room {bounds(adaptation.room).value}"
    return inline_svg(
        lambda axes: draw_intervals(axes, rows, axis, shade=shade, label=label),
        title=f"{result.measure.capitalize()} of each player in the last episode, and the room between "
        "reset-trained and revealed",
    )


def _rows(study: Study, adaptation: Adaptation) -> Iterator[Row]:
    several = study.members if len(study.members) > 1 else []
    players = ("revealed", "agent", "fine_tuned", "reset_trained", "wiped", "swapped")
    for name in (name for name in players if name in study.evaluation.curves):
        curves = [member.evaluation.curves[name] for member in several]
        if name == "reset_trained":
            interval, seeds = adaptation.reset_trained, [sum(c.score) / len(c.score) for c in curves]
        else:
            c = study.evaluation.curves[name]
            interval = Interval(c.score[-1], c.score_low[-1], c.score_high[-1])
            seeds = [c.score[-1] for c in curves]
        yield Row(name=name, interval=interval, points=seeds)


def _scores(result: Evaluation, names: list[str]) -> Table:
    rows: list[list[str | Cell]] = [
        [f"episode {k + 1}", *(bounds_in_episode(result.curves[name], k) for name in names)]
        for k in range(result.episodes)
    ]
    return Table(["", *(PLAYERS[name] for name in names)], rows)


def _differences(adaptation: Adaptation) -> Table:
    index = "gain / room: 0 has not adapted, 1 plays as if nothing were hidden"
    rows = {
        "adaptation index": (adaptation.index, index),
        "room": (adaptation.room, "revealed minus reset-trained"),
        "gain": (adaptation.gain, "agent's last episode minus reset-trained"),
        "over memory wiped": (adaptation.over_wiped, "agent's last episode minus the mean of the control"),
        "over memory swapped": (adaptation.over_swapped, "after the first episode, mean difference"),
    }
    return Table(
        ["", "value"], [[Cell(name, meaning), bounds(value)] for name, (value, meaning) in rows.items()]
    )
