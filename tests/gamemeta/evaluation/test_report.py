"""The report page, its charts and the figure: well-formed, self-contained, and true to the numbers."""

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.evaluation.page import charts
from gamemeta.evaluation.page.curves import draw_curves
from gamemeta.evaluation.page.figure import _draw, write_figure
from gamemeta.evaluation.page.html import check_target
from gamemeta.evaluation.page.inline_svg import inline_svg
from gamemeta.evaluation.page.level_picture import TILE, level_picture
from gamemeta.evaluation.page.players import LOOKS
from gamemeta.evaluation.page.report import report_page, write_report
from gamemeta.evaluation.statistics.adaptation import compare
from gamemeta.evaluation.statistics.intervals import Interval
from gamemeta.evaluation.statistics.scores import Arm, curves
from gamemeta.evaluation.study import Member, Study, evaluate_study, pooled
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.games.registry import make_game
from gamemeta.games.setup import GameSetup
from gamemeta.learners.fine_tuning import FineTuningConfig
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.training.config import load_config
from gamemeta_cli.evaluate import show
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.formats.ascii import parse
from tests.helpers.agents import agent_of_policy, tiny_agent

VOID = {"meta", "br", "link", "img", "hr", "input"}


def evaluated(**options):
    """Random play, as if an agent's."""
    options = {"levels": 24, "episodes": 3, "threads": 1, **options}
    return evaluate(RandomActor(MazeGame(1).spec), GameSetup("maze"), **options)


def study_of(*evaluations, agent=None):
    """A study of tiny agents of training seeds 0, 1 ... with these evaluations."""
    members = []
    for seed, one in enumerate(evaluations):
        training = {"config": {"run": {"seed": seed}}, "commit": f"{seed}" * 40}
        members.append(Member(agent or replace(tiny_agent(), training=training), one))
    return Study(pooled(evaluations), members)


def with_baselines(evaluation, seed):
    """Records around made-up scores: reset-trained 0.3, revealed 0.9, fine-tuned on 7 levels."""
    rng, (levels, k) = np.random.default_rng(seed), evaluation.arms["par"].returns.shape

    def arm(score, levels):
        returns = np.clip(rng.normal(score, 0.1, (levels, k)), 0, 1)
        return Arm(returns, np.ones_like(returns), returns > 0.5)

    arms = {"reset_trained": arm(0.3, levels), "fine_tuned": arm(0.5, 7), "revealed": arm(0.9, levels)}
    arms = evaluation.arms | arms
    return replace(evaluation, arms=arms, curves=curves(arms), adaptation=compare(arms))


@pytest.fixture(scope="module")
def result():
    return study_of(evaluated())


@pytest.fixture(scope="module")
def page(result):
    return report_page(result)


@pytest.fixture(scope="module")
def compared():
    return study_of(*(with_baselines(evaluated(seed=k), k) for k in range(3)))


@pytest.fixture(scope="module")
def compared_page(compared):
    return report_page(compared)


@pytest.fixture
def axes():
    return Figure().add_subplot()


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


def words(page):
    return " ".join("".join(Balance(page).text).split())


def shown(low, high):
    return f"{low:.3f} \N{EN DASH} {high:.3f}".replace("-0.000", "0.000")


@pytest.mark.slow
def test_the_page_is_well_formed(page, compared_page):
    assert len(pictures(page)) == 2 + 3 + 2 * 12
    assert len(pictures(compared_page)) == 2 + 2 + 3 + 2 * 12


def test_the_page_needs_nothing_but_itself(compared_page):
    assert not re.search(r"https?:|<script|src=|href=[\"'](?!#)|url\((?!#)|@import", compared_page)
    assert "default-src 'none'" in compared_page


def test_the_page_says_what_the_table_says(page, result):
    text = words(page)
    assert result.evaluation.verdict() in text
    assert tiny_agent().digest in text
    for name in ("agent", "wiped", "swapped"):
        curve = result.evaluation.curves[name]
        for low, high in zip(curve.score_low, curve.score_high, strict=True):
            assert shown(low, high) in text


def test_one_agent_without_baselines_has_neither_of_those_sections(page):
    assert "Beside its baselines" not in page
    assert "By training seed" not in page


def test_the_page_shows_the_baselines_with_their_intervals(compared, compared_page):
    text, found = words(compared_page), compared.evaluation.adaptation
    assert compared.evaluation.verdict() in text
    assert "the first 7 of the 24 levels" in text
    for name in ("reset_trained", "revealed", "fine_tuned"):
        curve = compared.evaluation.curves[name]
        for low, high in zip(curve.score_low, curve.score_high, strict=True):
            assert shown(low, high) in text
    for one in (found.room, found.index, found.gain, found.over_wiped, found.over_swapped):
        assert f"{round(one.value, 3) + 0.0:.3f}{shown(one.low, one.high)}" in text


def test_each_training_seed_has_its_line_and_its_provenance(compared, compared_page):
    table = compared_page[compared_page.index("By training seed") : compared_page.index("In numbers")]
    rows = re.findall(r"<tr><th>(\d)</th>(.*?)</tr>", table)
    assert [seed for seed, _ in rows] == ["0", "1", "2"]
    for member, (_, row) in zip(compared.members, rows, strict=True):
        curve, index = member.evaluation.curves["agent"], member.evaluation.adaptation.index
        for k in (0, -1):
            assert shown(curve.score_low[k], curve.score_high[k]) in row
        assert shown(index.low, index.high) in row
        assert member.agent.digest in row
        assert f"{member.agent.training['commit'][:12]}" in compared_page


def test_the_charts_take_their_colours_from_the_page(compared_page):
    for picture in re.findall(r"<svg class=.chart.*?</svg>", compared_page, re.DOTALL):
        assert set(re.findall(r"#[0-9a-f]{6}\b", picture)) == set()
        assert "var(--soft)" in picture
    for name, look in LOOKS.items():
        assert f"--{name}: {look.light};" in compared_page and f"--{name}: {look.dark};" in compared_page


def test_the_chart_of_the_room_puts_each_player_where_its_score_is(axes):
    rows = [
        charts.Row(name="revealed", interval=Interval(0.9, 0.8, 1.0), points=[0.85, 0.95]),
        charts.Row(name="agent", interval=Interval(0.5, 0.4, 0.6)),
    ]
    charts.draw_intervals(axes, rows, charts.score_axis(0.3, 1.0), shade=(0.3, 0.9), label="room 0.6")
    drawn = [line.get_xydata().tolist() for line in axes.get_lines() if len(line.get_xydata())]
    assert drawn == [[[0.85, 0.28], [0.95, 0.28]], [[0.9, 0]], [[0.5, 1]]]
    whiskers = [segment.tolist() for part in axes.collections for segment in part.get_segments()]
    assert whiskers == [[[0.8, 0], [1.0, 0]], [[0.4, 1], [0.6, 1]]]
    (shade,) = axes.patches
    assert shade.get_extents().transformed(axes.transData.inverted()).x0 == pytest.approx(0.3)
    top, bottom = axes.get_ylim()[::-1]
    assert top < 0 and bottom > 1, "the first row is on top"


def without(study, *players):
    """The same study of one agent without some of the players."""
    (member,) = study.members
    arms = {name: arm for name, arm in member.evaluation.arms.items() if name not in players}
    return study_of(replace(member.evaluation, fine_tuning=(FineTuningConfig(),)).with_arms(arms))


def test_without_par_the_page_shows_returns(result):
    found = without(result, "par")
    page = report_page(found)
    text, agent = words(page), found.evaluation.curves["agent"]
    assert agent.score == pytest.approx(agent.returns)
    assert shown(agent.score_low[0], agent.score_high[0]) in text
    assert "Return by episode of the trial" in text and "return in episode 3" in text
    assert "it is not known what return counts as score 1" in text
    assert "solver (par)" not in text and "levels at par" not in text and "adaptation index" not in text
    assert pictures(page)


def test_without_a_revealed_agent_the_page_shows_the_other_baselines():
    found = without(study_of(with_baselines(evaluated(), 0)), "revealed")
    text = words(report_page(found))
    for name in ("reset_trained", "fine_tuned"):
        curve = found.evaluation.curves[name]
        assert shown(curve.score_low[0], curve.score_high[0]) in text
    assert "there is no revealed agent, and no room" in text
    assert "Room: what adaptation can win" not in text and "adaptation index" not in text


@pytest.mark.slow
def test_without_room_the_page_says_that_the_index_is_undefined():
    one = with_baselines(evaluated(), 0)
    arms = one.arms | {"revealed": one.arms["agent"]}
    page = report_page(study_of(replace(one, arms=arms, curves=curves(arms), adaptation=compare(arms))))
    assert "undefined: room is not above 0" in words(page)
    assert not re.search(r"\bnan\b", page)


@pytest.mark.slow
def test_what_an_agent_file_says_of_itself_is_no_html():
    training = {"commit": "<script>alert(1)</script>", "config": {"run": {"seed": "<b>&"}}, "version": "<b>"}
    agent = replace(tiny_agent(), training=training)
    for evaluations in ((evaluated(),), (evaluated(), evaluated())):
        page = report_page(study_of(*evaluations, agent=agent))
        assert "<script>" not in page
        assert "&lt;b&gt;" in page
        Balance(page)


def study_in(game, **network):
    """An untrained agent of a calibration game, evaluated."""
    values = load_config(game, overrides=["network.width=16"]).to_json()
    made = make_game(game, 1)
    config = NetworkConfig(**values["network"] | network)
    agent = agent_of_policy(MemoryPolicy(made.spec, config, {}))
    agent = replace(agent, game=game, game_config=values["game"], level_parameters=values["levels"])
    return evaluate_study([agent], levels=12, episodes=2, threads=1)


def page_of(game, **network):
    return words(report_page(study_in(game, **network)))


@pytest.mark.slow
def test_the_page_of_a_family_that_holds_no_level_out_says_so(page):
    grid = page_of("grid")
    assert "none is held out" in grid
    assert "never seen" not in grid
    assert "that the agent has never seen" in words(page)


@pytest.mark.slow
def test_luck_is_not_told_as_being_at_par(page):
    assert "of levels at par" in words(page)
    assert "of levels at par" in page_of("grid")
    assert "of levels at par" not in page_of("bandit")


@pytest.mark.slow
def test_the_page_says_what_is_built_into_a_table(page):
    assert "built into its memory" not in words(page)
    assert "the action as the address" in page_of("bandit")
    assert "a learned address" in page_of("bandit", keys="learned")


def test_the_terminal_says_what_is_built_into_a_table(result, capsys):
    show(result)
    assert "Built into its memory" not in capsys.readouterr().out
    show(study_in("grid"))
    assert "Built into its memory: a table with cell and the action as the address" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.slow
def test_equal_evaluations_make_equal_pages(page):
    assert report_page(study_of(evaluated())) == page


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [{"episodes": 1}, {"episodes": 30, "levels": 3}, {"levels": 1, "controls": False}]
)
@pytest.mark.parametrize("seeds", [1, 2])
def test_the_page_fits_other_evaluations(options, seeds):
    page = report_page(study_of(*(evaluated(seed=k, **options) for k in range(seeds))))
    Balance(page)
    assert pictures(page)
    assert not re.search(r"\bnan\b", page)


def test_a_chart_holds_the_values_and_their_intervals(axes):
    axis = charts.Axis(title="", start=0, end=2, ticks=[])
    x, y = [0, 1, 2, 0.5], [0.0, 1.0, 2.0, 0.5]
    low, high = [0.0, 0.5, 1.5, np.nan], [0.5, 1.5, 2.0, np.nan]
    one = charts.Series(name="agent", x=x, y=y, low=low, high=high)
    charts.draw_lines(axes, [one], axis, axis, whiskers=True)
    (line,) = axes.get_lines()
    assert line.get_xydata().tolist() == [[0, 0], [1, 1], [2, 2], [0.5, 0.5]]
    (whiskers,) = axes.collections
    assert [part.tolist() for part in whiskers.get_segments()] == [
        [[0, 0], [0, 0.5]],
        [[1, 0.5], [1, 1.5]],
        [[2, 1.5], [2, 2]],
    ]


def test_the_page_and_the_figure_show_the_same_curves(compared, axes):
    draw_curves(axes, compared.evaluation, ("agent", "wiped"))
    shown = {line.get_label(): line.get_ydata().tolist() for line in axes.get_lines()}
    curves = compared.evaluation.curves
    assert shown == {"memory wiped": list(curves["wiped"].score), "agent": list(curves["agent"].score)}
    figure = _draw(compared.evaluation)
    for panel in figure.axes:
        lines = {line.get_label(): line.get_ydata().tolist() for line in panel.get_lines()}
        assert lines["agent"] == shown["agent"]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_a_title_is_escaped():
    axis = charts.Axis(title="", start=0, end=1, ticks=[])
    svg = inline_svg(lambda axes: charts.draw_lines(axes, [], axis, axis), title='a & "b"')
    assert ElementTree.fromstring(svg).get("aria-label") == 'a & "b"'


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


def test_an_axis_of_returns_holds_them_all_with_few_round_ticks():
    for lowest, highest in ((-1250.0, 13.0), (0.001, 0.0042), (5.0, 5.0), (-3e6, 2e6), (0.0, 475.0)):
        axis = charts.return_axis(lowest, highest)
        assert axis.start <= lowest <= highest <= axis.end
        assert 2 <= len(axis.ticks) <= 10
        assert all(float(label.replace(",", "")) == pytest.approx(at, abs=1e-6) for at, label in axis.ticks)


def test_a_level_is_drawn_with_its_floor_and_a_shortest_way():
    level = parse("#######\n#S..#.#\n###.#.#\n#G..#.#\n#######", "maze")
    packed = Maze().pack([level])
    drawn = level_picture(packed.tiles[0], packed.distance[0], packed.spawn[0], title="x")
    svg = ElementTree.fromstring(drawn)
    (way,) = svg.iter("polyline")
    assert len(places(way)) == packed.par_steps[0] + 1
    floor = next(p for p in svg.iter("path") if p.get("class") == "floor")
    runs = [int(wide) for wide in re.findall(r"h(\d+)v", floor.get("d"))]
    assert sum(runs) == TILE * np.count_nonzero(packed.tiles)


@pytest.mark.slow
def test_the_report_is_written_whole_or_not_at_all(result, page, tmp_path):
    path = tmp_path / "report.html"
    write_report(result, path)
    assert path.read_text("utf-8") == page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(OSError, match="missing"):
        write_report(result, tmp_path / "missing" / "report.html")


def test_targets_are_checked_and_nothing_is_left_behind(tmp_path):
    check_target(tmp_path / "a.HTML", (".html",))
    (tmp_path / "folder.html").mkdir()
    for name, error in (("a.pdf", ConfigError), ("folder.html", ConfigError), ("none/a.html", OSError)):
        with pytest.raises(error):
            check_target(tmp_path / name, (".html",))
    assert [p.name for p in tmp_path.iterdir()] == ["folder.html"]


@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_figure_is_a_picture_and_the_same_each_time(compared, tmp_path, form, start):
    first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    for path in (first, second):
        write_figure(compared.evaluation, path)
    assert first.read_bytes().startswith(start)
    assert first.read_bytes() == second.read_bytes()


def test_the_figure_shows_the_baselines_where_they_were_played(result, compared, tmp_path):
    for study, words in ((result, False), (compared, True)):
        write_figure(study.evaluation, tmp_path / "a.svg")
        text = (tmp_path / "a.svg").read_text("utf-8")
        assert "memory swapped" in text
        assert all((name in text) == words for name in ("reset-trained", "fine-tuned", "revealed"))
        assert ("3 training seeds" in text) == words


def test_without_matplotlib_the_error_says_what_to_install(result, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ConfigError, match=r'pip install "gamemeta\[report\]"'):
        report_page(result)
    with pytest.raises(ConfigError, match=r'pip install "gamemeta\[report\]"'):
        write_figure(result.evaluation, tmp_path / "a.png")
