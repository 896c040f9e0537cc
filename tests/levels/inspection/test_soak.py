"""Soaks of families with faults, and of good ones."""

import json

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError, UnknownName
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.inspection.chunks import CHUNK_LEVELS, generated
from gamemeta_levels.inspection.soak import soak
from gamemeta_levels.registry import families
from gamemeta_levels.split import MAX_SEED

BAD = CHUNK_LEVELS + 17


class Crashing(Bandit):
    def fill(self, arrays, rows, seeds, split):
        if BAD in seeds:
            raise ZeroDivisionError("no arm is left")
        super().fill(arrays, rows, seeds, split)


class Unsolvable(Bandit):
    def measure(self, arrays):
        return np.where(arrays.seed == BAD, -1, 1)


class Renamed(Bandit):
    def fill(self, arrays, rows, seeds, split):
        super().fill(arrays, rows, seeds, split)
        arrays.seed[rows[seeds == BAD]] = 0


@pytest.mark.parametrize(
    ("family", "why"),
    [
        (Crashing(), "ZeroDivisionError: no arm is left"),
        (Unsolvable(), "no plan"),
        (Renamed(), "another seed"),
    ],
)
def test_the_bad_seed_is_named(family, why):
    result = soak(family, "any", 3 * CHUNK_LEVELS)
    assert result.fault.seed == result.levels == BAD
    assert why in result.fault.error
    assert json.loads(json.dumps(result.to_json()))["bad_seed"]["seed"] == BAD


def test_a_content_hash_that_does_not_fit_is_a_fault():
    class Wrong(Bandit):
        def fill(self, arrays, rows, seeds, split):
            super().fill(arrays, rows, seeds, split)
            arrays.content_hash[rows] += np.uint64(1)

    assert "content hash" in soak(Wrong(), "any", 5).fault.error


@pytest.mark.parametrize("name", ["maze", "bandit", "mdp", "grid", "dungeon"])
def test_our_families_have_no_bad_level_and_progress_is_told(name):
    seen = []
    count = CHUNK_LEVELS + 5
    result = soak(families()[name](), "train", count, progress=seen.append)
    assert (result.fault, result.levels, seen[-1]) == (None, count, count)


def test_ctrl_c_keeps_what_is_known():
    def stop(levels):
        raise KeyboardInterrupt

    result = soak(Bandit(), "any", 10 * CHUNK_LEVELS, progress=stop)
    assert result.interrupted
    assert (result.levels, result.fault) == (CHUNK_LEVELS, None)


def test_bad_input_is_an_error_and_no_fault():
    with pytest.raises(UnknownName, match="'tset'"):
        soak(Maze(), "tset", 3)
    with pytest.raises(ConfigError, match="no far bandits"):
        soak(Bandit(), "far", 3)
    with pytest.raises(LevelError, match="go beyond"):
        soak(Maze(), "any", 2, first_seed=MAX_SEED)


def test_the_last_seed_can_be_looked_at():
    assert soak(Bandit(), "any", 2, first_seed=MAX_SEED - 1).levels == 2


@pytest.mark.parametrize("split", ["test", "far"])
def test_generated_levels_come_in_the_order_of_their_seeds(split):
    count = CHUNK_LEVELS + 3
    levels = list(generated(Maze(), split, count, first_seed=9))
    assert [level.seed for level in levels] == list(range(9, 9 + count))
    assert levels[-1] == generate(Maze(), 8 + count, split)
