"""The adaptation table, played by actors whose every score can be worked out by hand.

In a corridor of 9 tiles the goal lies at one end and the agent starts in the middle. The right
heading reaches the goal in 4 steps, the wrong one turns at the wall and needs 12.
"""

import threading

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.blocks import LARGEST
from gamemeta.evaluation.controls import adaptation_table
from gamemeta.evaluation.episodes import Actor, RandomActor, RandomDecision
from gamemeta.evaluation.statistics.scores import curves
from gamemeta.evaluation.watch import Watch
from gamemeta.games.builtin.bandit.game import BanditConfig, BanditGame
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.outside.python_class.game import plain_game
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN

LEFT, RIGHT = 2, 3
LIMIT = 18
KNOWN, MISTAKEN = 1 - 0.9 * 4 / LIMIT, 1 - 0.9 * 12 / LIMIT
CERTAIN = 60.0
"""A logit that leaves nothing to chance."""


def corridor(goal_on_the_right: bool) -> Level:
    tiles = np.full((1, 9), FLOOR)
    tiles[0, 4], tiles[0, 8 if goal_on_the_right else 0] = SPAWN, GOAL
    return Level(family="maze", tiles=tiles)


def corridors(rights: list[bool]) -> LevelArrays:
    return Maze().pack([corridor(right) for right in rights])


def make_game(n: int) -> MazeGame:
    return MazeGame(n, MazeConfig(view=3, steps_per_tile=LIMIT / 9))


class Walker(Actor):
    """Walks right, turns at a wall, and keeps its heading: so it remembers which one was right."""

    def init(self, n):
        return {"heading": np.full((n, 1), RIGHT)}

    def step(self, state, inputs, reset):
        heading = state["heading"][:, 0].copy()
        ahead = np.where(heading == RIGHT, inputs["view"][:, 1, 2], inputs["view"][:, 1, 0])
        heading = np.where(ahead == 1, LEFT + RIGHT - heading, heading)
        logits = np.where(np.arange(4) == heading[:, None], CERTAIN, 0).astype(np.float32)
        return {"heading": heading[:, None]}, RandomDecision((logits,))


class Forgetful(Walker):
    """Walks by a coin that is thrown anew in every step, so there is nothing to remember."""

    def step(self, state, inputs, reset):
        logits = np.tile(np.array([0, 0, 1, 1.5], np.float32), (len(reset), 1))
        return state, RandomDecision((logits,))


def test_an_actor_that_remembers_its_level_is_told_from_its_controls():
    rights = [True, True, False, False, True, False]
    table = adaptation_table(Walker(), make_game, corridors(rights), episodes=3)
    first = np.where(rights, KNOWN, MISTAKEN)
    other = np.roll(rights, 1)
    crossed = np.where(np.equal(rights, other), KNOWN, MISTAKEN)
    wanted = {
        "agent": [first, np.full(6, KNOWN), np.full(6, KNOWN)],
        "wiped": [first, first, first],
        "swapped": [first, crossed, crossed],
        "par": [np.full(6, KNOWN)] * 3,
    }
    for name, by_episode in wanted.items():
        np.testing.assert_allclose(table[name].returns, np.stack(by_episode, 1), rtol=1e-6)
    assert list(table) == ["agent", "wiped", "swapped", "random", "par"]


def test_what_is_known_of_the_rules_is_lost_where_they_are_redrawn():
    """The goal changes sides just before the episode, so that what was remembered is wrong."""
    rights = [True, True, False, False, True, False]
    mirrored = corridors([not right for right in rights])
    table = adaptation_table(
        Walker(), make_game, corridors(rights), episodes=3, redraw=lambda levels, rows, seed: mirrored
    )
    first = np.where(rights, MISTAKEN, KNOWN)
    wanted = np.stack([first, np.full(6, MISTAKEN), np.full(6, MISTAKEN)], 1)
    np.testing.assert_allclose(table["redrawn"].returns, wanted, rtol=1e-6)
    assert list(table) == ["agent", "wiped", "swapped", "redrawn", "random", "par"]


def test_rules_are_redrawn_anew_before_each_episode():
    seeds = []
    levels = corridors([True, False])

    def redraw(levels, rows, seed):
        seeds.append(seed)
        return levels

    plain = adaptation_table(Walker(), make_game, levels, episodes=3)
    table = adaptation_table(Walker(), make_game, levels, episodes=3, redraw=redraw)
    assert len(set(seeds)) == 3
    np.testing.assert_allclose(table["redrawn"].returns, plain["agent"].returns)


def test_the_score_rises_with_memory_and_falls_with_anothers():
    rights = list(np.random.default_rng(0).random(200) < 0.5)
    made = curves(adaptation_table(Walker(), make_game, corridors(rights), episodes=2))
    assert made["agent"].score[1] == pytest.approx(1)
    assert made["agent"].score_low[1] > made["agent"].score_high[0]
    for control in ("wiped", "swapped"):
        assert made[control].score_high[1] < made["agent"].score_low[1]


def test_steps_and_success_are_counted():
    table = adaptation_table(Walker(), make_game, corridors([True, False]), episodes=2)
    assert table["agent"].steps.tolist() == [[4, 4], [12, 4]]
    assert table["par"].steps.tolist() == [[4, 4], [4, 4]]
    assert table["agent"].success.all()


def test_an_actor_without_memory_plays_the_very_same_wiped_or_swapped():
    """Only memory tells an agent from its controls: they draw the same in each episode."""
    table = adaptation_table(Forgetful(), make_game, corridors([True, False] * 50), episodes=3)
    for control in ("wiped", "swapped"):
        np.testing.assert_array_equal(table[control].steps, table["agent"].steps)
    assert (table["agent"].steps[:, 0] != table["agent"].steps[:, 1]).any()


def test_a_swapped_memory_brings_no_draws_along():
    """What an actor without memory does on every second level does not depend on the levels between."""
    one, other = (
        adaptation_table(Forgetful(), make_game, corridors([between, False] * 60), episodes=2)
        for between in (True, False)
    )
    assert (one["agent"].steps[::2, 0] != other["agent"].steps[::2, 0]).any()
    np.testing.assert_array_equal(one["swapped"].steps[1::2], other["swapped"].steps[1::2])


def test_every_episode_draws_anew():
    table = adaptation_table(Forgetful(), make_game, corridors([True] * 100), episodes=2)
    for name in ("agent", "wiped", "swapped", "random"):
        assert (table[name].steps[:, 0] != table[name].steps[:, 1]).any()


SMALL = MazeParameters(height=(5, 7), width=(5, 7), goal_distance=2)


def random_table(levels: int, **options):
    game = MazeGame(1)
    drawn = generate_arrays(Maze(SMALL), range(levels), "any")
    return adaptation_table(RandomActor(game.spec), MazeGame, drawn, 2, **options)


def test_the_table_does_not_depend_on_the_number_of_threads():
    alone, threads = random_table(LARGEST + 50), set()
    shared = random_table(LARGEST + 50, threads=3, started=lambda: threads.add(threading.get_ident()))
    assert len(threads) > 1
    for name, arm in alone.items():
        for field in ("returns", "steps", "success"):
            np.testing.assert_array_equal(getattr(arm, field), getattr(shared[name], field))


@pytest.mark.parametrize("redrawn", [False, True])
@pytest.mark.parametrize("controls", [(), ("wiped",), ("wiped", "swapped")])
def test_the_last_level_has_been_played_when_all_players_have(controls, redrawn):
    shown, clock = [], iter(range(10**6))
    watch = Watch(None, lambda *progress: shown.append(progress), lambda: float(next(clock)))
    levels = corridors([True, False] * 5)
    redraw = (lambda levels, rows, seed: levels) if redrawn else None
    adaptation_table(Walker(), make_game, levels, 2, controls=controls, redraw=redraw, watch=watch)
    assert shown[0] == (0, 10)
    assert shown[-1] == (10, 10) != shown[-2]


def test_another_seed_gives_other_draws():
    one, other = random_table(20, seed=1), random_table(20, seed=2)
    assert (one["agent"].steps != other["agent"].steps).any()
    np.testing.assert_array_equal(one["par"].returns, other["par"].returns)


def test_levels_beyond_a_block_still_meet_anothers_memory():
    """With one level more than a block holds, none is left alone."""
    rights = [True, False] * (LARGEST // 2) + [True]
    table = adaptation_table(Walker(), make_game, corridors(rights), episodes=2)
    assert (table["swapped"].returns[:, 1] < KNOWN - 0.1).sum() >= LARGEST - 2


def test_a_single_level_has_no_swapped_control():
    with pytest.raises(ConfigError, match=r"1 level\(s\): give at least 2"):
        adaptation_table(Walker(), make_game, corridors([True]), episodes=2)
    table = adaptation_table(Walker(), make_game, corridors([True]), 2, controls=("wiped",))
    assert list(table) == ["agent", "wiped", "random", "par"]


def test_no_level_is_refused():
    with pytest.raises(ConfigError, match="give at least 1"):
        adaptation_table(Walker(), make_game, Maze().arrays(0), episodes=2, controls=())


class FirstArm(Actor):
    """Always pulls the first arm, so that only luck can tell two episodes apart."""

    def init(self, n):
        return {}

    def step(self, state, inputs, reset):
        return state, RandomDecision((np.tile([[CERTAIN, 0, 0, 0, 0]], (len(reset), 1)).astype(np.float32),))


def bandit_table(seed=0, levels=300):
    arms = generate_arrays(Bandit(), range(levels), "test")
    return adaptation_table(FirstArm(), lambda n: BanditGame(n, BanditConfig(pulls=8)), arms, 3, seed=seed)


def test_agent_and_controls_meet_the_same_luck_in_each_episode():
    table = bandit_table()
    for name in ("wiped", "swapped"):
        np.testing.assert_array_equal(table[name].returns, table["agent"].returns)


def test_luck_differs_between_episodes_and_seeds_and_is_reproducible():
    returns = bandit_table()["agent"].returns
    assert (returns[:, 0] != returns[:, 1]).mean() > 0.4
    assert (returns[:, 1] != returns[:, 2]).mean() > 0.4
    assert (returns != bandit_table(seed=1)["agent"].returns).mean() > 0.4
    np.testing.assert_array_equal(returns, bandit_table()["agent"].returns)


def test_luck_does_not_depend_on_how_many_levels_are_played():
    np.testing.assert_array_equal(
        bandit_table(levels=20)["agent"].returns, bandit_table()["agent"].returns[:20]
    )


class Pay:
    """Pays 1 a step, whatever is done."""

    actions, step_limit = 4, 3

    def reset(self, level):
        return 0

    def step(self, action):
        return 0, 1.0, False


@pytest.mark.parametrize(("par", "scored"), [(4.0, True), (3.0, False), (-5.0, False)])
def test_a_par_that_random_play_reaches_scores_nothing(par, scored):
    game = plain_game(Pay, "pay")
    levels = generate_arrays(game(1).family(), range(2), "any")
    config = game.Config(par=par)
    table = adaptation_table(Forgetful(), lambda n: game(n, config), levels, episodes=2)
    assert ("par" in table) == scored
    assert curves(table)["agent"].score == pytest.approx([0.0, 0.0] if scored else [3.0, 3.0])
