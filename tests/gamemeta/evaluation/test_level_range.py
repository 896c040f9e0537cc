"""`gamemeta levels stats` with a page and a figure."""

import html
import json
import re
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.level_range.histogram import histogram
from gamemeta.evaluation.level_range.measuring import Generated, measure_family, measure_files
from gamemeta.evaluation.level_range.page import page_of
from gamemeta.evaluation.level_range.range_chart import write_range
from gamemeta_cli.app import main
from gamemeta_levels.errors import UnknownName
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.inspection.features import PAIRS, described
from tests.helpers.oracles import drawn

HOSTILE = "<img src=x>&\x1b$y^2$.txt"
HALL = "#########\n#S......#\n#.......#\n#.......#\n#......G#\n#########\n"
FEW = Generated(Maze(), "any", 60)


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code of `gamemeta levels stats WORDS`, what it printed, and its errors on one line."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gamemeta", "levels", "stats", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed, error = capsys.readouterr()
        return ended.value.code or 0, printed, " ".join(error.split())

    return run


@pytest.fixture(scope="module")
def mine():
    levels = [generate(Maze(), 3), drawn(HALL), drawn("S#G\n"), generate(Maze(), 3)]
    names = ["one.txt", HOSTILE, "walled.txt", "two.txt"]
    return measure_files(levels, names, "mine", FEW, pair=("openness", "junctions"))


def test_levels_of_files_are_points_on_what_their_family_generates(mine):
    assert mine.range.counts.sum() == 60
    assert np.isfinite(mine.range.points).all(1).tolist() == [True, True, False, True]
    assert mine.unlike == [HOSTILE]
    assert mine.report.solvable == 3
    ends = {words: level for named, level in mine.ends() for words, _ in named}
    assert (ends["Most openness"].tiles == drawn(HALL).tiles).all()


def test_the_page_names_equal_unsolvable_and_unlike_levels_and_nothing_in_a_name_acts(mine):
    page = page_of(mine)
    assert "<img src=x" not in page and "\x1b" not in page
    safe = html.escape(HOSTILE.replace("\x1b", r"\x1b"))
    assert f"No generated level lies near: {safe}." in page
    assert "one.txt = two.txt" in page and "4 levels: 1 not solvable, 1 equal to another" in page
    assert "walled.txt: not solvable" in page and "the goal at row 1, column 3" in page
    assert "allowed 20.0% to 40.0%" in page
    for picture in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(picture)
    assert page == page_of(mine)


def test_a_family_has_a_page_and_a_figure_and_equal_levels_make_equal_ones(tmp_path):
    stats = measure_family(FEW)
    assert stats.range.names == PAIRS["maze"]
    page = page_of(stats)
    assert "60 levels: all solvable, all different" in page
    assert "your levels" not in page and 'class="others" d=""' in page
    for name, start in (("range.png", b"\x89PNG"), ("range.svg", b"<?xml")):
        write_range(stats, tmp_path / name)
        once = (tmp_path / name).read_bytes()
        write_range(stats, tmp_path / name)
        assert once.startswith(start) and (tmp_path / name).read_bytes() == once


@pytest.mark.parametrize("count", [1, 30])
def test_a_family_without_maps_is_drawn_by_its_parameters(count):
    stats = measure_family(Generated(Bandit(), "any", count))
    assert stats.range.names == PAIRS["bandit"]
    assert stats.range.counts.sum() == count
    assert "Probability, largest" in page_of(stats)


def test_where_nothing_is_solvable_the_page_says_so_and_there_is_no_figure(tmp_path):
    stats = measure_files([drawn("S#G\n")], ["a.txt"], "mine", FEW)
    assert stats.behind is None
    assert "There is no picture: no level is solvable" in page_of(stats)
    with pytest.raises(ConfigError, match="no level is solvable"):
        write_range(stats, tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_a_histogram_draws_shares_of_levels_and_the_range_that_is_allowed():
    picture = histogram(np.array([1.0, 1, 2, 4]), described("gold"), allowed=(1.0, 5.0))
    columns = re.search(r'class="these" d="(.*?)"', picture)[1].split("M")[1:]
    assert [float(re.search(r"v-([\d.]+)h", one)[1]) for one in columns] == [96, 48, 48]
    start, width = map(float, re.search(r'class="allowed" d="M([\d.]+) 105h([\d.]+)"', picture).groups())
    assert (start, width) == (30, 240)  # from the middle of the first of five bins to that of the last


def test_measures_are_checked_before_many_levels_are_made():
    made = []
    for pair, error in ((("opennes", "size"), UnknownName), (("openness", "size"), ConfigError)):
        with pytest.raises(error, match="Choose two of: size, par_steps, probability, probability_most"):
            measure_family(Generated(Bandit(), "any", 100_000), pair=pair, progress=made.append)
    assert not made


def test_the_command_writes_page_and_figure_and_the_range_as_json(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, printed, error = run(
        "maze",
        "--count",
        40,
        "--measures",
        "openness,size",
        "--report",
        "a.html",
        "--figure",
        "a.svg",
        "--json",
    )
    assert (code, "wrote a.html" in error, "wrote a.svg" in error) == (0, True, True)
    found = json.loads(printed)["expressive_range"]
    assert found["measures"] == ["openness", "size"]
    assert sum(cell[2] for cell in found["cells"]) == 40
    assert "Openness" in (tmp_path / "a.svg").read_text()
    assert "40 levels" in (tmp_path / "a.html").read_text()


def test_the_command_names_files_by_their_place_in_the_folder(run, tmp_path):
    for name, text in (("a.txt", "S.G\n"), ("b.txt", "S#G\n"), ("c.txt", "S.G\n")):
        (tmp_path / name).write_text(text)
    code, printed, _ = run(tmp_path)
    assert code == 0
    assert "equal: a.txt, c.txt" in printed and "b.txt: the goal at line 1, column 3" in printed
    assert str(tmp_path) not in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["maze", "--measures", "openness,size"], "--report, --figure or --json"),
        (["maze", "--measures", "openness", "--json"], "two different"),
        (["maze", "--figure", "a.gif"], ".png or .svg"),
        (["maze", "--report", "no/folder/a.html"], "no/folder"),
        (["grid", "--count", "9", "--figure", "a.png"], "no two measures"),
    ],
)
def test_a_picture_that_cannot_be_made_is_refused_in_a_sentence(run, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    code, _, error = run(*words)
    assert (code, message in error) == (2, True)
    assert not list(tmp_path.glob("a.*"))
