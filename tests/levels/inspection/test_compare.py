"""Comparisons against plain loops."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.inspection.compare import Comparison, TileChange
from gamemeta_levels.level import Entity, Level

GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=4
    )
)
THINGS = st.lists(
    st.builds(Entity, st.sampled_from("ab"), st.just(0), st.just(0), st.integers(0, 1)), max_size=4
)
HIDDEN = st.dictionaries(st.sampled_from("xyz"), st.lists(st.integers(-2, 2), max_size=3), max_size=3)
LEVELS = st.builds(
    lambda tiles, things, hidden: Level("maze", tiles, tuple(things), hidden), GRIDS, THINGS, HIDDEN
)


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(before=LEVELS, after=LEVELS)
def test_levels_are_equal_exactly_when_nothing_differs(before, after):
    found = Comparison(before, after)
    differs = found.tiles or not found.same_size or found.removed or found.added or found.hidden
    assert found.equal == (not differs)


@settings(deadline=None, max_examples=100)
@given(before=LEVELS, after=LEVELS)
def test_removing_and_adding_things_turns_one_level_into_the_other(before, after):
    found = Comparison(before, after)
    kept = list(before.entities)
    for thing in found.removed:
        kept.remove(thing)
    assert sorted([*kept, *found.added]) == list(after.entities)


@settings(deadline=None, max_examples=100)
@given(before=LEVELS, after=LEVELS)
def test_the_other_way_round_everything_is_swapped(before, after):
    one, other = Comparison(before, after), Comparison(after, before)
    assert [(t.before, t.after) for t in one.tiles] == [(t.after, t.before) for t in other.tiles]
    assert (one.removed, one.added) == (other.added, other.removed)
    assert [(h.name, h.place) for h in one.hidden] == [(h.name, h.place) for h in other.hidden]


def test_tiles_that_differ_are_those_of_a_plain_loop():
    one, other = generate(Maze(), 1), generate(Maze(), 2)
    height, width = np.minimum(one.tiles.shape, other.tiles.shape)
    expected = [
        TileChange(row=r, column=c, before=int(one.tiles[r, c]), after=int(other.tiles[r, c]))
        for r in range(height)
        for c in range(width)
        if one.tiles[r, c] != other.tiles[r, c]
    ]
    assert list(Comparison(one, other).tiles) == expected


def test_a_comparison_is_plain_json():
    level = generate(Maze(), 1)
    found = json.loads(json.dumps(Comparison(level, Maze().mutate(level, 3)).to_json()))
    assert found["equal"] is False
    assert found["digests"][0] == level.digest
