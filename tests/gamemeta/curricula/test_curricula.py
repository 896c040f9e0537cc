"""Curricula: whose level a trial plays, against the words of the papers."""

import numpy as np
import pytest

from gamemeta.curricula.config import CurriculumConfig
from gamemeta.curricula.draws import level_seeds
from gamemeta.curricula.editing import Accel
from gamemeta.curricula.make import make_curriculum
from gamemeta.curricula.protocol import Played
from gamemeta.curricula.replay import PrioritisedReplay
from gamemeta.curricula.rows import named, put_level
from gamemeta.curricula.scores import TrialScores
from gamemeta.errors import ConfigError
from gamemeta.games.registry import make_game
from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.split import split_of

SMALL = MazeParameters(height=(7, 9), width=(7, 9), goal_distance=2)
FAMILY = Maze(SMALL)


def draws_of(n, seed=0):
    return np.random.default_rng(seed).integers(0, 2**64, n, np.uint64)


def drawn(curriculum, draws):
    arrays = FAMILY.arrays(len(draws))
    curriculum.draw(arrays, np.arange(len(draws)), draws)
    return arrays


def played(seeds, scores, first=0):
    """Training levels of these seeds, with these scores."""
    levels = generate_arrays(FAMILY, seeds, "train")
    return Played(np.arange(first, first + len(seeds)), np.array(scores, float), levels)


def replay(cls=PrioritisedReplay, **settings):
    return cls(FAMILY, CurriculumConfig(**{"warmup_trials": 1, **settings}))


def hashes(levels):
    return levels.content_hash.tolist()


def test_uniform_gives_the_level_of_each_seed():
    draws = draws_of(20)
    found = drawn(make_curriculum(CurriculumConfig(), FAMILY), draws)
    assert hashes(found) == hashes(generate_arrays(FAMILY, level_seeds(draws), "train"))


@pytest.mark.parametrize("kind", ["plr", "accel"])
def test_before_the_warmup_all_levels_are_new(kind):
    curriculum = make_curriculum(CurriculumConfig(kind=kind, warmup_trials=3), FAMILY)
    draws = draws_of(50)
    curriculum.update(played([1, 2], [1.0, 2.0]))
    assert hashes(drawn(curriculum, draws)) == hashes(generate_arrays(FAMILY, level_seeds(draws), "train"))
    curriculum.update(played([3], [1.0], first=2))
    assert hashes(drawn(curriculum, draws)) != hashes(generate_arrays(FAMILY, level_seeds(draws), "train"))


def test_levels_are_replayed_as_often_as_rank_and_staleness_say():
    scores = [0.1, 0.9, 0.4, 0.2]
    curriculum = replay(replay_share=1.0, temperature=0.5, staleness=0.3)
    one = played([1, 2, 3, 4], scores)
    curriculum.update(one)
    rank = np.array([4, 1, 2, 3])
    age = np.array([3, 2, 1, 0])
    by_score, by_age = (1 / rank) ** (1 / 0.5), age / age.sum()
    expected = 0.7 * by_score / by_score.sum() + 0.3 * by_age
    np.testing.assert_allclose(curriculum.chances(), expected)
    n = 20_000
    found = drawn(curriculum, draws_of(n)).content_hash
    share = [(found == content).mean() for content in one.levels.content_hash]
    assert np.abs(share - expected).max() < 4 * 0.5 / np.sqrt(n)


def test_the_share_of_replayed_levels_is_the_one_that_was_set():
    curriculum = replay(replay_share=0.3)
    one = played([1, 2, 3], [1, 2, 3])
    curriculum.update(one)
    found = drawn(curriculum, draws_of(5000)).content_hash
    assert abs(np.isin(found, one.levels.content_hash).mean() - 0.3) < 0.03


def test_a_level_played_again_has_its_newest_score():
    curriculum = replay()
    curriculum.update(played([1, 2], [0.5, 0.4]))
    curriculum.update(played([1], [0.1], first=2))
    assert curriculum.buffer.score.tolist() == [0.1, 0.4]
    assert curriculum.buffer.last.tolist() == [3, 2]


def test_one_level_twice_among_the_new_ones_is_kept_once():
    curriculum = replay()
    curriculum.update(played([1, 1], [0.5, 0.4]))
    assert curriculum.buffer.score.tolist() == [0.4]


def test_a_full_buffer_gives_up_the_least_likely_level_for_a_better_one():
    curriculum = replay(buffer=3, staleness=0.0)
    curriculum.update(played([1, 2, 3], [0.3, 0.1, 0.2]))
    curriculum.update(played([4, 5], [0.05, 0.9], first=3))
    assert sorted(curriculum.buffer.score.tolist()) == [0.2, 0.3, 0.9]
    kept = set(hashes(curriculum.buffer.levels))
    assert kept == set(hashes(generate_arrays(FAMILY, [1, 3, 5], "train")))


def test_a_full_buffer_against_one_written_out():
    curriculum = replay(buffer=5, staleness=0.0)
    rng, expected = np.random.default_rng(1), []
    for number in range(12):
        score = float(rng.random())
        curriculum.update(played([number], [score], first=number))
        expected = sorted([*expected, score])[-5:]
    assert sorted(curriculum.buffer.score.tolist()) == expected


@pytest.mark.parametrize("cls", [PrioritisedReplay, Accel])
def test_a_draw_depends_on_its_number_alone(cls):
    curriculum, draws = replay(cls), draws_of(60)
    curriculum.update(played(range(10), range(10)))
    whole = hashes(drawn(curriculum, draws))
    backwards = hashes(drawn(curriculum, draws[::-1]))[::-1]
    one_by_one = [hashes(drawn(curriculum, draws[k : k + 1]))[0] for k in range(len(draws))]
    assert whole == backwards == one_by_one


@pytest.mark.parametrize("cls", [PrioritisedReplay, Accel])
def test_all_levels_are_of_the_training_split_and_whole(cls):
    curriculum = replay(cls, replay_share=0.3, edit_share=0.6)
    curriculum.update(played(range(20), range(20)))
    arrays = drawn(curriculum, draws_of(200))
    assert (FAMILY.measure(arrays) == arrays.par_steps).all()
    for row in range(200):
        level = FAMILY.unpack(arrays, row)
        assert split_of(level.content_hash) == "train"
        assert level.content_hash == int(arrays.content_hash[row])


def test_edited_levels_are_new_and_near_to_those_of_the_buffer():
    curriculum = replay(Accel, replay_share=0.0, edit_share=1.0, edits=1)
    one = played([7], [1.0])
    curriculum.update(one)
    base = FAMILY.unpack(one.levels, 0)
    arrays = drawn(curriculum, draws_of(50))
    changed = [int((FAMILY.unpack(arrays, row).tiles != base.tiles).sum()) for row in range(50)]
    assert set(changed) <= {1, 2}
    assert len(set(hashes(arrays))) > 10
    curriculum.update(Played(np.arange(1, 51), np.ones(50), arrays))
    assert curriculum.buffer.count == 1 + len(set(hashes(arrays)))


def test_a_family_that_cannot_be_edited_is_replayed():
    class Stiff(Maze):
        def mutate(self, level, seed):
            raise LevelError("no change keeps this level solvable")

    curriculum = Accel(Stiff(SMALL), CurriculumConfig(warmup_trials=1, replay_share=0.0, edit_share=1.0))
    one = played([1, 2], [1.0, 2.0])
    curriculum.update(one)
    assert set(hashes(drawn(curriculum, draws_of(20)))) <= set(hashes(one.levels))


def test_a_curriculum_goes_on_from_its_state():
    curriculum = replay(buffer=8)
    curriculum.update(played(range(10), np.random.default_rng(0).random(10)))
    again = replay(buffer=8)
    again.load_state(curriculum.state())
    for one in (curriculum, again):
        one.update(played(range(8, 20), np.random.default_rng(1).random(12), first=10))
    ours, theirs = curriculum.state(), again.state()
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    assert hashes(drawn(curriculum, draws_of(40))) == hashes(drawn(again, draws_of(40)))


def test_a_state_with_a_test_level_is_refused():
    curriculum = replay()
    held_out = generate_arrays(FAMILY, [1], "test")
    curriculum.update(Played(np.zeros(1, np.int64), np.ones(1), held_out))
    with pytest.raises(LevelError, match="another split"):
        replay().load_state(curriculum.state())
    with pytest.raises(LevelError, match="another split"):
        drawn(curriculum, draws_of(50))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("levels.tiles", 255),
        ("levels.size", 10_000),
        ("levels.tiles", 0),
        ("score", np.nan),
    ],
)
def test_a_damaged_state_is_refused(name, value):
    curriculum = replay(buffer=8)
    curriculum.update(played(range(8), range(8)))
    state = curriculum.state()
    state[name][3] = value
    with pytest.raises((LevelError, ValueError)):
        replay(buffer=8).load_state(state)


@pytest.mark.parametrize("name", ["levels.spawn", "levels.goal", "levels.distance", "levels.content_hash"])
def test_what_follows_from_the_tiles_is_not_believed(name):
    curriculum = replay(buffer=8)
    curriculum.update(played(range(8), range(8)))
    state, again = curriculum.state(), replay(buffer=8)
    damaged = {**state, name: state[name] + 17}
    again.load_state(damaged)
    for row in range(8):
        height, width = state["levels.size"][row]
        own = (row, slice(height), slice(width)) if name == "levels.distance" else row
        found = again.state()[name][own]
        assert np.array_equal(found, state[name][own])


def test_a_state_of_other_sizes_is_refused():
    curriculum = replay(buffer=8)
    curriculum.update(played(range(8), range(8)))
    with pytest.raises(ValueError, match="does not fit"):
        replay(buffer=4).load_state(curriculum.state())


def test_a_smaller_level_is_put_into_a_corner():
    arrays = FAMILY.arrays(1)
    FAMILY.fill(arrays, np.zeros(1, np.int64), np.array([3]), "train")
    small = generate(Maze(MazeParameters(height=(5, 5), width=(5, 5), goal_distance=2)), 1)
    put_level(arrays, 0, FAMILY.pack([small]))
    assert FAMILY.unpack(arrays, 0) == small
    assert not arrays.tiles[0, 5:].any()
    assert not arrays.tiles[0, :, 5:].any()


def test_a_larger_level_does_not_fit_and_changes_nothing():
    arrays = generate_arrays(FAMILY, [3], "train")
    before = {name: array.copy() for name, array in named(arrays)}
    large = generate(Maze(MazeParameters(height=(11, 11), width=(5, 5), goal_distance=2)), 1)
    with pytest.raises(LevelError, match="does not fit"):
        put_level(arrays, 0, FAMILY.pack([large]))
    assert all(np.array_equal(array, before[name]) for name, array in named(arrays))


@pytest.mark.parametrize(("kind", "part"), [("positive", lambda a: np.maximum(a, 0)), ("magnitude", np.abs)])
def test_the_score_of_a_trial_is_a_mean_over_its_steps_in_all_rollouts(kind, part):
    rng = np.random.default_rng(2)
    advantage = rng.normal(size=(30, 3)).astype(np.float32)
    ended = rng.random((30, 3)) < 0.2
    scores = TrialScores(3, kind)
    found = np.concatenate([scores.add(advantage[a:b], ended[a:b]) for a, b in ((0, 7), (7, 8), (8, 30))])
    begun, expected = np.zeros(3, int), []
    for t, lane in np.argwhere(ended):
        expected.append(part(advantage[begun[lane] : t + 1, lane].astype(float)).mean())
        begun[lane] = t + 1
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_trials_are_taken_in_by_number_whatever_the_shards():
    parts = [played([1, 2], [0.1, 0.2]), played([3, 4], [0.3, 0.4])]
    parts[0].trial, parts[1].trial = np.array([5, 1]), np.array([3, 0])
    one, other = Played.join(parts), Played.join(parts[::-1])
    assert one.trial.tolist() == other.trial.tolist() == [0, 1, 3, 5]
    assert one.score.tolist() == other.score.tolist() == [0.4, 0.2, 0.3, 0.1]
    assert hashes(one.levels) == hashes(other.levels)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "hard"}, "kind = 'hard'"),
        ({"score": "best"}, "score = 'best'"),
        ({"temperature": 0.0}, "temperature = 0.0"),
        ({"kind": "accel", "replay_share": 0.8, "edit_share": 0.5}, "more than all trials"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ConfigError, match=message):
        CurriculumConfig(**settings)


@pytest.mark.parametrize("game", ["maze", "bandit", "mdp", "grid", "dungeon"])
def test_a_level_packed_and_put_back_is_the_row_it_came_from(game):
    family = make_game(game, 1).family()
    arrays = generate_arrays(family, range(20), "train")
    for row in range(20):
        one = arrays.take(np.array([row]))
        put_level(one, 0, family.pack([family.unpack(arrays, row)]))
        before = dict(named(arrays.take(np.array([row]))))
        assert all(np.array_equal(array, before[name]) for name, array in named(one))
