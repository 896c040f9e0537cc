import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.draws import lanes, uniform
from gamemeta.agent.runtime import Agent
from gamemeta.errors import MemoryMismatch, SpecError
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.restore import policy_of
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from gamemeta_levels import kernel
from tests.helpers.agents import tiny_agent
from tests.helpers.buffers import choices

MIXED = Spec(
    obs=(
        symbols("view", (3, 3), 4),
        quantities("speed", (2,)),
    ),
    action=ActionSpec(heads=(3, 2)),
)


def random_obs(spec, n, rng):
    return {
        b.name: rng.integers(0, choices(b), (n, *b.shape)).astype(b.dtype)
        if choices(b)
        else rng.normal(size=(n, *b.shape)).astype(b.dtype)
        for b in spec.obs
    }


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 5, 40])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("cell", ["mingru", "gru"])
@pytest.mark.parametrize("spec", [None, MIXED])
def test_each_backend_agrees_with_torch(cell, spec, backend, n):
    file = tiny_agent(cell, spec=spec)
    agent, learner = Agent(file, backend=backend), MemoryLearner(policy_of(file))
    network, rng = agent.compiled or agent.network, np.random.default_rng(0)
    mine, theirs = agent.network.init(n), learner.init(n)
    for _ in range(50):
        inputs = random_obs(file.spec, n, rng)
        heads = file.spec.action.heads
        inputs["previous_action"] = rng.integers(0, min(heads) + 1, (n, len(heads))).astype(np.uint8)
        inputs["previous_reward"] = rng.normal(size=(n, 1)).astype(np.float32)
        inputs["previous_done"] = rng.integers(0, 2, (n, 1)).astype(np.uint8)
        logits, mine = network(inputs, mine)
        theirs, decision = learner.step(theirs, inputs, np.zeros(n, np.uint8))
        np.testing.assert_allclose(logits, np.concatenate(decision.logits, 1), atol=1e-5)
        for name, memory in agent.network.named(mine).items():
            np.testing.assert_allclose(memory, theirs[name], atol=1e-5)


def test_draws_are_those_of_the_compiled_code():
    numbers, drawn_from = np.array([7, 8, 9, 2**40]), lanes(12345, 4)
    seeds = [kernel.combine(np.uint64(12345), np.uint64(i)) for i in range(4)]
    wanted = [kernel.uniform(s, np.uint64(k)) for s, k in zip(seeds, numbers, strict=True)]
    assert uniform(drawn_from, numbers).tolist() == wanted
    alone = [uniform(drawn_from[k : k + 1], numbers[k : k + 1]).item() for k in range(4)]
    assert alone == wanted


def play(mind, steps, seed):
    rng = np.random.default_rng(seed)
    actions = []
    for _ in range(steps):
        obs = {k: v[0] for k, v in random_obs(mind.agent.spec, 1, rng).items()}
        actions.append(mind.act(obs, rng.normal(), bool(rng.integers(2))))
    return actions


def test_memory_goes_into_a_save_game_and_comes_out():
    agent = Agent(tiny_agent())
    mind = agent.begin(seed=3)
    play(mind, 20, 0)
    again = agent.resume(mind.memory)
    assert play(mind, 30, 1) == play(again, 30, 1)
    assert mind.memory == again.memory


@pytest.mark.slow
def test_memory_comes_out_in_another_process(tmp_path):
    file = tiny_agent()
    (tmp_path / "a.safetensors").write_bytes(file.to_bytes())
    mind = gamemeta.load(tmp_path / "a.safetensors").begin(seed=3)
    play(mind, 20, 0)
    (tmp_path / "memory").write_bytes(mind.memory)
    code = """
        import gamemeta, pathlib
        from tests.gamemeta.agent.test_runtime import play
        agent = gamemeta.load("a.safetensors")
        print(play(agent.resume(pathlib.Path("memory").read_bytes()), 30, 1))
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=tmp_path,
        env={"PYTHONPATH": path_of_sources()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == str(play(mind, 30, 1))


def path_of_sources() -> str:
    import os

    root = Path(__file__).parents[3]
    return os.pathsep.join(str(p) for p in (root, root / "levels", root / "cli"))


def test_memory_of_another_agent_is_refused():
    mind = Agent(tiny_agent("gru")).begin()
    with pytest.raises(MemoryMismatch, match="belongs to agent"):
        Agent(tiny_agent("mingru")).resume(mind.memory)


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x80\x04K\x01."])
def test_bytes_that_are_no_memory_are_refused(damage):
    with pytest.raises(MemoryMismatch):
        Agent(tiny_agent()).resume(damage)


def test_a_cut_memory_is_refused():
    agent = Agent(tiny_agent())
    memory = agent.begin().memory
    for end in range(0, len(memory), 37):
        with pytest.raises(MemoryMismatch):
            agent.resume(memory[:end])


@pytest.mark.parametrize("number", [np.nan, np.inf, 1e20])
def test_a_memory_with_numbers_that_no_memory_holds_is_refused(number):
    agent = Agent(tiny_agent())
    mind = agent.begin(2)
    mind.arrays()["cells.1"][1, 3] = number
    with pytest.raises(MemoryMismatch, match=r"cells\.1 is NaN, infinite or enormous"):
        agent.resume(mind.memory)


def test_nan_is_refused_and_the_memory_stays():
    agent = Agent(tiny_agent(spec=MIXED))
    mind = agent.begin()
    obs = {k: v[0] for k, v in random_obs(MIXED, 1, np.random.default_rng(0)).items()}
    mind.act(obs)
    before = mind.memory
    with pytest.raises(SpecError, match="'speed' holds NaN"):
        mind.act({**obs, "speed": np.array([np.nan, 0.0], np.float32)})
    for reward in (float("nan"), 1e300):
        with pytest.raises(SpecError, match="reward is NaN, infinite or enormous"):
            mind.act(obs, reward)
    assert mind.memory == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"view": np.zeros((4, 3), np.uint8)}, "shape"),
        ({"view": np.full((3, 3), 4)}, "codes"),
        ({"view": np.full((3, 3), "x")}, "numbers"),
    ],
)
def test_what_does_not_fit_the_spec_is_refused(change, message):
    mind = Agent(tiny_agent(spec=MIXED)).begin()
    obs = {k: v[0] for k, v in random_obs(MIXED, 1, np.random.default_rng(0)).items()}
    with pytest.raises(SpecError, match=message):
        mind.act({**obs, **change})
    with pytest.raises(SpecError, match="lacks 'speed'"):
        mind.act({"view": obs["view"]})


def test_forgetting_is_a_fresh_start_whatever_was_passed():
    agent = Agent(tiny_agent())
    obs = {k: v[0] for k, v in random_obs(agent.spec, 1, np.random.default_rng(0)).items()}
    mind, fresh = agent.begin(), agent.begin()
    play(mind, 10, 0)
    mind.forget()
    mind.act(obs, reward=5.0, done=True, greedy=True)
    fresh.act(obs, greedy=True)
    for name, array in fresh.arrays().items():
        if name != "steps":
            np.testing.assert_array_equal(mind.arrays()[name], array)


def test_one_of_many_can_forget_alone():
    agent = Agent(tiny_agent())
    many = agent.begin(3)
    rng = np.random.default_rng(0)
    for _ in range(5):
        many.act(random_obs(agent.spec, 3, rng), np.ones(3))
    before = {k: v.copy() for k, v in many.arrays().items()}
    many.forget(np.array([False, True, False]))
    for name, array in many.arrays().items():
        np.testing.assert_array_equal(array[[0, 2]], before[name][[0, 2]])
        assert name == "steps" or not array[1].any()


def test_a_reset_trained_agent_forgets_when_an_episode_ends():
    agent = Agent(tiny_agent(memory="episode"))
    obs = {k: v[0] for k, v in random_obs(agent.spec, 1, np.random.default_rng(0)).items()}
    mind, fresh = agent.begin(), agent.begin()
    play(mind, 10, 0)
    mind.act(obs, reward=1.0, done=True, greedy=True)
    fresh.act(obs, greedy=True)
    np.testing.assert_array_equal(mind.arrays()["cells.0"], fresh.arrays()["cells.0"])


def test_a_feed_forward_agent_forgets_before_every_step():
    agent = Agent(tiny_agent(memory="step"))
    obs = {k: v[0] for k, v in random_obs(agent.spec, 1, np.random.default_rng(0)).items()}
    mind, fresh = agent.begin(), agent.begin()
    play(mind, 10, 0)
    mind.act(obs, reward=1.0, greedy=True)
    fresh.act(obs, greedy=True)
    np.testing.assert_array_equal(mind.arrays()["cells.0"], fresh.arrays()["cells.0"])


def test_the_game_may_override_the_choice():
    agent = Agent(tiny_agent())
    rng = np.random.default_rng(0)
    first, second = ({k: v[0] for k, v in random_obs(agent.spec, 1, rng).items()} for _ in range(2))
    mind, told = agent.begin(), agent.begin()
    chosen = mind.act(first)
    told.act(first)
    mind.act(second, previous_action=(chosen + 1) % 4)
    told.act(second)
    assert (mind.arrays()["cells.0"] != told.arrays()["cells.0"]).any()
    with pytest.raises(SpecError, match="outside the heads"):
        mind.act(second, previous_action=4)


def test_many_minds_act_from_many_threads_as_they_would_alone():
    agent = Agent(tiny_agent())
    alone = [play(agent.begin(seed=k), 40, k) for k in range(8)]
    together: dict[int, list] = {}

    def run(k):
        together[k] = play(agent.begin(seed=k), 40, k)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[k] for k in range(8)] == alone


def test_actions_follow_the_probabilities_of_the_network():
    file = tiny_agent()
    file.weights["actor.weight"][:] = 0.0
    file.weights["actor.bias"][:] = np.log([0.1, 0.2, 0.3, 0.4])
    agent = Agent(file)
    mind = agent.begin(2000)
    obs = random_obs(agent.spec, 2000, np.random.default_rng(0))
    counts = sum(np.bincount(mind.act(obs), minlength=4) for _ in range(10))
    assert np.abs(counts / 20000 - [0.1, 0.2, 0.3, 0.4]).max() < 4 * (0.25 / 20000) ** 0.5


def test_acting_needs_numpy_and_safetensors_alone(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(tiny_agent().to_bytes())
    code = """
        import sys
        sys.modules["numba"] = None  # as where it is not installed
        import gamemeta, numpy as np
        mind = gamemeta.load("a.safetensors").begin()
        mind.act({"view": np.zeros((5, 5)), "place": np.zeros(2)})
        heavy = {"torch", "gymnasium", "pettingzoo", "rich", "typer", "PIL"}
        assert mind.agent.backend == "numpy"
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=tmp_path,
        env={"PYTHONPATH": path_of_sources()},
        check=True,
    )
