"""Frames of a session as plain values: whole at the start of a try, changes alone from then on."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.scene import Scene
from gamemeta.playground.without_map.appearance import Appearance
from gamemeta.playing.beliefs import ShownBelief
from gamemeta.playing.session import EpisodeResult, Frame, Session
from gamemeta_levels.text import in_one_line
from gamemeta_levels.tiles import GLYPHS

Plain = dict[str, Any]
MOST_EVENTS, LONGEST = 4, 80
"""Events of a step that are sent, and characters of each, so that the message of a step stays small."""

MOST_BELIEFS, MOST_TILES, MOST_VALUES, LEAST = 16, 24, 2, 0.01
"""Of beliefs: facts, tiles of the likeliest places, values, and how likely a tile is that is shown."""


class FrameWriter:
    """Frames of one session, in order, as plain values.

    Args:
        session: whose frames they are, where its game has no map; None where its scenes are maps.
    """

    def __init__(self, session: Session | None = None) -> None:
        self._tiles: NDArray[np.uint8] | None = None
        self._appearance = None if session is None else Appearance(session)

    def write(self, frame: Frame, whole: bool = False) -> Plain:
        """A frame as the page reads it.

        Args:
            frame: the next one.
            whole: write all tiles, or the picture, rather than what changed since the frame before.
        """
        scene = frame.scene
        plain: Plain = {"step": scene.step, "returns": round(frame.returns, 3)}
        if self._appearance is None:
            plain |= self._tiles_of(scene, whole)
        else:
            plain |= self._appearance.write(frame, whole)
            plain |= {"limit": scene.limit} if whole else {}
        if scene.status:
            plain["status"] = in_one_line(scene.status, LONGEST)
        words = [event.words for event in frame.events if event.step == scene.step]
        if words:
            plain["events"] = [in_one_line(word, LONGEST) for word in words[:MOST_EVENTS]]
        if frame.beliefs:
            plain["beliefs"] = beliefs_of(frame.beliefs)
        if frame.done:
            plain["end"] = end_of(frame.finished[-1])
        return plain

    def _tiles_of(self, scene: Scene, whole: bool) -> Plain:
        """The map, where the agent is, and what it sees."""
        tiles = scene.tiles
        plain: Plain = {"at": list(scene.agent), "seen": list(scene.seen)}
        if whole or self._tiles is None or self._tiles.shape != tiles.shape:
            plain |= {"rows": rows_of(tiles), "limit": scene.limit}
        else:
            changed = np.flatnonzero(self._tiles != tiles)
            if len(changed):
                codes = tiles.reshape(-1)[changed]
                plain["changed"] = [
                    [int(place), int(code)] for place, code in zip(changed, codes, strict=True)
                ]
        self._tiles = tiles.copy()
        return plain


def beliefs_of(beliefs: Sequence[ShownBelief]) -> list[Plain]:
    """What an agent believes: the likeliest tiles of places, the likeliest values of others; in percent."""
    return [_belief_of(belief) for belief in beliefs[:MOST_BELIEFS]]


def _belief_of(belief: ShownBelief) -> Plain:
    plain: Plain = {"name": in_one_line(belief.name, LONGEST)}
    if belief.on_map is not None:
        chances = belief.on_map.ravel()
        likely = np.argsort(-chances, kind="stable")[:MOST_TILES]
        plain["tiles"] = [[int(k), round(100 * float(chances[k]))] for k in likely if chances[k] >= LEAST]
        return plain | {"elsewhere": round(100 * belief.elsewhere)}
    likeliest = sorted(belief.stated.items(), key=lambda pair: -pair[1])[:MOST_VALUES]
    return plain | {"values": [[in_one_line(word, 24), round(100 * p)] for word, p in likeliest]}


def rows_of(tiles: NDArray[np.uint8]) -> list[str]:
    """Tiles [H, W] as a text for each row."""
    return ["".join(GLYPHS[code] for code in row) for row in tiles]


def file_of(name: str, data: bytes) -> Plain:
    """A file for the page to keep."""
    return {"type": "file", "name": name, "data": base64.b64encode(data).decode()}


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
