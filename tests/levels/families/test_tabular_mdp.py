"""The family `mdp`: how MDPs are drawn, planning in them, and which levels are refused."""

import math
from itertools import product

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.mdp import kernels
from gamemeta_levels.families.mdp.family import TabularMDP, TabularMDPParameters
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Level


def assert_mean(values, expected):
    assert abs(values.mean() - expected) < 4 * values.std() / math.sqrt(values.size)


def mdp(transition=(10**6, 0) * 4, reward_mean=(1, 2, 3, 4), tiles=((1, 1),)):
    return Level(family="mdp", tiles=tiles, hidden={"transition": transition, "reward_mean": reward_mean})


@pytest.mark.parametrize("split", ["any", "test"])
def test_transitions_are_dirichlet_and_mean_rewards_normal(split):
    more = generate_arrays(TabularMDP(), range(600), split).more
    P, R = more["transition"], more["reward_mean"]
    assert P.shape == (600, 10, 5, 10)
    assert P.dtype == R.dtype == np.float32
    for s_next in (0, 3, 9):
        share = P[..., s_next].ravel()
        assert_mean(share, 0.1)
        assert_mean((share - 0.1) ** 2, 0.1 * 0.9 / 11)
    assert_mean(P[..., 0].ravel() * P[..., 9].ravel(), 0.1 * 0.1 * 10 / 11)
    assert_mean(R.ravel(), 1.0)
    assert_mean((R.ravel() - 1.0) ** 2, 1.0)


def test_every_row_of_a_level_adds_up_to_a_million():
    rows = np.array(generate(TabularMDP(), 3).hidden["transition"]).reshape(-1, 10)
    assert rows.min() >= 0
    assert set(rows.sum(1).tolist()) == {1_000_000}


def test_mean_rewards_follow_their_parameters():
    parameters = TabularMDPParameters(reward_mean=-2.0, reward_spread=0.5)
    R = generate_arrays(TabularMDP(parameters), range(300), "any").more["reward_mean"].ravel()
    assert_mean(R, -2.0)
    assert_mean((R + 2.0) ** 2, 0.25)


def test_mean_rewards_are_cut_where_millionths_would_be_lost():
    stream = np.array([1], np.uint64)
    drawn = {kernels.draw_reward(stream, 0.0, 1e6) for _ in range(50)}
    assert min(drawn) == -16_000_000
    assert max(drawn) == 16_000_000


def test_the_optimal_value_is_that_of_the_best_of_all_policies():
    S, A, H = 2, 2, 3
    more = generate_arrays(TabularMDP(states=S, actions=A), range(4), "any").more
    values = np.empty(4)
    kernels.optimal(more["transition"], more["reward_mean"], H, values)
    for P, R, value in zip(more["transition"], more["reward_mean"], values, strict=True):
        best = -math.inf
        for choices in product(range(A), repeat=S * H):
            policy, total, here = np.reshape(choices, (H, S)), 0.0, np.array([1.0, 0.0])
            for actions in policy:
                total += here @ R[range(S), actions]
                here = here @ P[range(S), actions]
            best = max(best, total)
        assert value == pytest.approx(best, abs=1e-5)


def test_where_nothing_is_left_to_chance_the_plan_earns_the_optimal_value():
    # In state 0, action 1 pays little and leads to state 1, where action 0 pays most and stays.
    level = mdp(
        transition=(10**6, 0, 0, 10**6, 0, 10**6, 10**6, 0),
        reward_mean=(2 * 10**6, 10**6, 5 * 10**6, 0),
    )
    assert TabularMDP(horizon=4).solve(level) == [1, 0, 0, 0]
    assert TabularMDP(horizon=1).solve(level) == [0]


def test_a_mutation_changes_one_action_of_one_state():
    level = generate(TabularMDP(), 1)
    changed = TabularMDP().mutate(level, 7)
    means = np.array(level.hidden["reward_mean"]) != np.array(changed.hidden["reward_mean"])
    rows = np.array(level.hidden["transition"]) != np.array(changed.hidden["transition"])
    assert means.sum() == 1
    np.testing.assert_array_equal(rows.reshape(-1, 10).any(1), means)


@pytest.mark.parametrize("setting", [{"states": 1}, {"states": 33}, {"actions": 1}, {"horizon": 0}])
def test_sizes_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"{next(iter(setting))} = "):
        TabularMDP(**setting)


@pytest.mark.parametrize(
    "setting", [{"reward_mean": 9.0}, {"reward_spread": -1.0}, {"reward_spread": math.nan}]
)
def test_parameters_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"{next(iter(setting))} = "):
        TabularMDPParameters(**setting)


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (mdp(tiles=((1,), (1,))), "one row of 2 to 32 tiles"),
        (mdp(reward_mean=(1, 2, 3)), "this level has 3 numbers"),
        (mdp(reward_mean=()), "this level has 0 numbers"),
        (mdp(reward_mean=(1, 2, 3, 16_000_001)), "lies in -16 to 16"),
        (mdp(transition=(10**6, 0) * 3), "holds 2 x 2 x 2 numbers"),
        (mdp(transition=(10**6, 0, 10**6, 0, 10**6, 1, 10**6, 0)), "state 1, action 0: .* add up to 1000001"),
        (mdp(transition=(1000001, -1) * 4), "state 0, action 0: .* the least is -1"),
    ],
)
def test_malformed_levels_are_told_what_is_wrong(level, message):
    with pytest.raises(LevelError, match=message):
        TabularMDP().pack([level])


def test_mdps_of_different_sizes_are_not_packed_together():
    with pytest.raises(LevelError, match="2 x 2 and 3 x 2 states x actions"):
        TabularMDP().pack([mdp(), generate(TabularMDP(states=3, actions=2), 0)])
