"""Choices by their features: which place one stands at means nothing, and absent ones count for nothing."""

import numpy as np
import pytest
import torch

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError, SpecError
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.normaliser import Normaliser
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import policy_of
from gamemeta.spec import ActionSpec, Spec, choices, quantities, symbols
from tests.helpers.agents import agent_of_policy, tiny_policy

T, N, M, F = 4, 3, 5, 2
CARDS, MASK = choices("cards", (M, F), normalised=True), symbols("action_mask", (M,), 2)
SPEC = Spec(obs=(quantities("lead", (F,)), CARDS, MASK), action=ActionSpec(heads=(M,)))


def some_steps():
    rng = np.random.default_rng(0)
    there = np.sort(rng.integers(0, 2, (T, N, M)), axis=-1)[..., ::-1]
    there[..., 0] = 1
    action = (rng.random((T, N)) * there.sum(-1)).astype(np.uint8)
    before = np.concatenate([np.zeros((1, N), np.uint8), action[:-1] + 1])[..., None]
    return {
        "lead": rng.normal(size=(T, N, F)).astype(np.float32),
        "cards": rng.normal(size=(T, N, M, F)).astype(np.float32),
        "action_mask": there.astype(np.uint8),
        "previous_action": before,
        "previous_reward": rng.normal(size=(T, N, 1)).astype(np.float32),
        "previous_done": np.zeros((T, N, 1), np.uint8),
    }


def logits(policy, inputs):
    learner = MemoryLearner(policy)
    tensors = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in inputs.items()}
    with torch.no_grad():
        output, _ = learner.scan(tensors, learner.init(N), torch.zeros(T, N, dtype=torch.uint8))
    return output.logits[0].numpy(), output.value.numpy()


def test_choices_in_another_order_have_the_same_logits_in_that_order():
    policy, inputs = tiny_policy(SPEC), some_steps()
    policy.normaliser.update(inputs)
    place = np.random.default_rng(1).permuted(np.tile(np.arange(M), (T, N, 1)), axis=-1)
    now_at = np.argsort(place, axis=-1)  # where each choice went
    taken = inputs["previous_action"][1:].astype(int) - 1
    moved = np.take_along_axis(now_at[:-1], taken, -1) + 1
    other = {
        **inputs,
        "cards": np.take_along_axis(inputs["cards"], place[..., None], 2),
        "action_mask": np.take_along_axis(inputs["action_mask"], place, 2),
        "previous_action": np.concatenate([inputs["previous_action"][:1], moved.astype(np.uint8)]),
    }
    (found, value), (wanted, expected) = logits(policy, other), logits(policy, inputs)
    np.testing.assert_allclose(found, np.take_along_axis(wanted, place, 2), atol=1e-5)
    np.testing.assert_allclose(value, expected, atol=1e-5)


def test_what_stands_where_no_choice_is_changes_nothing():
    policy, inputs = tiny_policy(SPEC), some_steps()
    policy.normaliser.update(inputs)
    absent = (inputs["action_mask"] == 0)[..., None]
    other = {**inputs, "cards": np.where(absent, np.float32(7), inputs["cards"])}
    for found, wanted in zip(logits(policy, other), logits(policy, inputs), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_the_features_of_the_choice_before_are_remembered():
    policy, inputs = tiny_policy(SPEC), some_steps()
    policy.normaliser.update(inputs)
    other = {**inputs, "previous_action": inputs["previous_action"].copy()}
    other["previous_action"][-1] = np.where(inputs["previous_action"][-1] == 1, 2, 1)
    assert (logits(policy, other)[1][-1] != logits(policy, inputs)[1][-1]).all()


def test_statistics_of_a_feature_are_those_over_the_choices_that_are_there():
    normaliser, inputs = Normaliser(SPEC.obs, reward=False), some_steps()
    normaliser.update(inputs)
    rows = inputs["cards"][inputs["action_mask"] == 1]
    np.testing.assert_allclose(normaliser[0].mean, rows.mean(0), rtol=1e-6)
    np.testing.assert_allclose(normaliser[0].deviation, rows.std(0), rtol=1e-6)
    nobody = {**inputs, "action_mask": np.zeros((T, N, M), np.uint8)}
    normaliser.update(nobody)
    np.testing.assert_allclose(normaliser[0].mean, rows.mean(0), rtol=1e-6)


def test_units_of_choices_stand_in_the_agent_file():
    torch.manual_seed(0)
    config = NetworkConfig(width=16, layers=1, choice_width=6)
    file = agent_of_policy(MemoryPolicy(SPEC, config, {}, rewards=True))
    assert config.shape()["choice_width"] == 6
    assert "choice_width" not in NetworkConfig().shape()
    assert policy_of(file).choice_scores.look.shape == (6, F)


@pytest.mark.parametrize("network", [{"cell": "mingru+table"}, {"latent": 4}])
def test_cells_that_know_actions_by_their_numbers_are_refused(network):
    with pytest.raises(ConfigError, match="knows actions by their numbers, and here 'cards'"):
        MemoryPolicy(SPEC, NetworkConfig(**network), {})


@pytest.mark.parametrize("heads", [(4,), (4, 5), ()])
def test_choices_are_those_of_the_first_head(heads):
    numbers = {} if heads else {"low": (0.0,), "high": (1.0,)}
    with pytest.raises(SpecError, match=f"describes {M} choices, and the first head has"):
        Spec(obs=(CARDS,), action=ActionSpec(heads=heads, **numbers))


def test_choices_survive_json_and_have_two_sides():
    assert Spec.from_json(SPEC.to_json()) == SPEC
    with pytest.raises(SpecError, match=r"float32 of shape \(choices, features\)"):
        choices("cards", (3,))
    with pytest.raises(SpecError, match="the first head has 5"):
        Spec(obs=(CARDS, choices("more", (M, 1))), action=ActionSpec(heads=(M,)))
