import math
from itertools import product

import numpy as np
import pytest

from gamemeta.calibration import mdp_kernels as kernels
from gamemeta.calibration.mdps import (
    PLAYERS,
    TUNING,
    TabularMDPs,
    draw_mdps,
    optimal_values,
    play,
    play_episodes,
)
from gamemeta_levels.errors import ConfigError, SpecError, UnknownName
from tests.helpers.value_iteration import planned


class Twin:
    """A player in NumPy that draws MDPs of its own from the prior."""

    def __init__(self, S, A, horizon, n, seed):
        self.S, self.A, self.horizon, self.n = S, A, horizon, n
        self.rng = np.random.default_rng(seed)

    def returns(self, plan, every_step=False, epsilon=0.0):
        P = self.rng.dirichlet(np.ones(self.S), (self.S, self.A))
        R = self.rng.normal(1, 1, (self.S, self.A))
        self.reached = np.zeros((self.S, self.A, self.S))
        self.earned = np.zeros((self.S, self.A))
        total = 0.0
        for episode in range(self.n):
            s, q = 0, plan(self, episode)
            for h in range(self.horizon):
                q = plan(self, episode) if every_step else q
                a = self.rng.integers(self.A) if self.rng.random() < epsilon else np.argmax(q[h, s])
                reward = self.rng.normal(R[s, a], 1)
                reached = self.rng.choice(self.S, p=P[s, a])
                self.reached[s, a, reached] += 1
                self.earned[s, a] += reward
                total, s = total + reward, reached
        return total

    def visits(self):
        return self.reached.sum(axis=2)

    def means(self):
        P = (1 + self.reached) / (self.S + self.visits())[..., None]
        return P, (1 + self.earned) / (1 + self.visits())

    def greedy(self, episode, bonus=0.0):
        P, R = self.means()
        return planned(P, R + bonus, self.horizon)

    def beb(self, episode):
        return self.greedy(episode, 0.8 / (1 + self.visits()))

    def replanning(self, episode):
        left = (self.n - 1 - episode) / self.n
        return self.greedy(episode, 1.5 * left / np.sqrt(1 + self.visits()))

    def psrl(self, episode):
        P = np.array([[self.rng.dirichlet(1 + row) for row in rows] for rows in self.reached])
        R = self.rng.normal(self.means()[1], 1 / np.sqrt(1 + self.visits()))
        return planned(P, R, self.horizon)

    def opsrl(self, episode):
        return np.max([self.psrl(episode) for _ in range(3)], axis=0)


def assert_mean(values, expected, error=0.0):
    assert abs(values.mean() - expected) < 4 * math.hypot(values.std() / math.sqrt(len(values)), error)


@pytest.fixture(scope="module")
def mdps():
    return draw_mdps(1000, seed=21)


def test_an_instance_depends_on_the_seed_and_its_number_alone():
    whole, part = draw_mdps(12, seed=5), draw_mdps(3, seed=5, first=7)
    for a, b, other in zip(whole, part, draw_mdps(12, seed=6), strict=True):
        np.testing.assert_array_equal(a[7:10], b)
        assert not (a == other).any()


def test_planning_agrees_with_numpy():
    rng = np.random.default_rng(0)
    P, R, q = rng.dirichlet(np.ones(6), (6, 3)), rng.normal(size=(6, 3)), np.zeros((7, 6, 3))
    kernels.plan(P, R, 0, q)
    np.testing.assert_allclose(q, planned(P, R, 7), atol=1e-12)


def test_planning_from_the_middle_of_an_episode_leaves_what_is_past():
    rng = np.random.default_rng(0)
    P, R, q = rng.dirichlet(np.ones(4), (4, 2)), rng.normal(size=(4, 2)), np.full((5, 4, 2), -9.0)
    kernels.plan(P, R, 3, q)
    assert (q[:3] == -9.0).all()
    np.testing.assert_allclose(q[3:], planned(P, R, 2), atol=1e-12)


def test_the_optimal_value_is_that_of_the_best_of_all_policies():
    S, A, H = 2, 2, 3
    mdps = draw_mdps(4, seed=1, states=S, actions=A)
    for P, R, value in zip(*mdps, optimal_values(mdps, horizon=H), strict=True):
        best = -math.inf
        for choices in product(range(A), repeat=S * H):
            policy, total, here = np.reshape(choices, (H, S)), 0.0, np.array([1.0, 0.0])
            for actions in policy:
                total += here @ R[range(S), actions]
                here = here @ P[range(S), actions]
            best = max(best, total)
        assert value == pytest.approx(best, abs=1e-5)


def test_optimistic_planning_finds_the_best_transitions_within_the_ball():
    rng = np.random.default_rng(3)
    P, R, radius = rng.dirichlet(np.ones(3), (3, 2)), rng.normal(size=(3, 2)), rng.random((3, 2))
    q = np.zeros((2, 3, 2))
    kernels.plan_optimistically(P, R, radius, q)
    value = R.max(axis=1)
    grid = np.array([(a, b, 300 - a - b) for a in range(301) for b in range(301 - a)]) / 300
    for s, a in product(range(3), range(2)):
        inside = grid[np.abs(grid - P[s, a]).sum(axis=1) <= radius[s, a]]
        assert q[0, s, a] == pytest.approx(R[s, a] + (inside @ value).max(), abs=0.03)


@pytest.mark.parametrize("name", PLAYERS)
def test_a_part_is_played_as_in_the_whole(name):
    mdps = draw_mdps(20, seed=2)
    part = TabularMDPs(*(array[8:15] for array in mdps))
    whole = play_episodes(name, mdps, 3, seed=3)
    assert whole.shape == (20, 3)
    np.testing.assert_array_equal(whole[8:15], play_episodes(name, part, 3, seed=3, first=8))
    np.testing.assert_array_equal(whole.sum(axis=1), play(name, mdps, 3, seed=3))


@pytest.mark.parametrize(
    ("name", "parameters", "plan", "options"),
    [
        ("greedy", {}, Twin.greedy, {}),
        ("epsilon_greedy", {"epsilon": 0.4}, Twin.greedy, {"epsilon": 0.4}),
        ("psrl", {}, Twin.psrl, {}),
        ("opsrl", {"samples": 3}, Twin.opsrl, {}),
        ("beb", {"beta": 0.8}, Twin.beb, {}),
        ("replanning", {"beta": 1.5}, Twin.replanning, {"every_step": True}),
    ],
)
def test_a_player_earns_what_its_numpy_twin_earns(name, parameters, plan, options):
    S, A, horizon, n = 3, 2, 3, 4
    twin = Twin(S, A, horizon, n, seed=5)
    expected = np.array([twin.returns(plan, **options) for _ in range(300)])
    mdps = draw_mdps(10_000, seed=6, states=S, actions=A)
    returns = play(name, mdps, n, seed=7, horizon=horizon, **parameters)
    assert_mean(returns, expected.mean(), expected.std() / math.sqrt(len(expected)))


def test_the_clairvoyant_player_earns_the_optimal_value(mdps):
    surplus = play("clairvoyant", mdps, 3, seed=1) - 3 * optimal_values(mdps)
    assert_mean(surplus, 0.0)
    assert surplus.std() > 1.0  # the noise of 30 rewards and their transitions


@pytest.mark.parametrize(
    ("name", "parameters", "published", "error"),
    [
        ("random", {}, 100.5, 0.7),
        ("greedy", {}, 150.1, 1.2),
        ("greedy", {"prior_mean": 0.0}, 130.7, 1.4),
        ("psrl", {}, 131.4, 1.2),
        ("psrl", {"prior_mean": 0.0}, 136.0, 1.3),
    ],
)
def test_ten_episodes_earn_what_an_independent_simulation_found(mdps, name, parameters, published, error):
    assert_mean(play(name, mdps, 10, seed=22, **parameters), published, error)


def test_ten_episodes_rank_the_players(mdps):
    names = ("random", "psrl", "greedy", "replanning", "clairvoyant")
    random, psrl, greedy, replanning, clairvoyant = (play(name, mdps, 10, seed=22) for name in names)
    for worse, better in ((random, psrl), (psrl, greedy), (greedy, replanning), (replanning, clairvoyant)):
        gain = better - worse
        assert gain.mean() > 4 * gain.std() / math.sqrt(len(gain))


def test_players_at_the_ends_of_their_parameters_are_each_other():
    mdps = draw_mdps(60, seed=3)
    greedy = play("greedy", mdps, 5, seed=4)
    for name, parameter in (("epsilon_greedy", "epsilon"), ("beb", "beta"), ("ucrl2", "scale")):
        np.testing.assert_array_equal(play(name, mdps, 5, seed=4, **{parameter: 0.0}), greedy)
    psrl = play("psrl", mdps, 5, seed=4)
    np.testing.assert_array_equal(play("opsrl", mdps, 5, seed=4, samples=1), psrl)


def test_wide_confidence_sets_keep_ucrl2_exploring():
    mdps = draw_mdps(200, seed=3)
    narrow, wide = (play("ucrl2", mdps, 10, seed=4, scale=scale).mean() for scale in (0.01, 1.0))
    assert wide < narrow - 20


def test_what_the_paper_tuned_are_parameters_of_the_players():
    mdps = draw_mdps(2, seed=0)
    for name, (parameter, values) in TUNING.items():
        for value in (values[0], values[-1]):
            assert play(name, mdps, 2, seed=0, **{parameter: value}).shape == (2,)


def test_an_unknown_player_is_told_the_known_ones():
    with pytest.raises(UnknownName, match=r"'ucrl'.*ucrl2"):
        play("ucrl", draw_mdps(1, seed=0), 1, seed=0)


@pytest.mark.parametrize(
    ("name", "n", "parameters", "message"),
    [
        ("random", 0, {}, "n is 0"),
        ("greedy", 1, {"horizon": 0}, "horizon is 0"),
        ("epsilon_greedy", 1, {"epsilon": -0.1}, "epsilon is -0.1"),
        ("opsrl", 1, {"samples": 0}, "samples is 0"),
        ("ucrl2", 1, {"scale": -1.0}, "scale is -1.0"),
        ("beb", 1, {"beta": -1.0}, "beta is -1.0"),
        ("replanning", 1, {"beta": -1.0}, "beta is -1.0"),
    ],
)
def test_settings_out_of_range_are_refused(name, n, parameters, message):
    with pytest.raises(ConfigError, match=message):
        play(name, draw_mdps(1, seed=0), n, 0, **parameters)


def test_arrays_that_are_not_mdps_are_refused():
    P, R = draw_mdps(2, seed=0)
    for wrong in (TabularMDPs(P[:1], R), TabularMDPs(P, R.astype(np.float64)), TabularMDPs(P, R[0])):
        with pytest.raises(SpecError, match="MDPs are float32 transition"):
            play("greedy", wrong, 1, 0)
