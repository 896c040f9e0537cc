"""A game without a map as the page shows it: its picture of each step as WebP, or its text."""

import base64
import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.games.game import Game
from gamemeta.playing.session import Frame, Session
from gamemeta.spec import Image, Quantities, Symbols
from gamemeta_levels.text import in_one_line

MOST_SIDE = 384
"""Largest side of a picture that is sent, pixels; a larger one is made smaller."""
MOST_LINES, MOST_COLUMNS = 40, 100
"""Of a text, what is sent."""
MOST_BUFFERS, MOST_NUMBERS = 12, 12
"""Of what an agent sees, what is written where a game has no picture."""
KEPT = 128
"""Pictures that are remembered with their WebP: the twin often shows the same ones."""

Plain = dict[str, Any]


class Appearance:
    """What one player's game looks like, written only where it has changed.

    Args:
        session: it must stand at the moment that is written.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._picture, self._text = "", ""

    def write(self, frame: Frame, whole: bool) -> Plain:
        """The picture or the text of a moment.

        Args:
            frame: the moment.
            whole: write it even if it is as before.
        """
        image = picture_of(frame, self._session.game)
        if image is None:
            text = text_of(frame, self._session)
            changed, self._text = whole or text != self._text, text
            return {"text": text} if changed else {}
        picture = encoded(image.shape, image.tobytes())
        changed, self._picture = whole or picture != self._picture, picture
        return {"picture": picture, "size": list(image.shape[:2])} if changed else {}


def picture_of(frame: Frame, game: Game) -> NDArray[np.uint8] | None:
    """uint8 [height, width, 3]: the picture of the scene, else the one that the agent sees; None without."""
    image = frame.scene.image
    if image is None:
        image = game.screenshot(0)
    return None if image is None else as_colours(image)


def as_colours(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture [height, width], or of any number of channels, as [height, width, 3].

    Of other numbers of channels than 3 or 4 the last is shown in grey: they are the newest of some frames.
    """
    if image.ndim == 3 and image.shape[2] in (3, 4):
        return np.ascontiguousarray(image[..., :3])
    grey = image if image.ndim == 2 else image[..., -1]
    return np.repeat(grey[..., None], 3, axis=2)


@lru_cache(maxsize=KEPT)
def encoded(shape: tuple[int, ...], data: bytes) -> str:
    """A picture uint8 [height, width, 3] as WebP without loss, in base64."""
    from PIL import Image as Pictures  # only where a game has pictures

    picture = Pictures.fromarray(np.frombuffer(data, np.uint8).reshape(shape))
    picture.thumbnail((MOST_SIDE, MOST_SIDE))
    out = io.BytesIO()
    picture.save(out, format="WEBP", lossless=True, method=2)
    return base64.b64encode(out.getvalue()).decode()


def text_of(frame: Frame, session: Session) -> str:
    """The text of a moment, within bounds: the game's own words, and the numbers that its first seat sees."""
    lines = [*frame.scene.text.splitlines()[:MOST_LINES], "", *numbers_seen(session)]
    return "\n".join(in_one_line(line, MOST_COLUMNS) for line in lines).rstrip()


def numbers_seen(session: Session) -> list[str]:
    """A line for each buffer of numbers that the first seat sees; long ones are cut."""
    parts = [one for one in session.game.spec.obs if isinstance(one, Quantities | Symbols)]
    width = max((len(one.name) for one in parts), default=0)
    lines = []
    for part in parts[:MOST_BUFFERS]:
        values = session.obs[part.name][0].ravel()
        shown = " ".join(f"{round(float(value), 4):g}" for value in values[:MOST_NUMBERS])
        more = f" … {values.size} numbers" if values.size > MOST_NUMBERS else ""
        lines.append(f"{part.name:<{width}}  {shown}{more}")
    lines += _choices_seen(session)
    return ["sees", *lines] if lines else []


def _choices_seen(session: Session) -> list[str]:
    """A line for each choice that is there, as the game describes it to its first seat."""
    spec = session.game.spec
    if spec.choices is None:
        return []
    rows = session.obs[spec.choices.name][0]
    there = session.obs[ACTION_MASK][0][: len(rows)] != 0 if spec.masked else np.ones(len(rows), bool)
    lines = []
    for place in np.flatnonzero(there)[:MOST_BUFFERS].tolist():
        features = " ".join(f"{round(float(value), 4):g}" for value in rows[place][:MOST_NUMBERS])
        lines.append(f"{spec.choices.name} {place}  {features}")
    return lines


def has_pictures(game: Game) -> bool:
    """Whether a game without a map is known to show pictures, rather than text."""
    return game.about.has_picture or any(isinstance(buffer, Image) for buffer in game.spec.obs)
