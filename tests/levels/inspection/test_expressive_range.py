import json

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, UnknownName
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.inspection import features as features_module
from gamemeta_levels.inspection.duplicates import MOST_NAMES, equal_levels
from gamemeta_levels.inspection.expressive_range import MOST_BINS, edges_of, expressive_range
from gamemeta_levels.inspection.features import (
    FeatureColumns,
    check_pair,
    features_of,
    parse_pair,
    usual_pair,
)
from gamemeta_levels.inspection.inspect import inspect_generated, inspect_levels
from tests.helpers.oracles import drawn

RANDOM = np.random.default_rng(5)
WHOLE = RANDOM.integers(3, 90, 400).astype(float)
SHARES = RANDOM.random(400) * 0.37


@pytest.mark.parametrize("values", [WHOLE, SHARES, np.array([7.0]), np.array([0.25, 0.25]), np.zeros(0)])
def test_bins_are_few_of_one_width_and_hold_every_value(values):
    edges = edges_of(values)
    assert 1 <= len(edges) - 1 <= MOST_BINS
    assert np.allclose(np.diff(edges), np.diff(edges)[0])
    assert all(edges[0] <= value <= edges[-1] for value in values)


def test_whole_values_lie_in_the_middle_of_their_bins():
    assert edges_of(np.array([2.0, 5.0])).tolist() == [1.5, 2.5, 3.5, 4.5, 5.5]


def test_cells_hold_the_levels_that_a_plain_count_finds_in_them():
    missing = SHARES.copy()
    missing[::7] = np.nan
    found = expressive_range(("b", "a"), {"a": WHOLE, "b": missing})
    counts = np.zeros_like(found.counts)
    x, y = found.edges
    for across, up in zip(missing, WHOLE, strict=True):
        if not np.isnan(across):
            column = max(k for k in range(len(x) - 1) if x[k] <= across)
            counts[column, max(k for k in range(len(y) - 1) if y[k] <= up)] += 1
    assert (found.counts == counts).all()
    plain = json.loads(json.dumps(found.to_json()))
    assert sum(cell[2] for cell in plain["cells"]) == np.isfinite(missing).sum()


def test_a_point_is_unlike_where_its_cell_and_those_beside_it_are_empty():
    counted = {"a": np.array([0.0, 1.0]), "b": np.array([0.0, 1.0])}
    points = {"a": np.array([2.0, 3.0, 0.0, np.nan]), "b": np.array([2.0, 1.0, 0.0, 9.0])}
    found = expressive_range(("a", "b"), counted, points)
    assert found.unlike.tolist() == [False, True, False, False]
    nothing = expressive_range(("a", "b"), {}, points)
    assert not nothing.unlike.any() and nothing.counts.sum() == 0


def test_of_a_parameter_with_several_values_the_mean_and_the_largest_are_features():
    realised = {"chance": np.array([[0.2, 0.4], [1.0, 0.0]]), "gold": np.array([2, 3]), "more": np.zeros(2)}
    found = features_of({"size": np.array([4.0, 9.0])}, realised, ("chance", "gold", "absent"))
    assert list(found) == ["size", "chance", "chance_most", "gold"]
    assert np.allclose(found["chance"], [0.3, 0.5])
    assert np.allclose(found["chance_most"], [0.4, 1.0])


def test_columns_keep_the_place_of_each_level_and_no_more_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(features_module, "MOST_KEPT", 5)
    columns = FeatureColumns()
    columns.add({"a": np.array([1.0, 3.0])}, np.array([0, 2]), of=3)
    columns.add({"b": np.array([4.0, 5.0, 6.0])}, np.array([0, 1, 2]), of=3)
    columns.add({"b": np.array([7.0])}, np.array([0]), of=1)
    found = columns.columns()
    assert np.array_equal(found["a"], [1, np.nan, 3, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(found["b"], [np.nan, np.nan, np.nan, 4, 5], equal_nan=True)


def test_features_of_generated_levels_are_those_of_the_levels():
    found = inspect_generated(Maze(), "test", 40, features=True)
    assert len(found.features["openness"]) == 40
    assert found.features["par_steps"].sum() == pytest.approx(found.mean_par_steps * 40)
    assert found.measures["dead_ends"].most == found.features["dead_ends"].max()
    assert not inspect_generated(Maze(), "test", 5).features


def test_equal_and_unsolvable_levels_are_named():
    levels = [drawn("S.G\n"), drawn("S#G\n"), drawn("S.G\n"), drawn("S.\n.G\n")]
    found = inspect_levels(Maze(), levels, names=["a", "b", "c", "d"], features=True)
    assert [one.names for one in found.equal] == [("a", "c")]
    assert [one.name for one in found.unsolvable] == ["b"]
    assert "cannot be reached" in found.unsolvable[0].reason
    assert np.array_equal(found.features["par_steps"], [2, np.nan, 2, 2], equal_nan=True)


def test_groups_of_equal_levels_are_the_largest_first_and_name_few():
    hashes = np.array([9, 1, 9, *[4] * 30, 1, 8], np.uint64)
    found = equal_levels(hashes, str)
    assert [one.levels for one in found] == [30, 2, 2]
    assert [one.names for one in found[1:]] == [("0", "2"), ("1", "33")]
    assert found[0].names == tuple(str(k) for k in range(3, 3 + MOST_NAMES))
    assert equal_levels(hashes[:2], str) == equal_levels(hashes[:0], str) == ()


def test_pairs_of_measures_are_two_that_the_levels_have():
    columns = {"size": np.ones(3), "par_steps": np.array([1.0, 2, 3]), "gold": np.array([0.0, 1, np.nan])}
    assert parse_pair("gold, size") == ("gold", "size")
    check_pair(("gold", "size"), columns, "pebbles")
    assert usual_pair(columns, "pebbles") == ("gold", "par_steps")
    assert usual_pair({"size": np.ones(3)}, "pebbles") is None
    for text in ("gold", "gold,gold", "a,b,c", ","):
        with pytest.raises(ConfigError, match="two different"):
            parse_pair(text)
    with pytest.raises(ConfigError, match=r"braiding says nothing.*Choose two of: size, par_steps, gold"):
        check_pair(("braiding", "size"), columns, "pebbles")
    with pytest.raises(UnknownName, match="'opennes'"):
        check_pair(("size", "opennes"), columns, "pebbles")
