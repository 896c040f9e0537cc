"""What a terminal shows, wherever its lines break."""

import re

BOXES = re.compile(r"[\s\u2500-\u257f]+")


def squeezed(text: str) -> str:
    """The text without spaces, line breaks and the lines of boxes."""
    return BOXES.sub("", text)
