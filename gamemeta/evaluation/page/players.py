"""Names, colours, lines and markers of players on the page; drawn in this order, the last on top."""

from typing import NamedTuple


class Look(NamedTuple):
    """A player in charts and tables."""

    title: str
    light: str
    """Colour on a light page; the one of the figure."""
    dark: str
    line: str = "-"
    marker: str = ""
    """Of those that were trained; they have an interval."""


LOOKS = {
    "par": Look("solver (par)", "#50546a", "#b9bccb", "--"),
    "random": Look("random", "#8b8f9f", "#858a9e", "--"),
    "revealed": Look("revealed", "#2f66d0", "#7fa8ff", marker="D"),
    "fine_tuned": Look("fine-tuned", "#8c6a4f", "#cfa98a", marker="p"),
    "reset_trained": Look("reset-trained", "#c4453f", "#f07f78", marker="v"),
    "redrawn": Look("rules redrawn", "#5c8a1f", "#a5cf63", marker="<"),
    "swapped": Look("memory swapped", "#9a45ad", "#d58ae4", marker="^"),
    "wiped": Look("memory wiped", "#b8720a", "#f0b341", marker="s"),
    "agent": Look("agent", "#0b8780", "#4dc6be", marker="o"),
}
PLAYERS = {name: look.title for name, look in LOOKS.items()}
FIRST = LOOKS["random"]._replace(title="first", marker="s", line="-")
"""The agent's first episode, beside its last."""
CONTROLS = ("wiped", "swapped", "redrawn")
BASELINES = ("reset_trained", "fine_tuned", "revealed")
