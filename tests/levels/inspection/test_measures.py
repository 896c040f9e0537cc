"""Measures of drawn levels, counted by hand, and of generated ones, whose parameters are known."""

import pytest

from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.inspection.measures import MEASURES, meaningful, measure_levels


def measured(*drawings):
    return measure_levels(Maze().pack([parse(text, "maze") for text in drawings]))


def test_a_corridor_has_two_dead_ends_and_no_loop():
    found = measured("#####\n#S.G#\n#####")
    expected = {
        "size": 15,
        "par_steps": 2,
        "braiding": 0,
        "openness": 3 / 15,
        "dead_ends": 2 / 3,
        "junctions": 0,
    }
    assert {name: values[0] for name, values in found.items()} == pytest.approx(expected)
    assert set(found) == set(MEASURES)


def test_a_ring_has_one_loop_of_one_and_no_dead_end():
    found = measured("#####\n#S..#\n#.#.#\n#..G#\n#####")
    assert (found["braiding"][0], found["dead_ends"][0], found["junctions"][0]) == (1, 0, 0)


def test_a_crossing_is_a_junction():
    found = measured("#####\n##.##\n#S.G#\n##.##\n#####")
    assert found["junctions"][0] == pytest.approx(1 / 5)
    assert found["dead_ends"][0] == pytest.approx(4 / 5)


def test_what_cannot_be_walked_to_does_not_count():
    assert measured("#######\n#S.G#.#\n#######")["openness"][0] == pytest.approx(3 / 21)


def test_levels_of_different_size_do_not_disturb_each_other():
    small, large = "###\n#S#\n#G#\n###", "#########\n#S......#\n#.#####.#\n#......G#\n#########"
    both = measured(small, large)
    for name in MEASURES:
        assert both[name].tolist() == [measured(small)[name][0], measured(large)[name][0]]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_braiding_is_the_share_that_the_generator_opened(share):
    family = Maze(MazeParameters(height=(9, 13), width=(11, 11), braiding=(share, share)))
    levels = generate_arrays(family, range(40), "any")
    rows, columns = ((levels.size - 1) // 2).T
    standing = (rows - 1) * (columns - 1)
    opened = (standing * round(1000 * share) + 500) // 1000
    assert measure_levels(levels)["braiding"] == pytest.approx(opened / standing)


@pytest.mark.parametrize("family", [Bandit(), HiddenGoal()])
def test_ways_are_no_measure_of_levels_without_walls_to_walk_around(family):
    assert meaningful(generate_arrays(family, range(20), "any")) == ("size", "par_steps")


@pytest.mark.parametrize("split", ["any", "far"])
def test_every_measure_says_something_about_mazes(split):
    assert meaningful(generate_arrays(Maze(), range(50), split)) == tuple(MEASURES)


def test_braiding_says_nothing_where_rooms_are_open():
    hall = Maze().pack([parse("######\n#S...#\n#...G#\n######", "maze")])
    assert set(MEASURES) - set(meaningful(hall)) == {"braiding"}
