"""What computes an agent's steps does not change what it does."""

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.compiled.step_kernels import decide
from gamemeta.agent.runtime import Agent
from gamemeta.assets import find_asset
from gamemeta.errors import ConfigError, SpecError
from gamemeta.spec import ActionSpec, Spec, symbols
from tests.gamemeta.agent.test_runtime import MIXED, random_obs
from tests.helpers.agents import tiny_agent

NUMBERS = Spec(obs=MIXED.obs, action=ActionSpec(heads=(3,), low=(-1.0,), high=(1.0,)))
WIDE = Spec(obs=(symbols("word", (2,), 300),), action=ActionSpec(heads=(2, 255)))


def acts(backend, n, spec, memory="trial", cell="mingru"):
    """What minds do in 60 steps under one backend, and their memory in the end."""
    agent, rng = Agent(tiny_agent(cell, memory, spec), backend=backend), np.random.default_rng(1)
    mind, done = agent.begin(n, seed=5), []
    for step in range(60):
        obs = random_obs(agent.spec, n, rng)
        if n == 1 and step % 2:
            obs = {name: array[0] for name, array in obs.items()}
        done.append(mind.act(obs, rng.normal(size=n) if n > 1 else float(rng.normal()), step % 7 == 0))
        if step == 30:
            mind.forget()
    return done, mind.arrays()


@pytest.mark.parametrize("memory", ["trial", "episode", "step"])
@pytest.mark.parametrize("n", [1, 3, 9])
@pytest.mark.parametrize("spec", [None, MIXED, NUMBERS, WIDE])
def test_compiled_code_does_what_numpy_does(spec, n, memory):
    (plain, kept), (compiled, kept_too) = (acts(b, n, spec, memory) for b in ("numpy", "numba"))
    for one, other in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
        assert type(one) is type(other)
    for name, array in kept.items():
        np.testing.assert_allclose(array, kept_too[name], atol=1e-5)


def test_a_memory_goes_on_under_the_other_backend():
    file = tiny_agent("gru")
    plain, compiled = Agent(file, backend="numpy"), Agent(file, backend="numba")
    rng = np.random.default_rng(0)
    first = compiled.begin(seed=1)
    for _ in range(10):
        first.act(random_obs(file.spec, 1, rng), 0.5)
    second = plain.resume(first.memory)
    for _ in range(10):
        obs = random_obs(file.spec, 1, rng)
        assert first.act(obs, 0.25) == second.act(obs, 0.25)


def test_what_a_mind_is_shown_in_any_type_is_the_same_to_it():
    file, rng = tiny_agent(), np.random.default_rng(0)
    quick, slow = (Agent(file, backend="numba").begin(seed=2) for _ in range(2))
    for step in range(30):
        obs = random_obs(file.spec, 1, rng)
        lists = {name: array[0].tolist() for name, array in obs.items()}
        done = step % 5 == 0
        assert quick.act(obs, np.float32(0.5), np.bool_(done)) == slow.act(lists, [0.5], [done])
    np.testing.assert_allclose(quick.state, slow.state, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"view": np.full((3, 3), 4, np.uint8)}, "0..3"),
        ({"speed": np.array([np.nan, 0], np.float32)}, "NaN"),
        ({"view": np.zeros((2, 3), np.uint8)}, "shape"),
    ],
)
def test_a_wrong_observation_is_refused_and_changes_nothing(change, message):
    agent = Agent(tiny_agent(spec=MIXED), backend="numba")
    mind, rng = agent.begin(), np.random.default_rng(0)
    mind.act(random_obs(MIXED, 1, rng), 1.0)
    before = {name: array.copy() for name, array in mind.arrays().items()}
    good = {name: array[0] for name, array in random_obs(MIXED, 1, rng).items()}
    with pytest.raises(SpecError, match=message):
        mind.act(good | change, 0.0)
    for name, array in mind.arrays().items():
        assert (array == before[name]).all(), name


def test_reward_that_is_no_number_is_refused():
    mind = Agent(tiny_agent(), backend="numba").begin()
    obs = random_obs(mind.agent.spec, 1, np.random.default_rng(0))
    for reward in (float("nan"), float("inf"), 1e300):
        with pytest.raises(SpecError, match="reward"):
            mind.act(obs, reward)


def test_two_minds_of_one_agent_do_not_meddle_with_each_other():
    agent, rng = Agent(tiny_agent(), backend="numba"), np.random.default_rng(0)
    shown = [random_obs(agent.spec, 1, rng) for _ in range(20)]
    alone = agent.begin(seed=1)
    wanted = [alone.act(obs, 0.1) for obs in shown]
    one, other = agent.begin(seed=1), agent.begin(seed=9)
    got = []
    for obs in shown:
        got.append(one.act(obs, 0.1))
        other.act(shown[0], 0.7)
    assert got == wanted


def test_a_fitting_backend_is_chosen():
    assert Agent(tiny_agent()).backend == "numba"
    assert Agent(tiny_agent(), backend="numpy").backend == "numpy"
    assert Agent(tiny_agent("table")).backend == "numpy"


def test_a_backend_that_cannot_be_used_says_why():
    with pytest.raises(ConfigError, match="choose one of"):
        Agent(tiny_agent(), backend="cuda")
    with pytest.raises(ConfigError, match="mingru"):
        Agent(tiny_agent("table"), backend="numba")


def test_numba_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr("gamemeta.agent.backend.find_spec", lambda name: None)
    assert Agent(tiny_agent()).backend == "numpy"
    with pytest.raises(ConfigError, match="not installed"):
        Agent(tiny_agent(), backend="numba")


def test_a_decision_is_one_compiled_call(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "gamemeta.agent.compiled.single_decision.kernels.decide",
        lambda *given: calls.append(1) or decide(*given),
    )
    mind = Agent(tiny_agent(), backend="numba").begin()
    calls.clear()
    mind.act(random_obs(mind.agent.spec, 1, np.random.default_rng(0)))
    assert calls == [1]


@pytest.mark.parametrize("name", ["maze", "tag"])
def test_backends_agree_on_agents_that_are_included_as_closely_as_is_said(name):
    """To 5e-5 at first and to 2e-4 later on, as the docstring of `Agent` says."""
    path = find_asset(f"agents/{name}.safetensors")
    compiled, plain = (gamemeta.load(path, backend=backend) for backend in ("numba", "numpy"))
    rng, apart = np.random.default_rng(0), []
    ours, theirs = compiled.network.init(4), plain.network.init(4)
    for _ in range(500):
        obs = {}
        for buffer in compiled.spec.inputs():
            shape, codes = (4, *buffer.shape), getattr(buffer, "codes", None)
            drawn = rng.integers(0, codes, shape) if codes else rng.normal(size=shape)
            obs[buffer.name] = drawn.astype(buffer.numpy_type)
        one, ours = compiled.compiled(obs, ours)
        other, theirs = plain.network(obs, theirs)
        apart.append(np.abs(one - other).max())
    assert max(apart[:10]) < 5e-5
    assert max(apart) < 2e-4
