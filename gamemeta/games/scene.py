"""What a viewer is shown of a running game."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.tiles import WALL


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """One game at one moment, for people. It shows what the agent may not see, such as the goal.

    Args:
        tiles: uint8 [H, W], codes of `gamemeta_levels.tiles`.
        agent: row and column of the agent.
        seen: top, left, bottom, right of what the agent sees, in tiles; bottom and right lie just
            outside. The region may reach beyond the level's edge.
        view: uint8 [bottom - top, right - left], the tile codes that the agent makes out there.
        step: steps played in this episode.
        limit: steps after which the episode is truncated.
        status: what the agent has, in words: "health 2, bronze key". Empty where a game has no such thing.
        text: the whole game drawn as text, where it has no map; its tiles then mean nothing.
        image: uint8 [height, width, 3], the game as its own picture, where it has one and no map.
    """

    tiles: NDArray[np.uint8]
    agent: tuple[int, int]
    seen: tuple[int, int, int, int]
    view: NDArray[np.uint8]
    step: int
    limit: int
    status: str = ""
    text: str = ""
    image: NDArray[np.uint8] | None = None

    @classmethod
    def around(
        cls,
        tiles: NDArray[np.uint8],
        agent: tuple[int, int],
        reach: int,
        *,
        step: int,
        limit: int,
        status: str,
    ) -> "Scene":
        """A map of which the agent sees what lies up to `reach` rows and columns from it; walls beyond."""
        row, column = agent
        side, padded = 2 * reach + 1, np.pad(tiles, reach, constant_values=WALL)
        return cls(
            tiles=tiles,
            agent=agent,
            seen=(row - reach, column - reach, row + reach + 1, column + reach + 1),
            view=padded[row : row + side, column : column + side].copy(),
            step=step,
            limit=limit,
            status=status,
        )

    @classmethod
    def without_map(
        cls, *, step: int, limit: int, text: str, image: NDArray[np.uint8] | None = None
    ) -> "Scene":
        """A game that is shown as text, or as a picture."""
        nothing = np.zeros((1, 1), np.uint8)
        return cls(
            tiles=nothing,
            agent=(0, 0),
            seen=(0, 0, 1, 1),
            view=nothing,
            step=step,
            limit=limit,
            text=text,
            image=image,
        )

    @property
    def lit(self) -> NDArray[np.bool_]:
        """bool [H, W]: the tiles that the agent sees."""
        top, left, bottom, right = self.seen
        mask = np.zeros(self.tiles.shape, np.bool_)
        mask[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
        return mask


def camera(scene: Scene, height: int, width: int) -> tuple[slice, slice]:
    """The rows and columns of the level to show where only height x width tiles fit.

    The window holds the agent near its middle and stops at the level's edges. It moves by a quarter
    of its size at a time, so that most steps leave it where it is.
    """
    rows, columns = scene.tiles.shape
    return _window(rows, scene.agent[0], height), _window(columns, scene.agent[1], width)


def _window(length: int, centre: int, room: int) -> slice:
    room = max(1, min(room, length))
    stride = max(1, room // 4)
    wanted = round((centre - room // 2) / stride) * stride
    start = min(max(wanted, 0), length - room)
    return slice(start, start + room)
