"""Ratings of corridors, in which an agent that knows the way takes 4 steps, and one that is wrong 12."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation import large_levels
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.large_levels import judged_steps
from gamemeta.evaluation.rating import (
    FAR_OUTSIDE,
    REFERENCE_LEVELS,
    Deviation,
    Rating,
    rate_agent,
    rate_levels,
)
from gamemeta.evaluation.side_by_side import FIRST_LANES, MOST_LANES, MOST_TILES, SideBySide
from gamemeta.evaluation.watch import Watch
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.formats import write_level
from gamemeta_levels.inspection.measures import measure_levels
from tests.gamemeta.evaluation.test_controls import Walker, corridor
from tests.helpers.agents import tiny_agent

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


def test_an_agent_s_figures_on_a_level_do_not_depend_on_the_levels_beside_it(corridors):
    agent = tiny_agent()
    together = rate_agent(agent, ["test:5", "far:1", "3", str(corridors[0])], episodes=2, repeats=3)
    for rating in together:
        (alone,) = rate_agent(agent, [rating.name], episodes=2, repeats=3)
        assert (alone.curve, alone.deviations) == (rating.curve, rating.deviations)


def test_blocks_hold_each_level_once_the_shortest_first_within_bounds():
    setup = GameSetup.from_values("maze", CONFIG)
    together = SideBySide(Walker(), setup, episodes=1, repeats=16, seed=0)
    limits = np.arange(1000)[::-1].copy()
    blocks = together.blocks(limits, np.full(1000, 99))
    assert np.concatenate(blocks).tolist() == list(range(1000))[::-1]
    assert len(blocks[0]) * 16 == FIRST_LANES
    assert max(map(len, blocks)) * 16 == MOST_LANES
    large = together.blocks(limits, np.full(1000, 255 * 255))
    assert max(map(len, large)) * 16 * 255 * 255 <= MOST_TILES


def test_what_was_played_before_ctrl_c_is_kept(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)

    def stop(played, levels):
        if played >= 2 * FIRST_LANES:
            raise KeyboardInterrupt

    watch = Watch(show=stop, clock=iter(range(10**9)).__next__)
    ratings = rate(*map(str, range(40)), repeats=16, episodes=1, watch=watch)
    known = [rating for rating in ratings if rating.known]
    assert 0 < len(known) < len(ratings) == 40
    assert sorted(rating.rank for rating in known) == list(range(1, len(known) + 1))


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
        assert (found.low, found.high) == (usual[name].min(), usual[name].max())
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
    for wrong in (0, 1001):
        with pytest.raises(ConfigError, match=f"{name} = {wrong}: give 1 to 1000"):
            rate("3", **{name: wrong})


def test_without_par_there_is_no_rating(monkeypatch):
    monkeypatch.setattr("gamemeta.evaluation.evaluation.has_par", lambda game, levels: False)
    with pytest.raises(ConfigError, match=r"a rating needs scores.* 'maze' is unknown"):
        rate_agent(tiny_agent(), ["3"])


def deviation(value, z):
    return Deviation(value=value, mean=2 / 3, z=z, percentile=50.0, low=-1.0, high=2.0)


@pytest.mark.parametrize(
    ("value", "z", "outside"),
    [
        (2.1, FAR_OUTSIDE, True),
        (-1.1, -FAR_OUTSIDE, True),
        (2.1, FAR_OUTSIDE - 0.1, False),
        (2.0, 9.0, False),
        (-1.0, -9.0, False),
    ],
)
def test_a_level_is_outside_that_lies_beyond_all_training_levels_and_far_from_most(value, z, outside):
    assert deviation(value, z).outside == outside
    measures = {"near": deviation(0.0, 3.0), "this": deviation(value, z)}
    rating = Rating(name="x", deviations=measures)
    assert rating.outside == ["this"] * outside
    assert (rating.unlike, Rating(name="x").unlike) == ("this" if abs(z) > 3 else "near", None)


def test_json_has_five_places():
    assert deviation(1 / 3, 0.0).to_json()["value"] == 0.33333
    assert deviation(1 / 3, 0.0).to_json()["mean"] == 0.66667


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


def test_only_levels_over_64_x_64_tiles_are_cut_off():
    sides = [(64, 64), (64, 65), (255, 255), (255, 255), (255, 255), (65, 64)]
    levels = Maze().arrays(len(sides))
    levels.size[:] = sides
    levels.par_steps[:] = [4000, 100, 3000, 30_000, 1000, 100]
    limits = np.array([9000, 9000, 32_512, 32_512, 32_512, 500], np.int32)
    assert judged_steps(levels, limits).tolist() == [9000, 2048, 3750, 4096, 2048, 500]


def test_a_large_level_is_judged_by_its_first_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(large_levels, "LARGE_TILES", 8)
    monkeypatch.setattr(large_levels, "LEAST_STEPS", 6)
    paths = [tmp_path / f"{side}.json" for side in ("right", "left")]
    for path, right in zip(paths, (True, False), strict=True):
        write_level(corridor(goal_on_the_right=right), path)
    right, left = rate(*paths, episodes=3)
    assert (right.curve.steps, left.curve.steps) == ([4, 4, 4], [6, 4, 4])
    assert left.curve.success == [0, 1, 1]
    assert right.step_limit == left.step_limit > left.judged_steps == 6
    assert "first 6 of" in left.cut_off
