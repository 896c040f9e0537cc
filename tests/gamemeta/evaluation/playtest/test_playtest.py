"""Play-tests by the included agents: every step is counted, and what stands out is reported."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.assets import find_asset
from gamemeta.errors import ConfigError
from gamemeta.evaluation.playtest.findings import compare_with_others, play_findings
from gamemeta.evaluation.playtest.heat_picture import SHADES, shades
from gamemeta.evaluation.playtest.level_test import LevelTest
from gamemeta.evaluation.playtest.page import page_of
from gamemeta.evaluation.playtest.playtest import playtest
from gamemeta.evaluation.playtest.trials import Tries
from gamemeta.evaluation.rating import Rating, rate_agent
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.family import generate
from tests.helpers.agents import tiny_agent


def agent(game):
    return read_agent(find_asset(f"agents/{game}.safetensors"))


@pytest.fixture(scope="module")
def mazes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("levels")
    closed = folder / "<img src=x onerror=alert(1)>&.txt"
    closed.write_text("#####\n#S#G#\n#####\n")
    return playtest(agent("maze"), ["test:3", str(closed), "test:1"], episodes=3, repeats=4, generated=0)


def test_heat_counts_every_step_of_every_player(mazes):
    for test in mazes.ranked:
        steps = test.played.arms["agent"].steps
        for episode in range(3):
            assert test.heat(episode).sum() == steps[:, episode].sum()
            assert (test.heat(episode) > 0).sum() == sum(map(np.sum, shades(test.heat(episode), 5)))


def test_ways_lead_from_the_spawn_by_single_steps(mazes):
    for test in mazes.ranked:
        for path in (path for paths in test.played.paths for path in paths):
            assert tuple(path[0]) in test.level.find(2)
            assert np.abs(np.diff(path, axis=0)).sum(1).max() <= 1


def test_the_agent_s_curve_is_that_of_a_rating(mazes):
    rated = rate_agent(agent("maze"), ["test:3"], episodes=3, repeats=4)[0]
    assert mazes.tests[0].rating.curve == rated.curve
    assert mazes.tests[0].rating.deviations == rated.deviations


def test_levels_are_ranked_and_those_that_cannot_be_solved_are_kept(mazes):
    assert [test.name for test in mazes.ranked] == ["test:1", "test:3"]
    assert [test.rating.rank for test in mazes.ranked] == [2, 1]
    (refused,) = mazes.refused
    assert [one.kind for one in refused.problems] == ["unsolvable"]


def test_memory_shows_as_what_was_learned(mazes):
    hard = mazes.tests[0]
    assert hard.learned > 0.3
    assert hard.by_memory > 0.3
    assert hard.detours[0] > hard.detours[-1] >= 1


def test_json_says_all_in_plain_values(mazes):
    plain = json.loads(json.dumps(mazes.to_json(), allow_nan=False))
    first, closed, _ = plain["levels"]
    assert plain["order"] == ["test:1", "test:3"]
    assert (closed["ok"], closed["play"]) == (False, None)
    play = first["play"]
    assert sum(map(sum, play["heat_last"])) == pytest.approx(4 * play["steps"][-1])
    assert len(play["success"]) == len(play["detours"]) == len(play["deaths"]) == 3
    assert play["reachable_tiles"] > len(play["never_visited"])


def test_the_page_escapes_names_and_asks_for_nothing(mazes):
    page = page_of(mazes)
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;.txt" in page
    assert "<script" not in page and "http:" not in page and "https:" not in page
    assert page.count("<image ") == 3
    assert page == page_of(mazes)


@pytest.mark.parametrize("game", ["dungeon", "tag"])
def test_every_family_with_a_map_is_played(game):
    result = playtest(agent(game), ["test:1"], episodes=2, repeats=2, generated=2)
    (test,) = result.ranked
    assert test.heat(1).sum() == test.played.arms["agent"].steps[:, 1].sum()
    assert not test.problems
    assert (test.detours is None) == (game == "tag")
    assert page_of(result)


def test_levels_without_a_map_are_refused():
    spec = GameSetup.from_values("bandit").game().spec
    bandit = replace(tiny_agent(spec=spec), game="bandit", game_config={}, level_parameters={})
    with pytest.raises(ConfigError, match="no map"):
        playtest(bandit, ["1"])


def played(score, deaths=(), trials=8, level=None):
    """A test of a dungeon that was played with this score; the first tries die on these tiles."""
    level = level or generate(Dungeon(), 1)
    shape = (trials, 2)
    one = np.full(shape, 1.0)
    died = np.zeros(shape, np.bool_)
    paths = [[np.array([level.find(2)[0]] * 2, np.int16) for _ in range(trials)] for _ in range(2)]
    for trial, place in enumerate(deaths):
        died[trial, 0], paths[0][trial] = True, np.array([level.find(2)[0], place], np.int16)
    arms = {"agent": Arm(one * score, one, one * (score > 0))}
    arms |= {"wiped": Arm(one * score, one, one), "random": Arm(0 * one, one, one), "par": Arm(one, one, one)}
    rating = Rating(name="level", level=level, par_steps=1)
    return LevelTest(rating=rating, tries=Tries(arms=arms, paths=paths, died=died))


@pytest.mark.parametrize(("deaths", "deadly"), [(4, True), (3, False)])
def test_a_place_that_ends_half_of_the_first_tries_is_a_trap(deaths, deadly):
    test = played(0.5, [(3, 4)] * deaths)
    reported = [one for one in play_findings(test) if one.kind == "deadly_place"]
    assert [one.places for one in reported] == ([((3, 4),)] if deadly else [])
    assert test.deaths == [deaths / 8, 0]


def test_what_no_try_came_to_and_what_was_never_solved_is_remarked():
    kinds = {one.kind: one.problem for one in play_findings(played(0.0))}
    assert kinds == {"never_solved": False, "missed": False}


def test_a_level_harder_than_the_others_and_than_generated_ones_is_remarked():
    tests = [played(0.9 - 0.01 * k) for k in range(20)] + [played(0.1)]
    compare_with_others(tests, np.full(30, 0.5))
    kinds = [[one.kind for one in test.findings] for test in tests]
    assert kinds[-1] == ["harder_than_others", "harder_than_generated"]
    assert not any(kinds[:-1])


def test_shades_leave_out_tiles_without_a_step():
    layers = shades(np.array([[0, 1, 100]]), 100)
    assert len(layers) == SHADES
    assert sum(layer.astype(int) for layer in layers).tolist() == [[0, 1, 1]]
    assert layers[-1].tolist() == [[False, False, True]]
