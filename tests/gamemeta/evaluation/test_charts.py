"""Charts of the page and of figures: words that do not touch, and nothing left out below 0."""

import re
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from gamemeta.evaluation.page.charts import (
    Axis,
    Series,
    draw_lines,
    episode_axis,
    keep_labels_apart,
    score_axis,
)
from gamemeta.evaluation.page.level_picture import episode_columns

Y = Axis(title="score", start=0, end=1, ticks=[(0, "0"), (1, "1")])


def drawn(x, series, inches=4.0):
    figure = Figure(figsize=(inches, 3), layout="constrained")
    axes = figure.add_subplot()
    draw_lines(axes, series, x, Y)
    keep_labels_apart(figure)
    return figure, axes


def boxes(figure, axes):
    figure.draw_without_rendering()
    return [label.get_window_extent() for label in axes.get_xticklabels() if label.get_visible()]


@pytest.mark.parametrize("inches", [2, 4, 7])
@pytest.mark.parametrize("words", ["9", "110-121", "10,000 to 20,000 tiles"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_words_below_an_axis_do_not_touch(count, words, inches):
    x = Axis(title="", start=-0.5, end=count - 0.5, ticks=[(k, words) for k in range(count)])
    values = np.linspace(0.2, 0.8, count)
    figure, axes = drawn(x, [Series(name="agent", x=np.arange(count), y=values)], inches)
    shown = boxes(figure, axes)
    assert shown
    assert all(left.x1 < right.x0 for left, right in pairwise(shown))


@pytest.mark.parametrize("episodes", [1, 2, 6, 12, 30, 100, 1000])
def test_numbers_of_episodes_do_not_touch(episodes):
    places, values = np.arange(1.0, episodes + 1), np.full(episodes, 0.5)
    figure, axes = drawn(episode_axis(episodes), [Series(name="agent", x=places, y=values)], 3)
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes(figure, axes)))


def test_one_episode_shows_every_player_beside_the_others():
    names = ("par", "random", "wiped", "agent")
    band = {"low": [0.4], "high": [0.6]}
    one = [
        Series(name=name, x=[1.0], y=[0.5], **(band if name in ("wiped", "agent") else {})) for name in names
    ]
    _, axes = drawn(episode_axis(1), one)
    trained = [line for line in axes.get_lines() if len(line.get_xdata()) == 1]
    assert len({float(line.get_xdata()[0]) for line in trained}) == 2
    assert sum(len(line.get_xdata()) == 2 for line in axes.get_lines()) == 2


@pytest.mark.parametrize("lowest", [0.0, -0.03, -0.1, -0.9, -1300.0])
def test_an_axis_holds_what_lies_below_0(lowest):
    assert score_axis(lowest, 0.9).start < lowest


def rectangles(markup):
    found = re.findall(r'<rect x="[\d.]+" y="([\d.-]+)" width="[\d.]+" height="([\d.]+)"', str(markup))
    return [(float(top), float(height)) for top, height in found]


def test_columns_below_0_hang_from_the_line_of_0():
    above, below = rectangles(episode_columns(np.array([0.5, -0.5]), title="t"))
    assert above[0] + above[1] == pytest.approx(below[0], abs=0.2)
    assert above[1] == pytest.approx(below[1], abs=0.2)
    assert 'class="zero"' in episode_columns(np.array([0.5, -0.5]), title="t")


@pytest.mark.parametrize("scores", [[0.0, 1.0], [-5.0, 3.0], [-0.2] * 30, [1.0]])
def test_columns_stay_in_their_picture(scores):
    for top, height in rectangles(episode_columns(np.array(scores), title="t")):
        assert top >= 0 and height >= 1 and top + height <= 62
