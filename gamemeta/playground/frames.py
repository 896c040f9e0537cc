"""Frames of a session as plain values: whole at the start of a try, changes alone from then on."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.playing.session import EpisodeResult, Frame
from gamemeta_levels.text import in_one_line
from gamemeta_levels.tiles import GLYPHS

Plain = dict[str, Any]
MOST_EVENTS, LONGEST = 4, 80
"""Events of a step that are sent, and characters of each, so that the message of a step stays small."""


class FrameWriter:
    """Frames of one session, in order, as plain values."""

    def __init__(self) -> None:
        self._tiles: NDArray[np.uint8] | None = None

    def write(self, frame: Frame, whole: bool = False) -> Plain:
        """A frame as the page reads it.

        Args:
            frame: the next one.
            whole: write all tiles, rather than those that changed since the frame before.
        """
        scene, tiles = frame.scene, frame.scene.tiles
        plain: Plain = {
            "at": list(scene.agent),
            "seen": list(scene.seen),
            "step": scene.step,
            "returns": round(frame.returns, 3),
        }
        if whole or self._tiles is None or self._tiles.shape != tiles.shape:
            plain |= {"rows": rows_of(tiles), "limit": scene.limit}
        else:
            changed = np.flatnonzero(self._tiles != tiles)
            if len(changed):
                codes = tiles.reshape(-1)[changed]
                plain["changed"] = [
                    [int(place), int(code)] for place, code in zip(changed, codes, strict=True)
                ]
        if scene.status:
            plain["status"] = in_one_line(scene.status, LONGEST)
        words = [event.words for event in frame.events if event.step == scene.step]
        if words:
            plain["events"] = [in_one_line(word, LONGEST) for word in words[:MOST_EVENTS]]
        if frame.done:
            plain["end"] = end_of(frame.finished[-1])
        self._tiles = tiles.copy()
        return plain


def rows_of(tiles: NDArray[np.uint8]) -> list[str]:
    """Tiles [H, W] as a text for each row."""
    return ["".join(GLYPHS[code] for code in row) for row in tiles]


def end_of(result: EpisodeResult) -> Plain:
    """How a try ended."""
    return {
        "steps": result.steps,
        "returns": round(result.returns, 3),
        "success": result.success,
        "outcome": result.outcome,
    }


def words_of(names: Mapping[int, str]) -> Plain:
    """What tiles are called, by glyph."""
    return {GLYPHS[code]: in_one_line(name) for code, name in names.items()}
