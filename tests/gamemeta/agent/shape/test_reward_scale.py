"""Rewards in any unit: their running scale, and what agents see of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gamemeta.agent.file import read_agent
from gamemeta.agent.reference.network import Network
from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.normalising import (
    CLIP,
    LARGEST,
    SLOWEST,
    RewardScale,
    normalised_reward,
    one_normalised_reward,
)
from gamemeta.assets import asset
from gamemeta.errors import AgentFileError
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import load_weights, policy_of
from gamemeta.spec import ActionSpec, Spec, symbols
from tests.helpers.agents import agent_of_policy

UNKNOWN = RewardScale(0.0, 0.0, 0.0)
SPEC = Spec(obs=(symbols("place", (2,), 3),), action=ActionSpec(heads=(3,)))
any_reward = st.floats(-LARGEST, LARGEST, width=32)
rollouts = st.lists(arrays(np.float32, st.integers(0, 30), elements=any_reward), max_size=5)


def scale_of(*rewards) -> RewardScale:
    scale = UNKNOWN
    for one in rewards:
        scale = scale.after(np.asarray(one, np.float32))
    return scale


def seen(scale: RewardScale, rewards) -> np.ndarray:
    centre, deviation = (np.float32([x]) for x in (scale.centre, scale.deviation))
    return normalised_reward(np.asarray(rewards, np.float32), centre, deviation)


@pytest.mark.parametrize("unit", [10.0**k for k in range(-30, 31, 5)])
def test_what_is_seen_does_not_depend_on_the_unit(unit):
    rng = np.random.default_rng(0)
    played = [rng.normal(2, 3, 500) * rng.integers(0, 2, 500) for _ in range(4)]
    other = seen(scale_of(*(unit * rewards for rewards in played)), unit * played[0])
    np.testing.assert_allclose(other, seen(scale_of(*played), played[0]), atol=1e-4)


@pytest.mark.parametrize(
    ("rewards", "centre", "deviation"),
    [
        ([0, 0, 0, 1], 0, 1),
        ([0, 0, 0, -4], 0, 4),
        ([-1, -2, -5, -1], -1, 2.25),
        ([100, 101, 100, 109], 100, 4),
        ([-4, 4, 1, 0], 0, 25 / 9),
    ],
)
def test_the_centre_is_the_usual_reward_nearest_to_nothing(rewards, centre, deviation):
    scale = scale_of(np.repeat(rewards, 100))
    assert (scale.centre, scale.deviation) == (pytest.approx(centre), pytest.approx(deviation))


def test_rare_rewards_of_different_size_are_seen_to_differ():
    scale = scale_of(np.repeat([0.0, 1.0, 50.0, 1000.0], [9000, 900, 90, 10]))
    one, fifty, thousand = seen(scale, [1, 50, 1000])
    assert 0.1 < one < fifty - 1 < thousand - 2 < CLIP


def test_one_enormous_reward_is_forgotten():
    usual = np.random.default_rng(0).integers(0, 2, (60, 3000)).astype(np.float32)
    usual[10, 7] = 1e9
    scale = scale_of(*usual[:11])
    assert scale.centre == 0 and scale.deviation > 1.5
    assert scale_of(*usual).deviation < 3


def test_the_scale_follows_rewards_that_grow():
    scale = scale_of(*(np.arange(100) % 2 * 1.05**k for k in range(200)))
    assert 0.5 < seen(scale, [1.05**200])[0] < 2.5


def test_rollouts_whose_rewards_are_all_alike_say_nothing():
    assert scale_of(np.zeros(9), np.full(9, -3.0), []) == UNKNOWN
    assert not seen(UNKNOWN, [0.0, 1e9, -3.0]).any()
    known = scale_of([0, 1, 0, 1])
    assert known.after(np.ones(5, np.float32)) == known


def test_rounding_counts_as_alike():
    noisy = 1e6 + np.random.default_rng(0).uniform(-0.05, 0.05, 999)
    assert not seen(scale_of(noisy), noisy).any()


@given(rollouts, arrays(np.float32, 5, elements=any_reward))
def test_whatever_is_finite_is_seen_in_order_and_within_the_clip(played, rewards):
    with np.errstate(all="raise", under="ignore"):
        found = seen(scale_of(*played), np.sort(rewards))
    assert np.isfinite(found).all() and (np.abs(found) <= CLIP).all() and (np.diff(found) >= 0).all()


@given(rollouts, any_reward)
def test_one_reward_is_seen_as_many_are(played, reward):
    scale = scale_of(*played)
    fixed = float(np.float32(scale.centre)), float(np.float32(scale.deviation))
    np.testing.assert_allclose(one_normalised_reward(reward, *fixed), seen(scale, [reward])[0], 1e-6, 1e-30)


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=40))
def test_the_deviation_is_a_running_geometric_mean(sizes):
    wanted = 0.0
    for k, size in enumerate(sizes):
        wanted += max(SLOWEST, 1 / (k + 1)) * (np.log(size) - wanted)
    scale = scale_of(*([0.0, size, 0.0] for size in sizes))
    assert scale.deviation == pytest.approx(np.exp(wanted), rel=1e-5)


def policy(**network) -> MemoryPolicy:
    torch.manual_seed(0)
    made = MemoryPolicy(SPEC, NetworkConfig(width=16, layers=1, **network), {})
    for parameter in made.parameters():
        parameter.data += 0.3 * torch.randn_like(parameter)
    return made


def logits(file, unit: float, backend: str) -> np.ndarray:
    agent = Agent(file, backend=backend)
    mind = agent.begin(seed=0)
    obs = {"place": np.array([1, 2], np.uint8)}
    for k in range(12):
        mind.act(obs, unit * (k % 3), k % 4 == 3)
    return mind.state.copy()


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_minds_of_two_units_remember_the_same(backend):
    def file(unit):
        made = policy()
        made.normaliser.update({}, np.float32([0, 1, 2, 0]) * np.float32(unit))
        return agent_of_policy(made)

    np.testing.assert_allclose(
        logits(file(1.0), 1.0, backend), logits(file(1e4), 1e4, backend), rtol=1e-4, atol=1e-5
    )
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(
            logits(file(1.0), 1.0, backend), logits(file(1e4), 1.0, backend), atol=1e-3
        )


def test_a_file_that_states_nothing_of_rewards_takes_them_as_they_are():
    file = read_agent(asset("agents/maze.safetensors"))
    assert "reward_input" not in file.network
    assert Network(file).normaliser.reward is None
    assert policy_of(file).normaliser.reward is None
    raw = agent_of_policy(policy(reward_input="raw"))
    stated = replace(raw, network=NetworkConfig.saved(raw.network).shape())
    assert "reward_input" not in stated.network
    np.testing.assert_array_equal(logits(raw, 3.0, "numpy"), logits(stated, 3.0, "numpy"))


def test_a_file_without_the_scale_that_it_states_is_refused():
    file = agent_of_policy(policy())
    del file.weights["normaliser.reward.deviation"]
    with pytest.raises(AgentFileError, match=r"normaliser\.reward\.deviation"):
        Network(file)
    with pytest.raises(AgentFileError, match="fit"):
        load_weights(policy(), file.weights)
