"""A whole step in one compiled call against the torch policy."""

import copy

import numpy as np
import pytest
import torch

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.acting.compiled import AT_ONCE, is_compiled
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols
from tests.helpers.buffers import choices

T = 4
SYMBOLS = symbols("view", (2, 3), 4)
QUANTITIES = quantities("speed", (2,))
UNSCALED = quantities("height", (3,), normalised=True)
MANY = symbols("word", (), 900)
HEADS = ActionSpec(heads=(4, 3))
SPECS = {
    "symbols": Spec(obs=(SYMBOLS,), action=HEADS),
    "quantities": Spec(obs=(QUANTITIES, UNSCALED), action=HEADS),
    "both": Spec(obs=(MANY, QUANTITIES, SYMBOLS), action=HEADS),
    "numbers": Spec(obs=(SYMBOLS,), action=ActionSpec(low=(0.0, -1.0), high=(1.0, 2.0))),
    "all": Spec(obs=(SYMBOLS,), action=ActionSpec(heads=(2,), low=(0.0,), high=(1.0,))),
}


def make_policy(spec, width=32, **config):
    torch.manual_seed(1)
    policy = MemoryPolicy(spec, NetworkConfig(width=width, **config), {"good": 5})
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    rng = np.random.default_rng(2)
    policy.normaliser.update(
        {b.name: rng.normal(3, 9, (8, 5, *b.shape)) for b in policy.normaliser.normalised}
    )
    return policy


def some_inputs(spec, steps, n):
    rng, inputs = np.random.default_rng(n), {}
    for b in spec.inputs():
        drawn = (
            rng.integers(0, choices(b), (steps, n, *b.shape))
            if choices(b)
            else rng.normal(size=(steps, n, *b.shape))
        )
        inputs[b.name] = drawn.astype(b.dtype)
    return inputs, (rng.random((steps, n)) < 0.3).astype(np.uint8)


def close(found, wanted):
    np.testing.assert_allclose(found, wanted.detach().numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize(("width", "layers", "n"), [(32, 2, 7), (24, 1, 1), (40, 3, AT_ONCE + 9)])
def test_compiled_steps_equal_the_scan_of_the_policy(name, width, layers, n):
    spec = SPECS[name]
    learner = MemoryLearner(make_policy(spec, width, layers=layers))
    inputs, reset = some_inputs(spec, T, n)
    state = learner.init(n)
    given = {k: torch.from_numpy(x) for k, x in inputs.items()}
    output, last = learner.scan(given, state, torch.from_numpy(reset))
    step = learner.stepping()
    for t in range(T):
        state, decision = step(state, {k: x[t] for k, x in inputs.items()}, reset[t])
        for head, logits in zip(decision.logits, output.logits, strict=True):
            close(head, logits[t])
        if output.continuous is not None:
            close(decision.continuous.mean, output.continuous.mean[t])
        close(decision.value, output.value[t])
    for cell, array in last.items():
        np.testing.assert_allclose(state[cell], array, rtol=1e-5, atol=1e-5)


def test_an_agent_does_not_depend_on_how_many_act_with_it():
    spec = SPECS["both"]
    learner = MemoryLearner(make_policy(spec))
    inputs, reset = some_inputs(spec, 1, AT_ONCE + 3)
    step, state = learner.stepping(), learner.init(AT_ONCE + 3)
    _, every = step(state, {k: x[0] for k, x in inputs.items()}, reset[0])
    for i in (0, 7, AT_ONCE + 2):
        one = {k: x[0, i : i + 1] for k, x in inputs.items()}
        _, alone = step(learner.init(1), one, reset[0, i : i + 1])
        np.testing.assert_array_equal(alone.value[0], every.value[i])
        np.testing.assert_array_equal(alone.logits[0][0], every.logits[0][i])


def test_decisions_are_kept_and_the_state_that_comes_in_is_left_as_it_was():
    spec = SPECS["both"]
    learner = MemoryLearner(make_policy(spec))
    inputs, reset = some_inputs(spec, 2, 3)
    step = learner.stepping()
    state, first = step(learner.init(3), {k: x[0] for k, x in inputs.items()}, reset[0])
    arrays = [*first.logits, first.value, *state.values()]
    before = copy.deepcopy(arrays)
    step(state, {k: x[1] for k, x in inputs.items()}, reset[1])
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_steps_go_on_with_the_weights_they_began_with():
    spec = SPECS["symbols"]
    learner = MemoryLearner(make_policy(spec))
    inputs, reset = some_inputs(spec, 1, 3)
    seen, step = {k: x[0] for k, x in inputs.items()}, learner.stepping()
    _, wanted = step(learner.init(3), seen, reset[0])
    with torch.no_grad():
        for parameter in learner.policy.parameters():
            parameter.mul_(1.5)
    _, found = step(learner.init(3), seen, reset[0])
    _, newest = learner.stepping()(learner.init(3), seen, reset[0])
    np.testing.assert_array_equal(found.value, wanted.value)
    assert (newest.value != wanted.value).any()


def test_other_networks_step_as_they_always_did():
    spec = SPECS["symbols"]
    assert is_compiled(make_policy(spec))
    assert not is_compiled(make_policy(spec, cell="gru"))
    learner = MemoryLearner(make_policy(spec, cell="gru"))
    inputs, reset = some_inputs(spec, 1, 3)
    seen = {k: x[0] for k, x in inputs.items()}
    _, wanted = learner.step(learner.init(3), seen, reset[0])
    _, found = learner.stepping()(learner.init(3), seen, reset[0])
    np.testing.assert_array_equal(found.value, wanted.value)


def test_images_are_not_compiled():
    picture = image("screen", (12, 12, 3))
    assert not is_compiled(make_policy(Spec(obs=(picture,), action=HEADS)))
