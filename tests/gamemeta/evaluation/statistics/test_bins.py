"""Levels grouped by a measure, against plain means."""

import numpy as np
import pytest

from gamemeta.evaluation.statistics.bins import binned_means


def test_bins_hold_every_level_once_with_its_mean_and_standard_error():
    rng = np.random.default_rng(0)
    values, scores = rng.normal(size=200), rng.normal(size=(200, 2))
    bins = binned_means(values, scores, 4)
    assert [b.levels for b in bins] == [50] * 4
    for one in bins:
        inside = scores[(values >= one.low) & (values <= one.high)]
        assert one.mean == pytest.approx(inside.mean(0))
        assert one.margin == pytest.approx(2.00958 * inside.std(0, ddof=1) / np.sqrt(50), rel=1e-5)


def test_few_distinct_values_get_a_bin_each():
    values = np.array([81.0, 99.0, 99.0, 121.0])
    bins = binned_means(values, np.arange(4.0)[:, None])
    assert [(b.low, b.high, b.levels) for b in bins] == [(81, 81, 1), (99, 99, 2), (121, 121, 1)]
    assert bins[1].mean == pytest.approx([1.5])
    assert np.isinf(bins[0].margin).all()
