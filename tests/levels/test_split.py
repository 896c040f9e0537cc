import math

import numpy as np
import pytest

from gamemeta_levels.errors import LevelError, UnknownName
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.split import (
    MAX_SEED,
    SPLITS,
    LevelAddress,
    parse_address,
    split_code,
    split_of,
)
from gamemeta_levels.tiles import WALL

SEEDS = range(20_000)
SIGMAS = 4


@pytest.fixture(scope="module")
def drawn_levels():
    return generate_arrays(Maze(), SEEDS, "any")


@pytest.fixture(scope="module")
def splits(drawn_levels):
    """The split of each drawn level."""
    return np.array([split_of(int(value)) for value in drawn_levels.content_hash])


def test_levels_of_one_content_lie_in_one_split_whatever_their_seed():
    level = generate(Maze(), 3, "test")
    assert split_of(level.with_seed(99).content_hash) == "test"


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_level_drawn_for_a_split_lies_in_it(split):
    arrays = generate_arrays(Maze(), range(500), split)
    assert {split_of(int(value)) for value in arrays.content_hash} == {split}


@pytest.mark.slow
def test_no_level_is_in_two_splits():
    train, validation, test = (
        set(generate_arrays(Maze(), SEEDS, split).content_hash.tolist())
        for split in ("train", "validation", "test")
    )
    assert not train & validation
    assert not train & test
    assert not validation & test


@pytest.mark.parametrize(("split", "share"), [("train", 0.8), ("validation", 0.1), ("test", 0.1)])
def test_splits_take_80_10_and_10_percent_of_the_levels(splits, split, share):
    bound = SIGMAS * math.sqrt(len(splits) * share * (1 - share))
    assert abs(np.sum(splits == split) - share * len(splits)) < bound


@pytest.mark.parametrize("split", ["validation", "test"])
def test_splits_do_not_differ_in_difficulty(drawn_levels, splits, split):
    par = drawn_levels.par_steps.astype(float)
    part = par[splits == split]
    assert abs(part.mean() - par.mean()) < SIGMAS * par.std() / math.sqrt(len(part))


@pytest.mark.parametrize("split", ["validation", "test"])
def test_splits_do_not_differ_in_the_parity_of_their_floor(drawn_levels, splits, split):
    even = np.sum(drawn_levels.tiles != WALL, axis=(1, 2)) % 2 == 0
    part, share = even[splits == split], even.mean()
    assert abs(part.mean() - share) < SIGMAS * math.sqrt(share * (1 - share) / len(part))


@pytest.mark.parametrize("split", ["validation", "test"])
def test_splits_do_not_differ_in_size(drawn_levels, splits, split):
    tall = drawn_levels.size[:, 0] == 11
    part = tall[splits == split]
    assert abs(part.mean() - 0.5) < SIGMAS * 0.5 / math.sqrt(len(part))


def test_the_same_seed_names_other_levels_in_other_splits():
    assert len({generate(Maze(), 7, split) for split in ("train", "validation", "test")}) == 3


def test_an_unknown_split_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownName, match=f"'tests'.*{', '.join(SPLITS)}"):
        split_code("tests")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("17", LevelAddress("any", 17)),
        ("test:17", LevelAddress("test", 17)),
        ("far:003", LevelAddress("far", 3)),
        (f"train:{MAX_SEED}", LevelAddress("train", MAX_SEED)),
    ],
)
def test_an_address_is_a_seed_with_or_without_a_split(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "a.txt", "-3", "test:", "test:x", "1.5", "C:\\levels\\a.txt", "C:17", "\u0661"]
)
def test_another_form_is_no_address(text):
    assert parse_address(text) is None


def test_an_address_is_written_as_it_is_read():
    for text in ("17", "test:17", "far:3"):
        assert str(parse_address(text)) == text


def test_an_address_of_an_unknown_split_is_refused():
    with pytest.raises(UnknownName, match="'tset'"):
        parse_address("tset:4")


@pytest.mark.parametrize("seed", [str(MAX_SEED + 1), "9" * 9999])
def test_an_address_with_too_large_a_seed_is_refused(seed):
    with pytest.raises(LevelError, match="too large"):
        parse_address(f"test:{seed}")
