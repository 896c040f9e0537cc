"""A chart as SVG inside a page, in the colours of the page."""

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from gamemeta.evaluation.page.charts import CARD, GRID, PLAIN_WORDS, SOFT, check_matplotlib, keep_labels_apart
from gamemeta.evaluation.page.players import LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS_PER_INCH = 72
SIZE, SMALL = (520, 320), (360, 250)
"""Width and height in units of the view box; about a pixel each."""
FONT_SIZE = 13.5
VARIABLES = {SOFT: "soft", GRID: "grid", CARD: "card"} | {look.light: name for name, look in LOOKS.items()}
"""Variables of the page's style sheet that take the place of colours, so that a dark page has others."""
_UNWANTED = re.compile(
    r'<metadata>.*?</metadata>|<style.*?</style>| id="[A-Za-z]+[0-9A-Za-z]*_\d+"| xmlns(?::\w+)?="[^"]*"'
    r'| (?:width|height)="[\d.]+pt"| version="1.1"',
    re.DOTALL,
)


def inline_svg(draw: Callable[["Axes"], None], *, title: str, size: tuple[int, int] = SIZE) -> Markup:
    """A drawing as an `svg` element that needs nothing else.

    Args:
        draw: draws on the axes.
        title: what the chart shows, for those who cannot see it.
        size: width and height.
    Raises:
        ConfigError: matplotlib is not installed.
    """
    check_matplotlib()
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = {**PLAIN_WORDS, "svg.hashsalt": title, "svg.fonttype": "none", "font.size": FONT_SIZE}
    with matplotlib.rc_context(settings):
        width, height = (side / POINTS_PER_INCH for side in size)
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.add_subplot())
        keep_labels_apart(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = _UNWANTED.sub("", svg[svg.index("<svg") :]).replace("xlink:href", "href")
    for colour, name in VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name})")
    kind = "chart" if size == SIZE else "chart small"
    return Markup(svg.replace("<svg", f'<svg class="{kind}" role="img" aria-label="{escape(title)}"', 1))
