"""Pictures of environments that can draw themselves, whatever mode they were made for."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.outside.one_level.world import drawn_picture

PICTURE = "rgb_array"
MODE = "render_mode"


class Rendering:
    """Draws one environment of Gymnasium or PettingZoo; one that fails at it once is not asked again.

    Args:
        env: it says in its metadata whether it draws pictures.
    """

    def __init__(self, env: Any) -> None:
        metadata = getattr(env.unwrapped, "metadata", None) or {}
        self._draws = PICTURE in (metadata.get("render_modes") or ())

    def picture(self, env: Any) -> NDArray[np.uint8] | None:
        """What it draws, uint8 [height, width, 3]; None where it draws nothing, without a screen, say."""
        if env is None or not self._draws:
            return None
        try:
            with warnings.catch_warnings(), _in_mode(env.unwrapped):
                warnings.simplefilter("ignore")
                drawn = drawn_picture(env.unwrapped.render())
        except Exception:  # any error of the environment, or of the library that it draws with
            drawn = None
        self._draws = drawn is not None
        return drawn


@contextmanager
def _in_mode(env: Any) -> Iterator[None]:
    """A block in which an environment, and one within it, draw pictures."""
    drawing = [one for one in (env, getattr(env, "env", None)) if hasattr(one, MODE)]
    before = [getattr(one, MODE) for one in drawing]
    try:
        for one in drawing:
            setattr(one, MODE, PICTURE)
        yield
    finally:
        for one, mode in zip(drawing, before, strict=True):
            setattr(one, MODE, mode)
