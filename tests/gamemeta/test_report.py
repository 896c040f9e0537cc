"""The report page, its charts and the figure: well-formed, self-contained, and true to the numbers."""

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation import charts
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.evaluation.figure import write_figure
from gamemeta.evaluation.report import check_target, report_page, write_report
from gamemeta.games.maze import MazeGame
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.maze import Maze
from tests.gamemeta.agents import tiny_agent

VOID = {"meta", "br", "link", "img", "hr", "input"}


def evaluated(**options):
    options = {"levels": 24, "episodes": 3, "threads": 1, **options}
    return evaluate(RandomActor(MazeGame(1).spec), "maze", {}, {}, **options)


@pytest.fixture(scope="module")
def result():
    return evaluated()


@pytest.fixture(scope="module")
def page(result):
    return report_page(result, tiny_agent())


class Balance(HTMLParser):
    """Collects the text of a page, and fails when its tags do not close as they opened."""

    def __init__(self, page):
        super().__init__()
        self.open, self.text = [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def pictures(page):
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def places(polyline):
    return np.array([[float(n) for n in pair.split(",")] for pair in polyline.get("points").split()])


def test_the_page_is_well_formed(page):
    Balance(page)
    assert len(pictures(page)) == 2 + 3 + 2 * 12


def test_the_page_needs_nothing_but_itself(page):
    assert not re.search(r"https?:|<script|src=|href=|url\(|@import", page)
    assert "default-src 'none'" in page


def test_the_page_says_what_the_table_says(page, result):
    text = " ".join("".join(Balance(page).text).split())
    assert result.verdict() in text
    assert tiny_agent().digest in text
    for name in ("agent", "wiped", "swapped"):
        curve = result.curves[name]
        for low, high in zip(curve.score_low, curve.score_high, strict=True):
            assert f"{low:.3f} \N{EN DASH} {high:.3f}".replace("-0.000", "0.000") in text


def test_what_an_agent_file_says_of_itself_is_no_html(result):
    training = {"commit": "<script>alert(1)</script>", "config": {"run": {"seed": "<b>&"}}}
    page = report_page(result, replace(tiny_agent(), training=training))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    Balance(page)


def test_equal_evaluations_make_equal_pages(page):
    assert report_page(evaluated(), tiny_agent()) == page


@pytest.mark.parametrize(
    "options", [{"episodes": 1}, {"episodes": 30, "levels": 3}, {"levels": 1, "controls": False}]
)
def test_the_page_fits_other_evaluations(options):
    page = report_page(evaluated(**options), tiny_agent())
    Balance(page)
    assert pictures(page)
    assert not re.search(r"\bnan\b", page)


def test_points_of_a_chart_lie_where_their_values_are():
    axis = charts.Axis(title="", start=0, end=2, ticks=[])
    y = [0.0, 1.0, 2.0, 0.5]
    one = charts.Series(name="agent", x=[0, 1, 2, 0.5], y=y, low=y, high=y)
    svg = ElementTree.fromstring(charts.line_chart([one], axis, axis, title="a & b"))
    (line,) = svg.iter("polyline")
    along, down = places(line).T
    assert np.diff(along) == pytest.approx(np.array([1, 1, -1.5]) * (along[1] - along[0]), abs=0.2)
    assert np.diff(down) == pytest.approx(np.array([1, 1, -1.5]) * (down[1] - down[0]), abs=0.2)
    assert along[1] > along[0] and down[1] < down[0]
    assert svg.get("aria-label") == "a & b"


@pytest.mark.parametrize("episodes", [1, 4, 10, 11, 100, 1000])
def test_an_axis_of_episodes_begins_at_1_and_is_not_crowded(episodes):
    ticks = [label for _, label in charts.episode_axis(episodes).ticks]
    assert ticks[0] == "1"
    assert len(ticks) <= charts.MOST_TICKS


def test_an_axis_of_scores_holds_the_lowest_and_the_highest():
    for lowest, highest in ((0.1, 0.9), (-0.7, 0.2), (-40.0, 3.0)):
        axis = charts.score_axis(lowest, highest)
        assert axis.start <= min(lowest, 0) and max(highest, 1) <= axis.end
        assert len(axis.ticks) <= 17


def test_a_level_is_drawn_with_its_floor_and_a_shortest_way():
    level = parse("#######\n#S..#.#\n###.#.#\n#G..#.#\n#######", "maze")
    packed = Maze().pack([level])
    drawn = charts.level_picture(packed.tiles[0], packed.distance[0], packed.spawn[0], title="x")
    svg = ElementTree.fromstring(drawn)
    (way,) = svg.iter("polyline")
    assert len(places(way)) == packed.par_steps[0] + 1
    floor = next(p for p in svg.iter("path") if p.get("class") == "floor")
    runs = [int(wide) for wide in re.findall(r"h(\d+)v", floor.get("d"))]
    assert sum(runs) == charts.TILE * np.count_nonzero(packed.tiles)


def test_the_report_is_written_whole_or_not_at_all(result, page, tmp_path):
    path = tmp_path / "report.html"
    write_report(result, tiny_agent(), path)
    assert path.read_text("utf-8") == page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(OSError, match="missing"):
        write_report(result, tiny_agent(), tmp_path / "missing" / "report.html")


def test_targets_are_checked_and_nothing_is_left_behind(tmp_path):
    check_target(tmp_path / "a.HTML", (".html",))
    (tmp_path / "folder.html").mkdir()
    for name, error in (("a.pdf", ConfigError), ("folder.html", ConfigError), ("none/a.html", OSError)):
        with pytest.raises(error):
            check_target(tmp_path / name, (".html",))
    assert [p.name for p in tmp_path.iterdir()] == ["folder.html"]


@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_figure_is_a_picture_and_the_same_each_time(result, tmp_path, form, start):
    first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    for path in (first, second):
        write_figure(result, path)
    assert first.read_bytes().startswith(start)
    assert first.read_bytes() == second.read_bytes()


def test_a_figure_without_matplotlib_says_what_to_install(result, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ConfigError, match=r"pip install 'gamemeta\[report\]'"):
        write_figure(result, tmp_path / "a.png")
