"""The maze game on these levels, so that they can be trained on at once."""

from collections.abc import Mapping
from typing import Any

from gamemeta.games.builtin.maze.game import MazeGame

from newgame.family import NewFamily, NewParameters


class NewGame(MazeGame):
    """Walk over open ground with rocks to a goal that shows only when you stand on it."""

    name = "newgame"
    Parameters = NewParameters
    recipe: Mapping[str, Mapping[str, Any]] = {"run": {"steps": 4_000_000}}

    def family(self, parameters: NewParameters | None = None) -> NewFamily:
        return NewFamily(parameters)
