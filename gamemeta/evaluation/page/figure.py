"""The adaptation curves alone, as a picture for papers and slides, by matplotlib."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.sections.players import BASELINES, CONTROLS, PLAYERS
from gamemeta.files import write_atomically

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

EXTRA = "pip install 'gamemeta[report]'"
FORMATS = (".png", ".svg")
PANEL_INCHES, LEGEND_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 5.4, 1.8, 3.8, 200
LINES = {
    "par": ("#50546a", "--", ""),
    "random": ("#8b8f9f", "--", ""),
    "revealed": ("#2f66d0", "-", "D"),
    "fine_tuned": ("#8c6a4f", "-", "P"),
    "reset_trained": ("#c4453f", "-", "v"),
    "redrawn": ("#5c8a1f", "-", "<"),
    "swapped": ("#9a45ad", "-", "^"),
    "wiped": ("#b8720a", "-", "s"),
    "agent": ("#0b8780", "-", "o"),
}
"""Colour, line and marker of each player; those with a marker have an interval."""


def check_matplotlib() -> None:
    """Raises:
    ConfigError: matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ConfigError(f"a figure needs matplotlib ({error}). Run: {EXTRA}") from error


def write_figure(result: Evaluation, path: Path) -> None:
    """Draw the curves with their 95% bands into a .png or .svg file, whole or not at all.

    Raises:
        ConfigError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    check_matplotlib()
    import matplotlib

    buffer, form = io.BytesIO(), path.suffix.lower().lstrip(".")
    with matplotlib.rc_context({"svg.hashsalt": "gamemeta", "svg.fonttype": "none"}):
        figure = _drawn(result)
        figure.savefig(
            buffer, format=form, dpi=DOTS_PER_INCH, metadata={"Date": None} if form == "svg" else None
        )
    write_atomically(path, buffer.getvalue())


def _drawn(result: Evaluation) -> "Figure":
    """One panel with the controls, and one with the baselines where they were played."""
    from matplotlib.figure import Figure

    panels: dict[str, tuple[str, ...]] = {"beside its controls": CONTROLS}
    if result.adaptation:
        panels["beside its baselines"] = BASELINES
    width = PANEL_INCHES * len(panels) + LEGEND_INCHES
    figure = Figure(figsize=(width, HEIGHT_INCHES), layout="constrained")
    all_axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    handles: dict[str, Line2D] = {}
    for axes, (title, rivals) in zip(all_axes, panels.items(), strict=True):
        handles |= _draw_panel(axes, result, [p for p in PLAYERS if p in ("par", "random", *rivals, "agent")])
        if len(panels) > 1:
            axes.set_title(title, loc="left", fontsize=10)
    all_axes[0].set_ylabel("score (0 random, 1 solver)" if result.scored else "return")
    over = f", {result.seeds} training seeds" if result.seeds > 1 else ""
    figure.suptitle(
        f"{result.game}, {result.levels:,} {result.split} levels{over}", x=0.01, ha="left", fontsize=11
    )
    shown = [name for name in reversed(PLAYERS) if name in handles]
    figure.legend(
        [handles[name] for name in shown],
        [PLAYERS[name] for name in shown],
        loc="outside right upper",
        frameon=False,
        fontsize=9,
    )
    return figure


def _draw_panel(axes: "Axes", result: Evaluation, players: list[str]) -> dict[str, "Line2D"]:
    """Curves with 95% bands; the line of each player, for the legend."""
    from matplotlib.ticker import MaxNLocator

    episodes, lines = range(1, result.episodes + 1), {}
    for name in players:
        if name not in result.curves:
            continue
        curve, (colour, line, marker) = result.curves[name], LINES[name]
        (lines[name],) = axes.plot(episodes, curve.score, line, color=colour, marker=marker, ms=5)
        if marker:
            axes.fill_between(episodes, curve.score_low, curve.score_high, color=colour, alpha=0.17, lw=0)
    axes.set_xlabel("episode of the trial")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return lines
