"""The maze game on these levels, so that they can be trained on at once."""

from dataclasses import replace

from gamemeta.games.builtin.maze.game import MazeGame

from newgame.family import NewFamily, NewParameters


class NewGame(MazeGame):
    """Walk over open ground with rocks to a goal that shows only when you stand on it."""

    name = "newgame"
    Parameters = NewParameters
    about = replace(MazeGame.about, recipe={"run": {"steps": 4_000_000}})

    def family(self, parameters: NewParameters | None = None) -> NewFamily:
        return NewFamily(parameters)
