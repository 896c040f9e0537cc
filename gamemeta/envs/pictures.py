"""What `render` gives: the project's tiles as an image, or the glyphs of level files as text."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game
from gamemeta.games.scene import Scene
from gamemeta_levels.tiles import GLYPHS

MODES = ("rgb_array", "ansi")
AGENT = "@"


class Pictures:
    """The ways that N games have gone in their episodes, and pictures of them.

    Args:
        game: what is drawn; without a `mode` nothing is kept.
        mode: one of `MODES`, or None.
    """

    def __init__(self, game: Game, mode: str | None) -> None:
        self.mode = mode
        self._game = game
        self._paths: list[list[tuple[int, int]]] = [[] for _ in range(game.n)]

    def began(self, mask: NDArray[np.bool_]) -> None:
        """An episode has begun where the mask [N] holds."""
        if self.mode == "rgb_array":
            for i in np.flatnonzero(mask):
                self._paths[i] = [self._game.scene(int(i)).agent]

    def stepped(self) -> None:
        """All games have made a step."""
        if self.mode == "rgb_array":
            for i, path in enumerate(self._paths):
                path.append(self._game.scene(i).agent)

    def draw(self, i: int) -> Any:
        """Game i: uint8 [height, width, 3], a string, or None, as the mode has it."""
        if self.mode is None:
            return None
        scene = self._game.scene(i)
        if self.mode == "ansi":
            return drawn_in_text(scene)
        from gamemeta.playing.picture import draw_board

        return np.asarray(draw_board(scene, np.array(self._paths[i], np.int32))).copy()


def drawn_in_text(scene: Scene) -> str:
    """A row of glyphs for each row of tiles, the agent as `@`, and a line on where the episode stands.

    A game without a map says itself what there is to see.
    """
    if scene.text:
        return scene.text + "\n"
    rows = [[GLYPHS[code] for code in row] for row in scene.tiles]
    row, column = scene.agent
    rows[row][column] = AGENT
    captions = [f"step {scene.step} of {scene.limit}", scene.status]
    return "\n".join([*map("".join, rows), ", ".join(filter(None, captions)), ""])
