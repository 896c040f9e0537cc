"""The adaptation curve alone, as a picture for papers and slides, by matplotlib."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from gamemeta.agent.file import write_atomically
from gamemeta.errors import ConfigError
from gamemeta.evaluation.aggregates import EXTRA
from gamemeta.evaluation.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
SIZE_INCHES, DOTS_PER_INCH = (7.2, 3.8), 200
STYLES = {
    "par": ("solver (par)", "#50546a", "--", ""),
    "random": ("random", "#8b8f9f", "--", ""),
    "swapped": ("memory swapped", "#9a45ad", "-", "^"),
    "wiped": ("memory wiped", "#b8720a", "-", "s"),
    "agent": ("agent", "#0b8780", "-", "o"),
}
"""Label, colour, line and marker of each player, in the order they are drawn."""


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
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = figure.subplots()
    episodes = range(1, result.episodes + 1)
    for name, (label, colour, line, marker) in STYLES.items():
        if name not in result.curves:
            continue
        curve = result.curves[name]
        axes.plot(episodes, curve.score, line, color=colour, marker=marker, label=label)
        if marker:
            axes.fill_between(episodes, curve.score_low, curve.score_high, color=colour, alpha=0.17, lw=0)
    axes.set_xlabel("episode of the trial")
    axes.set_ylabel("score (0 random, 1 solver)")
    axes.set_title(f"{result.game}, {result.levels:,} {result.split} levels", loc="left", fontsize=11)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside right upper", frameon=False, fontsize=9)
    return figure
