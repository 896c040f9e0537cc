"""When a memory learner forgets, and which weights it takes."""

import numpy as np
import pytest

from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.spec import ActionSpec, Spec, quantities
from tests.helpers.agents import tiny_policy

N = 6
SPEC = Spec(obs=(quantities("speed", (2,)),), action=ActionSpec(heads=(3,)))
DONE = np.arange(N) % 2
"""Which lanes have just ended an episode."""


@pytest.fixture(scope="module")
def policy():
    return tiny_policy(SPEC)


def some_inputs():
    rng = np.random.default_rng(0)
    return {
        "speed": rng.normal(size=(N, 2)).astype(np.float32),
        "previous_action": 1 + rng.integers(0, 3, (N, 1)).astype(np.uint8),
        "previous_reward": rng.normal(size=(N, 1)).astype(np.float32),
        "previous_done": DONE[:, None].astype(np.uint8),
    }


@pytest.mark.parametrize(
    ("memory", "forgets"), [("trial", np.zeros(N)), ("episode", DONE), ("step", np.ones(N))]
)
def test_what_is_forgotten_is_the_memory_and_the_step_before(policy, memory, forgets):
    plain, inputs, reset = MemoryLearner(policy), some_inputs(), np.zeros(N, np.uint8)
    rng = np.random.default_rng(1)
    state = {k: rng.normal(size=v.shape).astype(np.float32) for k, v in plain.init(N).items()}
    empty = {k: v * (k == "speed") for k, v in inputs.items()}
    cleared = plain.step(state, {k: v.astype(inputs[k].dtype) for k, v in empty.items()}, reset + 1)
    kept = plain.step(state, inputs, reset)
    for step in (MemoryLearner(policy, memory=memory).step, MemoryLearner(policy, memory=memory).stepping()):
        after, decision = step(state, inputs, reset)
        for i, forgotten in enumerate(forgets):
            wanted = cleared if forgotten else kept
            np.testing.assert_allclose(decision.logits[0][i], wanted[1].logits[0][i], atol=1e-6)
            np.testing.assert_allclose(decision.value[i], wanted[1].value[i], atol=1e-6)
            for name, array in after.items():
                np.testing.assert_allclose(array[i], wanted[0][name][i], atol=1e-6)
    assert (cleared[1].value != kept[1].value).all()


def test_weights_of_another_shape_or_type_are_refused_and_change_nothing(policy):
    learner = MemoryLearner(policy)
    before, name = learner.state_dict(), "critic.weight"
    for other in (np.zeros((1, 3), np.float32), before[name].astype(np.float64)):
        with pytest.raises(ValueError, match=rf"{name} is .* instead of float32 \(1, 16\)"):
            learner.load_state_dict({k: v + 1 for k, v in before.items()} | {name: other})
    with pytest.raises(KeyError, match=name):
        learner.load_state_dict({k: v + 1 for k, v in before.items() if k != name})
    for k, v in learner.state_dict().items():
        np.testing.assert_array_equal(v, before[k])


def test_a_frozen_copy_keeps_its_weights_and_forgets_alike(policy):
    learner = MemoryLearner(policy, memory="step")
    copy, before = learner.frozen(), learner.state_dict()
    learner.load_state_dict({k: v + 1 for k, v in before.items()})
    assert copy.memory == "step"
    assert not any(p.requires_grad for p in copy.policy.parameters())
    for k, v in copy.state_dict().items():
        np.testing.assert_array_equal(v, before[k])
    learner.load_state_dict(before)
