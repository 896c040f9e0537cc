"""The game `bandit`: what arms pay, when an episode ends and what is refused."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.builtin.bandit.game import BanditConfig, BanditGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.bandit.family import Bandit
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, GOAL
from tests.helpers.chance import assert_mean, played

LEVEL = Level(family="bandit", tiles=[[FLOOR] * 3], hidden={"probability": (250_000, 10**6, 0)})
PULLS = 200


@pytest.mark.parametrize(
    "config",
    [BanditConfig(pulls=6), BanditConfig(arms=2, revealed=True), BanditConfig(arms=255, pulls=3)],
    ids=str,
)
def test_it_keeps_its_contract_in_every_form(config):
    check_game(lambda n: BanditGame(n, config), steps=20)


def test_an_arm_pays_with_its_chance():
    game = BanditGame(100, BanditConfig(arms=3, pulls=PULLS))
    levels = game.family().pack([LEVEL] * 100)
    assert_mean(played(game, levels, np.zeros((PULLS, 100), int))["reward"], 0.25)
    assert (played(game, levels, np.ones((PULLS, 100), int))["reward"] == 1).all()
    assert (played(game, levels, np.full((PULLS, 100), 2))["reward"] == 0).all()


def test_pulls_are_independent_of_each_other_and_of_other_episodes():
    game = BanditGame(300, BanditConfig(pulls=PULLS))
    levels = game.family().pack([fair_coins()] * 300)
    first, again = (played(game, levels, np.zeros((PULLS, 300), int), e)["reward"] * 2 - 1 for e in (0, 1))
    assert_mean(first[1:] * first[:-1], 0.0)
    assert_mean(first * again, 0.0)
    assert_mean(first[:, 1:] * first[:, :-1], 0.0)


def fair_coins():
    return Level(family="bandit", tiles=[[FLOOR] * 5], hidden={"probability": (500_000,) * 5})


def test_the_best_arm_earns_par_on_average():
    game = BanditGame(500, BanditConfig(pulls=20))
    levels = generate_arrays(game.family(), range(500), "test")
    best = levels.more["probability"].argmax(1)
    returns = played(game, levels, np.tile(best, (20, 1)))["reward"].sum(0)
    assert_mean(returns - game.par(levels), 0.0)


def test_an_episode_terminates_with_its_last_pull_and_succeeds_on_a_best_arm():
    game = BanditGame(2, BanditConfig(arms=3, pulls=2))
    record = played(game, game.family().pack([LEVEL] * 2), [[1, 0], [0, 1]])
    assert record["terminated"].tolist() == [[False, False], [True, True]]
    assert record["success"].tolist() == [[False, False], [False, True]]


def test_equal_best_arms_are_all_a_success():
    game = BanditGame(1, BanditConfig(pulls=1))
    assert played(game, game.family().pack([fair_coins()]), [[4]])["success"].all()


def test_the_best_arm_shows_only_when_it_is_revealed():
    levels = Bandit(arms=3).pack([LEVEL])
    shown = played(BanditGame(1, BanditConfig(arms=3, revealed=True)), levels, [[0]])
    assert shown["best_arm"].tolist() == [[1]]
    assert {b.name for b in BanditGame(1).spec.obs} == {"machine"}


def test_a_viewer_sees_the_best_arm_and_the_arm_pulled_last():
    game = BanditGame(1, BanditConfig(arms=3, pulls=5))
    played(game, game.family().pack([LEVEL]), [[2]])
    scene = game.scene(0)
    assert scene.tiles.tolist() == [[FLOOR, GOAL, FLOOR]]
    assert (scene.agent, scene.step, scene.limit) == ((0, 2), 1, 5)
    assert GOAL not in scene.view


def test_levels_with_another_number_of_arms_are_refused():
    with pytest.raises(LevelError, match="this game has 5 arms, the levels have 3"):
        BanditGame(1).par(Bandit().pack([LEVEL]))
    with pytest.raises(LevelError, match="2 games need 2 levels"):
        BanditGame(2).reset(Bandit().pack([generate(Bandit(), 0)]), np.ones(1, bool), None)


@pytest.mark.parametrize("actions", [np.zeros((1, 1)), np.zeros((2, 1, 1), int), np.full((1, 1, 1), 5)])
def test_actions_that_do_not_fit_are_refused(actions):
    game = BanditGame(1)
    with pytest.raises(SpecError):
        game.step(actions, StepBuffers.empty(game))


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: b"\xff" * len(d), lambda d: d[:20] + b"\xff" * 20]
)
def test_bytes_that_are_not_a_saved_bandit_are_refused(change):
    game = BanditGame(1)
    with pytest.raises(LevelError, match="saved bandit"):
        game.load(0, change(game.save(0)))


@pytest.mark.parametrize("setting", [{"arms": 1}, {"arms": 256}, {"pulls": 0}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"{next(iter(setting))} = "):
        BanditConfig(**setting)
