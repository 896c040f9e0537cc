"""The game `mdp`: where actions lead, what they pay, and what the best policy earns."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.builtin.mdp.game import MDPConfig, MDPGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.mdp.family import TabularMDP
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.tiles import SPAWN
from tests.helpers.chance import assert_mean, played
from tests.helpers.value_iteration import planned

STEPS = 60
SMALL = MDPConfig(states=3, actions=2, horizon=STEPS, noise=2.0)


@pytest.mark.parametrize(
    "config", [MDPConfig(states=2, actions=3, horizon=4, noise=0.0), MDPConfig(horizon=1)], ids=str
)
def test_it_keeps_its_contract_in_every_form(config):
    check_game(lambda n: MDPGame(n, config), steps=20)


@pytest.fixture(scope="module")
def many():
    """Random play of one MDP: the level, the actions and what was written."""
    game, level = MDPGame(2000, SMALL), generate(TabularMDP(states=3, actions=2), 4)
    levels = game.family().pack([level] * 2000)
    actions = np.random.default_rng(0).integers(0, 2, (STEPS, 2000))
    return levels.take(slice(0, 1)).more, actions, played(game, levels, actions)


def test_every_action_leads_where_its_chances_say(many):
    more, actions, record = many
    before, after = record["state"][:-1], record["state"][1:]
    for s, a in np.ndindex(3, 2):
        reached = after[(before == s) & (actions[:-1] == a)]
        for s_next in range(3):
            assert_mean(reached == s_next, more["transition"][0, s, a, s_next])


def test_every_action_pays_its_mean_with_normal_noise(many):
    more, actions, record = many
    for s, a in np.ndindex(3, 2):
        reward = record["reward"][(record["state"] == s) & (actions == a)].astype(float)
        noise = (reward - more["reward_mean"][0, s, a]) / SMALL.noise
        assert_mean(noise, 0.0)
        assert_mean(noise**2, 1.0)
        assert_mean(noise**4, 3.0)


def test_noise_and_the_state_reached_are_independent(many):
    more, actions, record = many
    noise = record["reward"] - more["reward_mean"][0, record["state"], actions]
    assert_mean(noise[:-1] * (record["state"][1:] - record["state"][1:].mean()), 0.0)
    assert_mean(noise[1:] * noise[:-1], 0.0)


def test_without_noise_rewards_are_their_means():
    game = MDPGame(5, MDPConfig(noise=0.0))
    levels = generate_arrays(game.family(), range(5), "any")
    actions = np.random.default_rng(1).integers(0, 5, (10, 5))
    record = played(game, levels, actions)
    means = levels.more["reward_mean"][np.arange(5), record["state"], actions]
    np.testing.assert_array_equal(record["reward"], means)


@pytest.mark.slow
def test_par_is_what_the_optimal_policy_earns_on_average():
    game = MDPGame(3000)
    levels = generate_arrays(game.family(), range(3000), "test")
    more = levels.more
    q = np.array([planned(P, R, 10) for P, R in zip(more["transition"], more["reward_mean"], strict=True)])
    np.testing.assert_allclose(game.par(levels), q[:, 0, 0].max(1), rtol=1e-5)
    out, total = StepBuffers.empty(game), np.zeros(3000)
    levels.chance[:] = np.arange(3000)
    game.reset(levels, np.ones(3000, bool), out)
    for h in range(10):
        state = out.obs["state"][:, 0, 0]
        game.step(q[np.arange(3000), h, state].argmax(1)[:, None, None], out)
        total += out.reward[:, 0]
    assert_mean(total - game.par(levels), 0.0)
    assert out.success.all()


def test_an_episode_ends_with_the_horizon_and_succeeds_by_its_last_action():
    game = MDPGame(2, MDPConfig(horizon=1))
    levels = game.family().pack([generate(TabularMDP(), 2)] * 2)
    best = levels.more["reward_mean"][0, 0].argmax()
    record = played(game, levels, [[best, (best + 1) % 5]])
    assert record["terminated"].all()
    assert record["success"].tolist() == [[True, False]]


def test_a_viewer_sees_a_row_of_states():
    game = MDPGame(1)
    played(game, generate_arrays(game.family(), [0], "any"), [[0], [1]])
    scene = game.scene(0)
    assert scene.tiles.shape == (1, 10)
    assert scene.tiles[0, 0] == SPAWN
    assert (scene.step, scene.limit) == (2, 10)


def test_levels_of_another_size_are_refused():
    levels = TabularMDP(states=3, actions=2).pack([generate(TabularMDP(states=3, actions=2), 0)])
    with pytest.raises(LevelError, match="has 10 x 5 states x actions, the levels have 3 x 2"):
        MDPGame(1).par(levels)


@pytest.mark.parametrize("actions", [np.zeros((1, 1)), np.full((1, 1, 1), -1)])
def test_actions_that_do_not_fit_are_refused(actions):
    game = MDPGame(1)
    with pytest.raises(SpecError):
        game.step(actions, StepBuffers.empty(game))


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: b"\xff" * len(d), lambda d: d[:24] + b"\xff" * (len(d) - 24)]
)
def test_bytes_that_are_not_a_saved_mdp_are_refused(change):
    game = MDPGame(1)
    with pytest.raises(LevelError, match="saved MDP"):
        game.load(0, change(game.save(0)))


@pytest.mark.parametrize("setting", [{"states": 33}, {"actions": 1}, {"horizon": 0}, {"noise": -1.0}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"{next(iter(setting))} = "):
        MDPConfig(**setting)
