import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError, UnknownName
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.registry import families, family_class
from gamemeta_levels.split import MAX_SEED
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN, WALL
from tests.helpers.oracles import distances, loops, open_tiles, shortest_path, standing_walls

PROMISED = MazeParameters(height=(9, 11), width=(9, 11), braiding=(0.2, 0.4), goal_distance=6)
WIDE = MazeParameters(height=(5, 13), width=(7, 9), braiding=(0.0, 1.0), goal_distance=4)


def mazes(count, split="any", **parameters):
    family = Maze(MazeParameters(**parameters)) if parameters else Maze()
    arrays = generate_arrays(family, range(count), split)
    return [family.unpack(arrays, row) for row in range(count)]


@pytest.mark.parametrize("split", ["train", "validation", "test", "far"])
def test_every_generated_maze_is_solvable_in_par_steps(split):
    family = Maze().far() if split == "far" else Maze()
    arrays = generate_arrays(Maze(), range(500), split)
    for row in range(500):
        assert shortest_path(family.unpack(arrays, row)) == arrays.par_steps[row]


def test_distances_to_the_goal_are_those_of_a_breadth_first_search():
    family = Maze(WIDE)
    arrays = generate_arrays(family, range(100), "any")
    for row in range(100):
        level = family.unpack(arrays, row)
        found = distances(level, level.find(GOAL)[0])
        expected = np.full(arrays.distance.shape[1:], 65535)
        for tile, steps in found.items():
            expected[tile] = steps
        np.testing.assert_array_equal(arrays.distance[row], expected)


def test_arrays_agree_with_the_tiles():
    arrays = generate_arrays(Maze(WIDE), range(200), "any")
    for row in range(200):
        tiles = arrays.tiles[row]
        assert np.argwhere(tiles == SPAWN).tolist() == [arrays.spawn[row].tolist()]
        assert np.argwhere(tiles == GOAL).tolist() == [arrays.goal[row].tolist()]
        height, width = arrays.size[row]
        assert np.all(tiles[height:] == WALL)
        assert np.all(tiles[:, width:] == WALL)


def test_sizes_take_every_odd_number_of_their_range():
    levels = mazes(400, height=(5, 13), width=(7, 9), goal_distance=4)
    assert {level.height for level in levels} == {5, 7, 9, 11, 13}
    assert {level.width for level in levels} == {7, 9}


def test_a_maze_is_closed_all_around():
    for level in mazes(50):
        edge = [level.tiles[0], level.tiles[-1], level.tiles[:, 0], level.tiles[:, -1]]
        assert all(np.all(side == WALL) for side in edge)


def test_every_open_tile_can_be_reached():
    for level in mazes(200):
        assert distances(level, level.find(SPAWN)[0]).keys() == open_tiles(level)


@pytest.mark.parametrize("least", [1, 4, 8])
def test_the_goal_is_at_least_the_goal_distance_away(least):
    steps = [shortest_path(level) for level in mazes(300, goal_distance=least)]
    assert min(steps) == least


def test_without_braiding_a_maze_is_a_tree():
    assert {loops(level) for level in mazes(100, braiding=(0.0, 0.0))} == {0}


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_braiding_opens_its_share_of_the_standing_walls(share):
    for level in mazes(100, braiding=(share, share)):
        assert abs(loops(level) - share * standing_walls(level)) <= 0.5


def test_braiding_is_drawn_from_its_range():
    levels = mazes(300, height=(11, 11), width=(11, 11), braiding=(0.25, 0.75))
    shares = [loops(level) / standing_walls(level) for level in levels]
    assert min(shares) == 0.25
    assert max(shares) == 0.75


def test_the_same_seed_gives_the_same_bytes_alone_or_among_others():
    family = Maze()
    together = generate_arrays(family, [5, 900, 5, 2**40], "train")
    for row, seed in enumerate([5, 900, 5, 2**40]):
        alone = generate(family, seed, "train")
        assert family.unpack(together, row).tiles.tobytes() == alone.tiles.tobytes()
        assert alone.seed == seed


@pytest.mark.parametrize(
    ("seed", "digest"),
    [(0, "51597ccda7ea6af1"), (1, "c55e6a7a1a4207de"), (2**40, "942faa1c6e88b910")],
)
def test_a_seed_names_the_same_maze_on_every_platform(seed, digest):
    assert generate(Maze(PROMISED), seed).digest == digest


def test_fill_leaves_other_rows_as_they_are():
    family = Maze()
    arrays = family.arrays(3)
    family.fill(arrays, np.array([1]), np.array([7]), "any")
    assert family.unpack(arrays, 1) == generate(family, 7)
    assert not arrays.tiles[[0, 2]].any()
    assert arrays.seed.tolist() == [-1, 7, -1]


def test_far_mazes_are_larger_than_any_trained_on_and_less_open():
    near, far = Maze().parameters, Maze().far().parameters
    assert far.height[0] > near.height[1]
    assert far.width[0] > near.width[1]
    assert far.braiding[1] < near.braiding[0]


def test_far_levels_obey_the_far_parameters():
    far = Maze().far().parameters
    arrays = generate_arrays(Maze(), range(200), "far")
    for side, (low, high) in enumerate((far.height, far.width)):
        assert set(arrays.size[:, side].tolist()) == set(range(low, high + 1, 2))


def test_the_largest_mazes_have_no_far_ones():
    with pytest.raises(ConfigError, match=r"no far mazes: height = 9[.][.]255"):
        Maze(MazeParameters(height=(9, 255), width=(9, 255))).far()


def test_far_mazes_of_the_largest_height_are_wider_than_any_trained_on():
    far = Maze(MazeParameters(height=(9, 255), width=(9, 11))).far().parameters
    assert (far.height, far.width) == ((255, 255), (13, 17))


def test_the_largest_maze_is_generated():
    level = generate(Maze(MazeParameters(height=(255, 255), width=(255, 255))), 1)
    assert (level.height, level.width) == (255, 255)
    assert np.sum(level.tiles == FLOOR) > 2 * 127 * 127 - 5


def test_a_split_that_holds_no_such_maze_is_an_error():
    ring = MazeParameters(height=(5, 5), width=(5, 5), braiding=(1.0, 1.0), goal_distance=4)
    with pytest.raises(ConfigError, match=r"'test'[.] Widen the ranges"):
        generate(Maze(ring), 0, "test")


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(LevelError, match="seed"):
        generate(Maze(), seed)


def test_the_largest_seed_names_a_maze():
    assert generate(Maze(), MAX_SEED).seed == MAX_SEED


@pytest.mark.parametrize("rows", [[2], [-1]])
def test_rows_outside_the_arrays_are_refused(rows):
    with pytest.raises(LevelError, match="do not fit"):
        Maze().fill(Maze().arrays(2), np.array(rows), np.array([0]), "any")


def test_arrays_of_a_smaller_family_are_refused():
    with pytest.raises(LevelError, match="17 x 17 tiles"):
        Maze().far().fill(Maze().arrays(1), np.array([0]), np.array([0]), "any")


def test_as_many_rows_as_seeds_are_needed():
    with pytest.raises(LevelError, match=r"1 rows .*seeds; got 2"):
        Maze().fill(Maze().arrays(2), np.array([0]), np.array([0, 1]), "any")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"height": (8, 9)}, "height = 8..9: .*odd"),
        ({"width": (11, 9)}, r"width = 11..9"),
        ({"width": (3, 9)}, r"5 <= low <= high <= 255"),
        ({"width": (9, 257)}, r"width = 9..257"),
        ({"braiding": (-0.1, 0.5)}, r"braiding = -0.1..0.5: give two shares"),
        ({"braiding": (0.5, 1.5)}, r"braiding"),
        ({"braiding": (0.6, 0.5)}, r"braiding"),
        ({"braiding": (float("nan"), 0.5)}, r"braiding"),
        ({"goal_distance": 0}, r"goal_distance = 0"),
        ({"goal_distance": 9}, r"goal_distance = 9: .*1\.\.8"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, message):
    with pytest.raises(ConfigError, match=message):
        MazeParameters(**{"height": (9, 11), "width": (9, 11), **parameters})


def test_families_are_found_by_name():
    assert families()["maze"] is Maze
    assert family_class("maze") is Maze


def test_an_unknown_family_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownName, match=r"'labyrinth'[.] Choose one of: .*maze"):
        family_class("labyrinth")
