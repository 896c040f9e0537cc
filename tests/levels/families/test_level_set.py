"""Levels that somebody made, as a family."""

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.families.level_set import PARTS, LevelSet, read_level_set
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import fill_checked, generate, generate_arrays
from gamemeta_levels.formats import SUFFIXES, write_level
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_of

MAZE = Maze(MazeParameters(height=(5, 9), width=(5, 9), goal_distance=2))


def levels_of(split, seeds):
    return [generate(MAZE, seed, split) for seed in seeds]


@pytest.fixture
def level_set():
    return LevelSet(
        MAZE,
        [*levels_of("train", range(5)), *levels_of("validation", range(2)), *levels_of("test", range(3))],
    )


def any_limit(arrays):
    return np.full(len(arrays), 1000, np.int32)


@pytest.mark.parametrize(("split", "count"), [("train", 5), ("validation", 2), ("test", 3), ("any", 10)])
def test_the_first_seeds_are_all_levels_of_a_split_once(level_set, split, count):
    assert level_set.count(split) == count
    arrays = generate_arrays(level_set, range(count), split)
    found = [level_set.unpack(arrays, row) for row in range(count)]
    expected = [level for level in level_set.levels if split in ("any", split_of(level.content_hash))]
    assert found == expected
    again = generate_arrays(level_set, range(count, 2 * count), split)
    assert (again.content_hash == arrays.content_hash).all()


def test_rows_are_those_that_the_family_packs(level_set):
    arrays = generate_arrays(level_set, range(10), "any")
    packed = MAZE.pack(level_set.levels)
    for name in ("tiles", "size", "spawn", "goal", "par_steps", "distance", "content_hash"):
        assert np.array_equal(getattr(arrays, name), getattr(packed, name))


def test_seeds_of_trials_draw_all_levels_alike(level_set):
    arrays, n = level_set.arrays(5000), 5000
    seeds = np.random.default_rng(0).integers(0, 2**63 - 1, n)
    fill_checked(level_set, arrays, np.arange(n), seeds, "train")
    counts = np.unique(arrays.content_hash, return_counts=True)[1]
    assert len(counts) == 5
    assert np.abs(counts / n - 0.2).max() < 0.03


def test_equal_levels_count_once_and_order_does_not_matter(level_set):
    other = LevelSet(MAZE, [*reversed(level_set.levels), level_set.levels[0].with_seed(None)])
    assert other.levels == level_set.levels
    assert (other.repeated, other.digest) == (1, level_set.digest)
    assert "1 more are the same" in str(other)


def test_another_set_has_another_digest(level_set):
    assert LevelSet(MAZE, level_set.levels[1:]).digest != level_set.digest


def test_text_and_facts_count_the_levels_of_each_split(level_set):
    assert str(level_set) == "10 given levels: 5 train, 2 validation, 3 test"
    assert level_set.identity() == {"digest": level_set.digest, "train": 5, "validation": 2, "test": 3}


@pytest.mark.parametrize(
    ("train", "test", "message"), [(1, 1, "at least 2 must be test"), (0, 2, "at least 1 must be train")]
)
def test_too_few_levels_to_train_or_test_on_are_refused(train, test, message):
    level_set = LevelSet(MAZE, [*levels_of("train", range(train)), *levels_of("test", range(test))])
    with pytest.raises(ConfigError, match=message):
        level_set.check_parts()


def test_a_split_without_levels_cannot_be_drawn_from():
    level_set = LevelSet(MAZE, levels_of("train", range(2)))
    with pytest.raises(ConfigError, match="at least 1 must be test"):
        generate_arrays(level_set, [0], "test")


@pytest.mark.parametrize(("count", "parts"), [(3, (1, 0, 2)), (6, (3, 1, 2)), (29, (25, 2, 2))])
def test_few_levels_are_divided_whatever_their_content(count, parts):
    level_set = LevelSet(MAZE, levels_of("train", range(count)))
    level_set.check_parts()
    assert tuple(level_set.count(part) for part in ("train", "validation", "test")) == parts
    assert level_set.divided_by_order
    for part, number in zip(("train", "validation", "test"), parts, strict=True):
        fill_checked(level_set, level_set.arrays(40), np.arange(40), np.arange(40), part) if number else None


def test_variations_stay_on_the_side_of_their_level():
    given = levels_of("train", range(6))
    level_set = LevelSet(MAZE, given, variations=20)
    parts = {part: generate_arrays(level_set, range(level_set.count(part)), part) for part in PARTS}
    hashes = {part: set(arrays.content_hash.tolist()) for part, arrays in parts.items()}
    assert [len(hashes[part]) for part in PARTS] == [3 * 21, 21, 2 * 21]
    assert len(set.union(*hashes.values())) == 6 * 21
    for part, arrays in parts.items():
        assert not len(level_set.misplaced(arrays.content_hash, part))
        for other in PARTS:
            if other != part:
                assert len(level_set.misplaced(arrays.content_hash, other)) == len(arrays)
    assert level_set.count("any") == 6
    assert level_set.identity() == {**LevelSet(MAZE, given).identity(), "variations": 20}


def test_an_edited_level_may_be_trained_on_unless_it_is_held_out():
    level_set = LevelSet(MAZE, levels_of("train", range(6)), variations=5)
    test = generate_arrays(level_set, range(12), "test").content_hash
    assert len(level_set.misplaced(test, "train")) == 12
    unknown = np.array([generate(MAZE, 99).content_hash], np.uint64)
    assert not len(level_set.misplaced(unknown, "train"))
    assert len(level_set.misplaced(unknown, "test")) == 1


def test_variations_fit_into_an_episode():
    given = levels_of("train", range(6))
    longest = np.int32(MAZE.pack(given).par_steps.max())
    level_set = LevelSet(MAZE, given, 20, lambda arrays: np.full(len(arrays), longest))
    plain = LevelSet(MAZE, given, 20)
    for part in PARTS:
        assert generate_arrays(level_set, range(level_set.count(part)), part).par_steps.max() <= longest
    assert any(generate_arrays(plain, range(plain.count(p)), p).par_steps.max() > longest for p in PARTS)


def test_there_are_no_far_levels(level_set):
    with pytest.raises(ConfigError, match="no `far` split"):
        generate_arrays(level_set, [0], "far")


def test_no_levels_are_refused():
    with pytest.raises(LevelError, match="no levels"):
        LevelSet(MAZE, [])


def test_a_family_that_holds_nothing_out_is_refused():
    grid = HiddenGoal()
    with pytest.raises(ConfigError, match="trained on"):
        LevelSet(grid, [generate(grid, 1)])


def test_files_of_a_folder_or_a_pattern_are_read(tmp_path, level_set):
    for number, level in enumerate(level_set.levels):
        write_level(level, tmp_path / f"{number}.{'json' if number % 2 else 'txt'}")
    assert read_level_set(str(tmp_path), MAZE, any_limit).digest == level_set.digest
    assert len(read_level_set(str(tmp_path / "*.json"), MAZE, any_limit).levels) == 5


def test_files_of_all_formats_are_one_set_and_some_are_held_out(tmp_path, level_set):
    for number, level in enumerate(level_set.levels):
        write_level(level, tmp_path / f"{number}{SUFFIXES[number % len(SUFFIXES)]}")
    mixed = read_level_set(str(tmp_path), MAZE, any_limit)
    mixed.check_parts()
    assert mixed.identity() == level_set.identity()
    held_out = [level_set.levels.index(level) for level in mixed.originals("test")]
    assert mixed.names("test") == sorted(f"{k}{SUFFIXES[k % len(SUFFIXES)]}" for k in held_out)
    assert {*mixed.names("train"), *mixed.names("validation"), *mixed.names("test")} == {
        path.name for path in tmp_path.iterdir() if path.suffix in SUFFIXES
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S#G\n", r"bad\.txt: the goal .* cannot be reached"),
        ("S?G\n", r"bad\.txt: line 1, column 2"),
        ("; family: bandit\n...\n", r"bad\.txt"),
    ],
)
def test_a_file_that_cannot_be_trained_on_is_named(tmp_path, text, message):
    write_level(generate(MAZE, 1), tmp_path / "a.txt")
    (tmp_path / "bad.txt").write_text(text)
    with pytest.raises(LevelError, match=message):
        read_level_set(str(tmp_path), MAZE, any_limit)


def test_a_level_that_no_episode_is_long_enough_for_is_named(tmp_path):
    tiles = np.ones((1, 9), np.uint8)
    tiles[0, 0], tiles[0, 8] = 2, 3
    write_level(Level(family="maze", tiles=tiles), tmp_path / "long.txt")
    with pytest.raises(LevelError, match=r"long\.txt: .* 8 steps, .* 7"):
        read_level_set(str(tmp_path), MAZE, lambda arrays: np.full(len(arrays), 7, np.int32))
