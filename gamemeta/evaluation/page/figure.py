"""The adaptation curves alone, as a picture for papers and slides."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import PLAIN_WORDS, check_matplotlib, keep_labels_apart
from gamemeta.evaluation.page.curves import curve_scale, draw_curves
from gamemeta.evaluation.page.players import BASELINES, CONTROLS, PLAYERS
from gamemeta.files import write_atomically
from gamemeta_levels.text import in_one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

FORMATS = (".png", ".svg")
PANEL_INCHES, LEGEND_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 6.2, 2.0, 4.2, 180
SETTINGS: Any = {**PLAIN_WORDS, "svg.hashsalt": "gamemeta", "svg.fonttype": "none", "font.size": 11.0}


def write_figure(result: Evaluation, path: Path) -> None:
    """Draw the curves with their 95% bands into a .png or .svg file, whole or not at all.

    Raises:
        ConfigError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    check_matplotlib()
    import matplotlib

    buffer, form = io.BytesIO(), path.suffix.lower().lstrip(".")
    with matplotlib.rc_context(SETTINGS):
        figure = _draw(result)
        keep_labels_apart(figure)
        metadata = {"Date": None} if form == "svg" else None
        figure.savefig(buffer, format=form, dpi=DOTS_PER_INCH, metadata=metadata)
    write_atomically(path, buffer.getvalue())


def _draw(result: Evaluation) -> "Figure":
    """One panel with the controls, and one with the baselines where they were played."""
    from matplotlib.figure import Figure

    panels: dict[str, tuple[str, ...]] = {"beside its controls": CONTROLS}
    if any(name in result.curves for name in BASELINES):
        panels["beside its baselines"] = BASELINES
    width = PANEL_INCHES * len(panels) + LEGEND_INCHES
    figure = Figure(figsize=(width, HEIGHT_INCHES), layout="constrained")
    all_axes = figure.subplots(1, len(panels), squeeze=False)[0]
    title = "score (0 random, 1 solver)" if result.scored else "return"
    drawn = ("agent", "random", *(name for rivals in panels.values() for name in rivals))
    scale = curve_scale(result, drawn, title)
    lines: dict[str, Line2D] = {}
    for axes, (words, rivals) in zip(all_axes, panels.items(), strict=True):
        draw_curves(axes, result, ("par", "random", *rivals, "agent"), scale)
        lines |= {str(line.get_label()): line for line in axes.get_lines()}
        if len(panels) > 1:
            axes.set_title(words, loc="left")
    for axes in all_axes[1:]:
        axes.set_ylabel("")
    over = f", {result.seeds} training seeds" if result.seeds > 1 else ""
    heading = f"{result.game}, {result.levels_in_words()}{over}"
    figure.suptitle(in_one_line(heading), x=0.01, ha="left")
    shown = [look for look in reversed(PLAYERS.values()) if look in lines]
    figure.legend([lines[look] for look in shown], shown, loc="outside right upper", frameon=False)
    return figure
