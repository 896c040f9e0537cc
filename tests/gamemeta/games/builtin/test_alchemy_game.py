"""The game `alchemy`: what stones and potions do, what is seen, and the figures that prove its rules."""

import numpy as np
import pytest

from gamemeta.calibration import alchemy
from gamemeta.errors import LevelError
from gamemeta.games.builtin.alchemy.game import AlchemyConfig, AlchemyGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.alchemy.family import Alchemy
from gamemeta_levels.family import generate_arrays


def begun(n=1, at_hand=False):
    game = AlchemyGame(n, AlchemyConfig(one_at_hand=at_hand))
    out = StepBuffers.empty(game)
    levels = generate_arrays(Alchemy(), range(n), "train")
    levels.chance[:] = np.arange(n)
    game.reset(levels, np.ones(n, np.bool_), out)
    return game, out


def act(game, out, *actions):
    game.step(np.array(actions, np.int64).reshape(-1, 1, 1), out)


def test_the_game_keeps_the_contract():
    check_game(AlchemyGame)


def test_a_stone_that_is_sold_pays_its_value_once():
    game, out = begun(64)
    value = out.obs["stones"][:, 0, 0, 3].astype(int)
    act(game, out, *[1] * 64)
    assert out.reward[:, 0].tolist() == np.array([-3, -1, 1, 15])[value].tolist()
    assert (out.obs["stones"][:, 0, 0] == [3, 3, 3, 4]).all()
    act(game, out, *[1] * 64)
    assert not out.reward.any()


def test_a_potion_is_used_up_and_changes_one_stone_at_most():
    game, out = begun(64)
    before = out.obs["stones"].copy()
    act(game, out, *[2] * 64)
    assert (out.obs["potions"][:, 0, 0] == 0).all()
    assert (out.obs["stones"][:, 0, 1:] == before[:, 0, 1:]).all()
    assert 0 < (out.obs["stones"][:, 0, 0] != before[:, 0, 0]).any(axis=1).sum() < 64
    assert not out.obs["action_mask"][:, 0, [2, 15, 28]].any()


def test_every_action_with_one_stone_at_hand_is_one_of_the_forty():
    n, rng = 64, np.random.default_rng(0)
    game, out = begun(n, at_hand=True)
    other, told = begun(n)
    for _ in range(20):
        hand, potions = game._clock[:, 3].copy(), game._potions.copy()
        action = rng.integers(0, 8, n)
        same = np.zeros(n, np.int64)
        for i in range(n):
            left = np.flatnonzero(potions[i] == action[i])
            if action[i] == 6:
                same[i] = 1 + 13 * hand[i]
            elif len(left):
                same[i] = 2 + 13 * hand[i] + left[0]
        act(game, out, *action)
        act(other, told, *same)
        assert (game._stones == other._stones).all() and (game._potions == other._potions).all()
        assert (out.reward == told.reward).all()
        assert (out.obs["action_mask"][:, 0, 6] == (out.obs["value"][:, 0, 0] < 4)).all()


def test_the_hand_goes_on_to_the_next_stone_that_is_left():
    game, out = begun(at_hand=True)
    values = [int(out.obs["value"][0, 0, 0]), *out.obs["others"][0, 0].tolist()]
    act(game, out, 7)
    assert [int(out.obs["value"][0, 0, 0]), *out.obs["others"][0, 0].tolist()] == [*values[1:], values[0]]
    act(game, out, 6)
    assert [int(out.obs["value"][0, 0, 0]), *out.obs["others"][0, 0].tolist()] == [values[2], values[0], 4]
    act(game, out, 6)
    assert int(out.obs["value"][0, 0, 0]) == values[0]


def test_an_episode_ends_after_twenty_steps():
    game, out = begun()
    for _ in range(19):
        act(game, out, 0)
        assert not out.terminated.any()
    act(game, out, 0)
    assert out.terminated.all()


def test_random_play_and_the_oracle_earn_what_was_published():
    levels = alchemy.draw_chemistries(2000, 0)
    for name, (mean, error) in alchemy.MEASURED_AGAIN.items():
        total = alchemy.PLAYERS[name](levels, alchemy.EPISODES, 0).sum(axis=1)
        assert abs(total.mean() - mean) < 2 * np.hypot(error, total.std() / 2000**0.5)


def test_the_exact_value_of_the_oracle_is_the_published_one():
    assert 10 * alchemy.oracle_value() == pytest.approx(alchemy.PUBLISHED["oracle"], abs=0.2)


def test_a_saved_game_goes_on_and_other_bytes_are_refused():
    game, out = begun()
    act(game, out, 2)
    saved = game.save(0)
    act(game, out, 16)
    there = out.obs["stones"].copy()
    game.load(0, saved)
    act(game, out, 16)
    assert (out.obs["stones"] == there).all()
    with pytest.raises(LevelError, match="saved game of alchemy"):
        game.load(0, saved[:-1])
    with pytest.raises(LevelError, match="outside its range"):
        game.load(0, saved[:-1] + b"\x05")
