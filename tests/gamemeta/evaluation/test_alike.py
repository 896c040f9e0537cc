"""Levels that play alike are one level to every interval."""

from types import SimpleNamespace

import numpy as np
import pytest

from gamemeta.evaluation.alike import clusters_of, different_levels, kinds_in_words
from gamemeta.evaluation.statistics.intervals import interval
from gamemeta_levels.families.level_set import LevelSet
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate, generate_arrays


def test_levels_that_play_alike_have_the_same_number():
    different, numbers = different_levels(np.array([9, 4, 9, 0, 7, 4, 0], np.uint64))
    assert different == 5
    assert numbers.tolist() == [2, 0, 2, 3, 1, 0, 4]


def test_no_level_differs_from_none():
    assert different_levels(np.zeros(0, np.uint64))[0] == 0


def covered(alike: bool, *, worlds=24, copies=8, runs=400):
    """Share of 95% intervals that hold the true mean, where every level is drawn in several copies."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(runs):
        world = rng.integers(0, worlds, worlds * copies)
        returns = rng.normal(size=worlds)[world] + 0.1 * rng.normal(size=len(world))
        _, numbers = different_levels(world.astype(np.uint64) + 1)
        found = interval(returns, numbers if alike else None)
        hits += found.low <= 0 <= found.high
    return hits / runs


def test_intervals_over_different_levels_hold_what_they_say():
    assert 0.92 <= covered(alike=True) <= 0.98
    assert covered(alike=False) < 0.7


@pytest.mark.parametrize(
    ("unseen", "prints", "clusters"),
    [
        (True, [5, 4, 5], [1, 0, 1]),
        (True, [5, 4, 6], None),
        (False, [5, 4, 5], None),
        (False, [5, 4, 6], None),
    ],
)
def test_levels_that_play_alike_are_clusters_where_some_are_held_out(unseen, prints, clusters):
    family = SimpleNamespace(
        unseen=unseen, origins=lambda levels: None, fingerprints=lambda levels: np.array(prints, np.uint64)
    )
    different, drawings, found = clusters_of(family, [0, 1, 2])
    assert (different, drawings) == (len(set(prints)), None)
    assert (None if found is None else found.tolist()) == clusters


def test_variations_of_a_drawing_count_as_one():
    drawn = [generate(Maze(), seed, "train") for seed in range(6)]
    varied, plain = LevelSet(Maze(), drawn, variations=5), LevelSet(Maze(), drawn)
    played = generate_arrays(varied, range(varied.count("test")), "test")
    different, drawings, clusters = clusters_of(varied, played)
    assert (different, drawings) == (12, 2)
    assert sorted(np.bincount(np.unique(clusters, return_inverse=True)[1])) == [6, 6]
    for row in range(len(played)):
        original = varied.levels[clusters[row]]
        assert varied.unpack(played, row).tiles.shape == original.tiles.shape
    assert clusters_of(plain, generate_arrays(plain, range(2), "test")) == (2, None, None)
    assert clusters_of(varied, generate_arrays(varied, range(6), "any")) == (6, None, None)


def test_the_interval_over_variations_is_that_over_drawings():
    drawings, noise = np.array([0.2, 0.6]), np.tile([-0.1, 0.1], 100)
    scores = np.concatenate([mean + noise for mean in drawings])
    found, alone = interval(scores, np.repeat([0, 1], 200)), interval(drawings)
    assert np.allclose((found.low, found.high), (alone.low, alone.high))


def test_drawings_are_said_beside_the_number_of_levels():
    assert kinds_in_words(402, 402, 2) == ", variations of 2 drawings"
    assert kinds_in_words(402, 30, 1) == ", 30 of them different, variations of 1 drawing"
    assert kinds_in_words(402, 30, None) == ", 30 of them different"
    assert kinds_in_words(402, 402, None) == kinds_in_words(402, None, None) == ""
