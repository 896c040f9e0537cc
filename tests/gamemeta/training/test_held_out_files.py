"""The files of held-out levels."""

from gamemeta.training.level_set import save_held_out
from gamemeta_levels.families.level_set import LevelSet, read_level_set
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate
from gamemeta_levels.formats import read_level
from gamemeta_levels.tiles import GOAL, SPAWN, WALL
from tests.helpers.ldtk import CELL, entities, entity, int_grid, level, project, text

MAZE = Maze(MazeParameters(height=(5, 7), width=(5, 7), goal_distance=2))
LEVELS = [generate(MAZE, seed) for seed in range(6)]


def saved(level_set, folder):
    save_held_out(level_set, folder)
    held_out = sorted(level.digest for level in level_set.originals("test"))
    names = sorted(path.name for path in folder.iterdir())
    assert sorted(read_level(folder / name).digest for name in names) == held_out
    return names


def room(number):
    """A maze as a level of a project."""
    tiles = LEVELS[number].tiles
    walls = " ".join("".join(str(int(code == WALL)) for code in row) for row in tiles)
    ((top, left),), ((row, column),) = LEVELS[number].find(SPAWN), LEVELS[number].find(GOAL)
    players = entities(entity("Spawn", left * CELL, top * CELL), entity("Goal", column * CELL, row * CELL))
    return level(players, int_grid(walls), name=f"Room_{number}", size=tiles.shape)


def test_levels_of_one_project_are_divided_and_named(tmp_path):
    (tmp_path / "world.ldtk").write_text(text(project(*map(room, range(6)))))
    level_set = read_level_set(str(tmp_path / "world.ldtk"), MAZE, lambda arrays: arrays.par_steps)
    assert {one.digest for one in level_set.levels} == {one.digest for one in LEVELS}
    names = level_set.names("test")
    assert len(names) == 2 and all(name.startswith("world.ldtk#Room_") for name in names)
    files = saved(level_set, tmp_path / "held_out")
    assert [file.rpartition("-")[0] for file in files] == [
        name.replace(".", "-").replace("#", "-") for name in names
    ]


def test_drawings_keep_their_names_and_those_of_editors_become_json(tmp_path):
    names = [f"{seed}{suffix}" for seed, suffix in enumerate([".txt", ".json", ".tmx", ".tmj", ".ldtk"])]
    level_set = LevelSet(MAZE, LEVELS[:5], names=names)
    files = saved(level_set, tmp_path / "held_out")
    for name in level_set.names("test"):
        assert name in files or any(file.startswith(name.replace(".", "-")) for file in files)
