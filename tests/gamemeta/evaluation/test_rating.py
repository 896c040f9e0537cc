"""Ratings of corridors, in which an agent that knows the way takes 4 steps, and one that is wrong 12."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.rating import REFERENCE_LEVELS, rate_levels
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.formats import write_level
from gamemeta_levels.inspection.measures import measure_levels
from tests.gamemeta.evaluation.test_controls import Walker, corridor

CONFIG = vars(MazeConfig(view=3, steps_per_tile=2.0))


def rate(*words, actor=None, config=CONFIG, **options):
    return rate_levels(
        actor or Walker(), GameSetup.from_values("maze", config), [str(word) for word in words], **options
    )


@pytest.fixture
def corridors(tmp_path):
    paths = []
    for name, right in (("right", True), ("left", False)):
        paths.append(tmp_path / f"{name}.json")
        write_level(corridor(goal_on_the_right=right), paths[-1])
    return paths


def test_the_solver_s_way_scores_1_and_a_detour_less(corridors):
    right, left = rate(*corridors, episodes=3)
    assert right.curve.score == pytest.approx([1, 1, 1])
    assert left.curve.score[0] < 0.9
    assert left.curve.score[1:] == pytest.approx([1, 1])
    assert (right.curve.steps, left.curve.steps) == ([4, 4, 4], [12, 4, 4])


def test_rank_1_is_the_hardest(corridors):
    right, left = rate(*corridors)
    assert (left.rank, right.rank) == (1, 2)
    assert left.score < right.score


def test_a_level_is_rated_the_same_whatever_else_is(corridors):
    chance = RandomActor(MazeGame(1, MazeConfig(view=3)).spec)
    alone = rate("test:5", actor=chance)[0]
    among = rate(*corridors, "test:5", "far:1", actor=chance)[2]
    assert alone.curve == among.curve
    assert alone.deviations == among.deviations


def test_repeats_differ_so_that_a_single_level_has_an_interval():
    chance = RandomActor(MazeGame(1, MazeConfig(view=3)).spec)
    (rating,) = rate("test:5", actor=chance)
    assert rating.curve.score_low[0] < 0 < rating.curve.score_high[0]


def test_broken_and_unsolvable_levels_say_why_and_the_rest_is_rated(tmp_path):
    broken, closed = tmp_path / "broken.txt", tmp_path / "closed.txt"
    broken.write_text("#?#")
    closed.write_text("#####\n#S#G#\n#####\n")
    ratings = rate(broken, "3", closed, tmp_path / "missing.txt", "elsewhere:2")
    assert [r.error is None for r in ratings] == [False, True, False, False, False]
    for rating, why in zip(
        ratings, ["not a tile", None, "cannot be reached", "no level file", "no split"], strict=True
    ):
        assert why is None or (why in rating.error and rating.rank is None)
    assert ratings[1].rank == 1


def test_a_level_whose_plan_exceeds_the_step_limit_cannot_be_rated(corridors):
    (rating,) = rate(corridors[0], config={**CONFIG, "steps_per_tile": 0.2})
    assert "takes 4 steps, but an episode ends after 2" in rating.error
    assert rating.par_steps == 4


def test_a_level_is_compared_with_the_agent_s_training_levels():
    (rating,) = rate("far:3")
    family = Maze()
    usual = measure_levels(generate_arrays(family, range(REFERENCE_LEVELS), "train"))
    own = measure_levels(generate_arrays(family, [3], "far"))
    for name, found in rating.deviations.items():
        assert found.value == own[name][0]
        assert found.z == pytest.approx((own[name][0] - usual[name].mean()) / usual[name].std())
        expected = np.mean([(u < found.value) + 0.5 * (u == found.value) for u in usual[name]])
        assert found.percentile == pytest.approx(100 * expected)
    assert rating.unlike == max(rating.deviations, key=lambda name: abs(rating.deviations[name].z))
    assert rating.deviations["size"].percentile == 100


def test_a_measure_that_never_varies_in_training_still_gives_a_finite_distance():
    fixed = {"height": [9, 9], "width": [9, 9]}
    (rating,) = rate_levels(
        Walker(), GameSetup.from_values("maze", CONFIG, fixed), ["far:0"], repeats=2, episodes=1
    )
    size = rating.deviations["size"]
    assert size.z == pytest.approx((size.value - 81) / (0.01 * 81))


@pytest.mark.parametrize("name", ["episodes", "repeats"])
def test_numbers_out_of_range_are_named(name):
    with pytest.raises(ConfigError, match=f"{name} = 0: give 1 to 1000"):
        rate("3", **{name: 0})


def test_json_holds_the_curve_and_every_measure(corridors):
    plain = rate(corridors[0])[0].to_json()
    assert plain["ok"] and plain["error"] is None
    assert plain["agent"]["score"] == [1.0] * 4
    assert set(plain["measures"]["size"]) == {"value", "mean", "z", "percentile", "low", "high"}


def test_json_names_the_split_of_each_level(tmp_path):
    words = ["train:0", "test:0", "validation:0", "far:0"]
    assert [r.to_json()["split"] for r in rate(*words, repeats=1, episodes=1)] == [
        word.split(":")[0] for word in words
    ]
