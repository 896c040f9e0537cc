import json
from collections import Counter

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError, UnknownName
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate
from gamemeta_levels.inspection.chunks import CHUNK_LEVELS
from gamemeta_levels.inspection.file_check import check_file
from gamemeta_levels.inspection.inspect import inspect_generated, inspect_levels
from gamemeta_levels.split import MAX_SEED
from gamemeta_levels.tiles import WALL
from tests.helpers.oracles import drawn, shortest_path

TINY = Maze(MazeParameters(height=(5, 5), width=(5, 5), goal_distance=2))


class Walled(Maze):
    """A generator with a fault: in every level of an even seed the goal is walled in."""

    def fill(self, arrays, rows, seeds, split):
        super().fill(arrays, rows, seeds, split)
        for row in rows[seeds % 2 == 0]:
            r, c = arrays.goal[row]
            for near in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                arrays.tiles[row][near] = WALL


@pytest.mark.parametrize("split", ["any", "train", "far"])
def test_a_report_counts_what_a_plain_count_finds(split):
    levels = [generate(Maze(), seed, split) for seed in range(300)]
    report = inspect_generated(Maze(), split, 300)
    assert (report.family, report.split, report.levels) == ("maze", split, 300)
    assert report.solvable == 300
    assert report.duplicates == 300 - len(set(levels))
    assert report.par_steps == Counter(shortest_path(level) for level in levels)
    assert report.sizes == Counter(level.tiles.shape for level in levels)


def test_duplicates_are_counted_by_content():
    levels = [generate(TINY, seed) for seed in range(400)]
    report = inspect_generated(TINY, "any", 400)
    assert report.duplicates == 400 - len(set(levels)) > 0


def test_what_a_faulty_generator_emits_is_not_called_solvable():
    report = inspect_generated(Walled(), "any", 100)
    assert report.share_solvable == 0.5
    assert sum(report.par_steps.values()) == 50


def test_every_maze_is_solvable_over_several_chunks_and_progress_is_told():
    seen = []
    count = 2 * CHUNK_LEVELS + 10
    report = inspect_generated(Maze(), "train", count, progress=seen.append)
    assert report.solvable == report.levels == count
    assert seen == [CHUNK_LEVELS, 2 * CHUNK_LEVELS, count]


@pytest.mark.slow
def test_levels_of_huge_size_are_inspected_few_at_a_time():
    seen = []
    huge = Maze(MazeParameters(height=(255, 255), width=(255, 255)))
    inspect_generated(huge, "any", 400, progress=seen.append)
    assert len(seen) > 1


def test_the_first_seed_moves_what_is_inspected():
    later = inspect_generated(Maze(), "any", 50, first_seed=50)
    levels = [generate(Maze(), seed) for seed in range(50, 100)]
    assert later.sizes == Counter(level.tiles.shape for level in levels)


def test_given_levels_may_be_unsolvable_and_equal():
    levels = [drawn("S.G\n"), drawn("S#G\n"), drawn("S.G\n"), drawn("S.\n.G\n")]
    report = inspect_levels(Maze(), levels)
    assert (report.levels, report.solvable, report.duplicates) == (4, 3, 1)
    assert report.par_steps == {2: 3}
    assert report.sizes == {(1, 3): 3, (2, 2): 1}


def test_no_levels_make_an_empty_report():
    report = inspect_levels(Maze(), [])
    assert (report.levels, report.share_solvable, report.mean_par_steps) == (0, 1.0, 0.0)


def test_a_given_level_of_another_family_is_refused():
    with pytest.raises(LevelError, match="'dungeon'"):
        inspect_levels(Maze(), [drawn("S.G\n", family="dungeon")])


def test_a_report_is_plain_json():
    report = inspect_generated(Maze(), "test", 100)
    found = json.loads(json.dumps(report.to_json()))
    assert found["levels"] == found["solvable"] == 100
    assert found["share_solvable"] == 1.0
    steps = np.repeat(*zip(*[(int(k), n) for k, n in found["par_steps"].items()], strict=True))
    assert found["mean_par_steps"] == pytest.approx(steps.mean())
    assert sum(found["sizes"].values()) == 100


def test_an_unknown_split_and_seeds_out_of_range_are_refused():
    with pytest.raises(UnknownName, match="'tset'"):
        inspect_generated(Maze(), "tset", 3)
    with pytest.raises(LevelError, match="go beyond"):
        inspect_generated(Maze(), "any", 2, first_seed=MAX_SEED)


def test_a_file_with_a_good_level_is_ok(tmp_path):
    (tmp_path / "a.txt").write_text("S.G\n")
    found = check_file(tmp_path / "a.txt")
    assert (found.error, found.par_steps, found.level) == (None, 2, drawn("S.G\n"))
    assert found.to_json()["ok"] is True


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("S#G\n", "the goal at line 1, column 3 cannot be reached"),
        ("S.?\n", "line 1, column 3: '?' is not a tile"),
        ("; family: nowhere\nS.G\n", "no level family called 'nowhere'"),
    ],
)
def test_a_file_that_is_wrong_says_why_without_its_name(tmp_path, text, error):
    (tmp_path / "a.txt").write_text(text)
    found = check_file(tmp_path / "a.txt")
    assert found.error.startswith(error)
    assert json.loads(json.dumps(found.to_json()))["ok"] is False
