"""The distribution of an action's numbers: density, gradient, entropy, draws, and torch against NumPy."""

import math

import numpy as np
import pytest
import torch

from gamemeta.agent import draws
from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.spread import LEAST_LOG_STD, MOST_LOG_STD
from gamemeta.errors import ConfigError, MemoryMismatch, SpecError
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import policy_of
from gamemeta.networks.squashed_normals import SquashedNormals
from gamemeta.rollout.batch import Batch
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from gamemeta.trials.sampling import Drawn, draw, normal
from gamemeta.trials.task_learner import Decision, Normals
from gamemeta_levels.kernel import combine
from tests.gamemeta.agent.test_runtime import random_obs
from tests.helpers.agents import tiny_agent, tiny_policy

OBS = (
    symbols("view", (3,), 4),
    quantities("speed", (2,)),
)
NUMBERS = Spec(obs=OBS, action=ActionSpec(low=(-1.0, 0.0), high=(1.0, 5.0)))
MIXED = Spec(obs=OBS, action=ActionSpec(heads=(3, 2), low=(-0.1,), high=(0.3,)))
BOTH = pytest.mark.parametrize("spec", [NUMBERS, MIXED], ids=["numbers", "mixed"])


def log_density(raw: float, mean: float, log_std: float) -> float:
    """Of tanh(raw), in double precision: the normal's density over the derivative of tanh."""
    z = (raw - mean) / math.exp(log_std)
    return -z * z / 2 - log_std - math.log(2 * math.pi) / 2 - math.log(1 / math.cosh(raw) ** 2)


def some_rows(n: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    mean, log_std = rng.normal(size=(1, n, 1)), rng.uniform(-3, 0.5, (1, n, 1))
    return mean, log_std, mean + np.exp(log_std) * rng.normal(size=(1, n, 1))


def test_densities_and_their_gradients_are_those_of_the_formula():
    mean, log_std, raw = some_rows()
    parameters = [torch.tensor(x, dtype=torch.float32, requires_grad=True) for x in (mean, log_std)]
    found = SquashedNormals(*parameters).log_prob(torch.tensor(raw, dtype=torch.float32))
    wanted = [log_density(*row) for row in zip(raw.ravel(), mean.ravel(), log_std.ravel(), strict=True)]
    np.testing.assert_allclose(found.detach()[0], wanted, atol=2e-4)
    grads = torch.autograd.grad(found.sum(), parameters)
    for i, (x, m, s) in enumerate(zip(raw.ravel(), mean.ravel(), log_std.ravel(), strict=True)):
        h = 1e-5
        by_mean = (log_density(x, m + h, s) - log_density(x, m - h, s)) / (2 * h)
        by_spread = (log_density(x, m, s + h) - log_density(x, m, s - h)) / (2 * h)
        assert float(grads[0][0, i, 0]) == pytest.approx(by_mean, rel=1e-3, abs=1e-3)
        assert float(grads[1][0, i, 0]) == pytest.approx(by_spread, rel=1e-3, abs=1e-3)


def test_densities_sum_to_1_over_the_bounds():
    edges = np.linspace(-1, 1, 20_001)
    middle = (edges[1:] + edges[:-1]) / 2
    raw = torch.tensor(np.arctanh(middle), dtype=torch.float32)[None, :, None]
    for mean, log_std in ((0.0, -0.5), (1.5, 0.4), (-0.7, -2.0)):
        normals = SquashedNormals(torch.full(raw.shape, mean), torch.full(raw.shape, log_std))
        assert float(normals.log_prob(raw).exp().mean()) * 2 == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("raw", [-80.0, -12.0, 12.0, 80.0])
def test_densities_stay_finite_where_tanh_is_1(raw):
    normals = SquashedNormals(torch.full((1, 1, 1), raw), torch.zeros(1, 1, 1))
    found = float(normals.log_prob(torch.full((1, 1, 1), raw)))
    assert found == pytest.approx(2 * abs(raw) - math.log(4) - math.log(2 * math.pi) / 2, rel=1e-6)


@pytest.mark.slow
def test_the_entropy_is_that_of_many_draws():
    rng = np.random.default_rng(1)
    for mean, log_std in ((0.0, 0.5), (0.0, -0.5), (2.0, 0.0), (-0.6, -3.0)):
        z = rng.normal(size=200_000)
        drawn = [log_density(x, mean, log_std) for x in mean + math.exp(log_std) * z]
        normals = SquashedNormals(torch.full((1, 1, 1), mean), torch.full((1, 1, 1), log_std))
        assert float(normals.entropy()) == pytest.approx(-np.mean(drawn), abs=0.02)


def test_no_entropy_is_above_that_of_even_numbers():
    mean, log_std = torch.meshgrid(torch.linspace(-4, 4, 33), torch.linspace(-5, 0.5, 23), indexing="ij")
    assert float(SquashedNormals(mean[..., None], log_std[..., None]).entropy().max()) <= math.log(2)


def test_draws_are_normal():
    z = np.sort(draws.normal(draws.lanes(7, 20_000), np.zeros(20_000, np.int64)).astype(float))
    share = np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z])
    furthest = np.abs(share - (np.arange(20_000) + 0.5) / 20_000).max()
    assert furthest < 1.63 / 20_000**0.5  # Kolmogorov and Smirnov, one in a hundred


def test_numpy_draws_what_the_compiled_code_draws():
    numbers = np.array([7, 8, 9, 2**40])
    lanes = [combine(np.uint64(12345), np.uint64(i)) for i in range(4)]
    wanted = [normal(s, np.uint64(k)) for s, k in zip(lanes, numbers, strict=True)]
    np.testing.assert_allclose(draws.normal(draws.lanes(12345, 4), numbers), wanted, atol=1e-6)


def drawn_by(spec: ActionSpec, seeds: np.ndarray, step: int, log_std: float = -0.5) -> Drawn:
    n = len(seeds)
    mean = np.linspace(-1, 1, n * spec.continuous, dtype=np.float32).reshape(n, -1)
    decision = Decision(
        logits=tuple(np.zeros((n, k), np.float32) for k in spec.heads),
        value=np.zeros(n, np.float32),
        continuous=Normals(mean, np.full_like(mean, log_std)),
    )
    out = Drawn.empty(spec, n)
    draw(decision, seeds, np.full(n, step), out)
    return out


def test_a_draw_depends_on_its_seed_and_step_alone():
    seeds = np.arange(6, dtype=np.uint64)
    one, again, later = (drawn_by(MIXED.action, seeds, step) for step in (3, 3, 4))
    np.testing.assert_array_equal(one.raw, again.raw)
    assert (one.raw != later.raw).all()
    assert len(set(one.raw.ravel())) == 6


def test_drawn_log_probabilities_are_those_of_training():
    drawn = drawn_by(MIXED.action, np.arange(50, dtype=np.uint64), 3)
    mean = torch.linspace(-1, 1, 50)[None, :, None]
    normals = SquashedNormals(mean, torch.full_like(mean, -0.5))
    wanted = normals.log_prob(torch.from_numpy(drawn.raw)[None])[0] - math.log(3) - math.log(2)
    np.testing.assert_allclose(drawn.log_prob, wanted, atol=1e-5)


def test_numbers_of_which_nothing_is_said_are_spread_evenly():
    n, out = 5000, Drawn.empty(NUMBERS.action, 5000)
    decision = Decision(logits=(), value=np.zeros(n, np.float32))
    draw(decision, np.arange(n, dtype=np.uint64), np.zeros(n, np.int64), out)
    played = NUMBERS.action.played(out.codes, out.raw)
    shares = [
        np.histogram(played[:, k], 10, (low, high))[0] for k, (low, high) in enumerate([(-1, 1), (0, 5)])
    ]
    assert all(np.abs(share / n - 0.1).max() < 4 * (0.09 / n) ** 0.5 for share in shares)
    np.testing.assert_allclose(out.log_prob, -2 * math.log(2), rtol=1e-6)


def batch_of(learner: MemoryLearner, spec: Spec, T: int = 12, N: int = 6) -> Batch:
    """What a learner does on random inputs, as a rollout records it."""
    rng, state, drawn = np.random.default_rng(0), learner.init(N), Drawn.empty(spec.action, T, N)
    inputs, seeds = [], np.arange(N, dtype=np.uint64)
    first = state
    for t in range(T):
        inputs.append(random_inputs(spec, N, rng))
        state, decision = learner.step(state, inputs[-1], np.zeros(N, np.uint8))
        draw(decision, seeds, np.full(N, t), drawn.at(t))
    return Batch(
        inputs={name: np.stack([x[name] for x in inputs]) for name in inputs[0]},
        reset=np.zeros((T, N), np.uint8),
        state=first,
        action=drawn.codes,
        log_prob=drawn.log_prob,
        advantage=rng.normal(size=(T, N)).astype(np.float32),
        returns=np.zeros((T, N), np.float32),
        reward=np.zeros((T, N), np.float32),
        labels={},
        rows=T * N,
        raw=drawn.raw,
    )


def random_inputs(spec: Spec, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    inputs = random_obs(spec, n, rng)
    does = spec.action
    codes = np.stack([rng.integers(0, k, n) for k in does.heads] or [np.zeros(n, int)], 1)
    codes = codes[:, : len(does.heads)]
    inputs |= does.before(does.played(codes, rng.normal(size=(n, does.continuous)).astype(np.float32)))
    inputs["previous_reward"] = rng.normal(size=(n, 1)).astype(np.float32)
    inputs["previous_done"] = rng.integers(0, 2, (n, 1)).astype(np.uint8)
    return inputs


@BOTH
def test_the_ratio_is_1_before_the_first_update(spec):
    ppo = PPO(tiny_policy(spec), PPOConfig())
    batch = batch_of(ppo.task_learner, spec)
    _, terms = ppo.loss_and_grads(batch)
    assert terms["clip_share"] == 0
    assert abs(terms["kl"]) < 1e-7
    assert terms["policy_loss"] == pytest.approx(-batch.advantage.mean(), abs=1e-5)


@BOTH
def test_gradients_are_those_of_the_loss_written_out(spec):
    ppo = PPO(tiny_policy(spec), PPOConfig(entropy=0.05, clip=10.0))
    batch = batch_of(ppo.task_learner, spec)
    batch.log_prob = batch.log_prob + np.float32(0.1)
    found, _ = ppo.loss_and_grads(batch)
    inputs = {name: torch.from_numpy(x) for name, x in batch.inputs.items()}
    state = [torch.from_numpy(x) for x in batch.state.values()]
    output, _ = ppo.policy(inputs, state, torch.from_numpy(batch.reset))
    codes, unit = torch.from_numpy(batch.action), torch.from_numpy(np.tanh(batch.raw.astype(np.float64)))
    log_prob, entropy = torch.zeros(codes.shape[:2]), torch.zeros(codes.shape[:2])
    for k, logits in enumerate(output.logits):
        head = torch.distributions.Categorical(logits=logits)
        log_prob, entropy = log_prob + head.log_prob(codes[..., k]), entropy + head.entropy()
    own = torch.distributions.Normal(
        output.continuous.mean.double(), output.continuous.log_std.double().exp()
    )
    squashed = torch.distributions.TransformedDistribution(own, torch.distributions.TanhTransform())
    log_prob = log_prob + squashed.log_prob(unit).sum(-1)
    entropy = entropy + output.continuous.entropy()
    ratio = (log_prob - torch.from_numpy(batch.log_prob)).exp()
    error = 0.5 * output.value.square()
    loss = -(ratio * torch.from_numpy(batch.advantage)) + ppo.config.value_weight * error - 0.05 * entropy
    wanted = torch.autograd.grad(loss.mean(), list(ppo.policy.parameters()), allow_unused=True)
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other.float(), atol=1e-5, rtol=1e-3)


def test_the_spread_stays_in_a_sane_range():
    ppo = PPO(tiny_policy(NUMBERS), PPOConfig(learning_rate=1.0, warmup=0.0))
    for direction, limit in ((-1.0, MOST_LOG_STD), (1.0, LEAST_LOG_STD)):
        for _ in range(20):
            ppo.apply([torch.full_like(p, direction) for p in ppo.policy.parameters()], 0.0)
        assert ppo.policy.log_std.tolist() == [limit] * 2


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("cell", ["mingru", "gru"])
def test_numpy_agrees_with_torch(cell, spec):
    file = tiny_agent(cell, spec=spec)
    agent, learner = Agent(file), MemoryLearner(policy_of(file))
    n, rng = 5, np.random.default_rng(0)
    mine, theirs = agent.network.init(n), learner.init(n)
    for _ in range(50):
        inputs = random_inputs(spec, n, rng)
        head_outputs, mine = (agent.compiled or agent.network)(inputs, mine)
        theirs, decision = learner.step(theirs, inputs, np.zeros(n, np.uint8))
        np.testing.assert_allclose(
            head_outputs, np.concatenate([*decision.logits, decision.continuous.mean], 1), atol=1e-5
        )
        np.testing.assert_allclose(agent.network.log_std, decision.continuous.log_std[0])


@BOTH
def test_the_runtime_plays_what_evaluation_plays(spec):
    """Same seeds, same inputs: the same actions out of torch and numba as out of NumPy alone."""
    file, n, seed = tiny_agent(spec=spec), 4, 9
    agent, learner = Agent(file), MemoryLearner(policy_of(file))
    mind, state, rng = agent.begin(n, seed), learner.init(n), np.random.default_rng(0)
    seeds = np.array([combine(np.uint64(seed), np.uint64(i)) for i in range(n)], np.uint64)
    told, reward = spec.action.nothing_before(n), np.zeros(n, np.float32)
    for t in range(30):
        obs = random_obs(spec, n, rng)
        more = {"previous_reward": reward[:, None], "previous_done": np.zeros((n, 1), np.uint8)}
        state, decision = learner.step(state, {**obs, **told, **more}, np.zeros(n, np.uint8))
        drawn = Drawn.empty(spec.action, n)
        draw(decision, seeds, np.full(n, t), drawn)
        wanted = spec.action.played(drawn.codes, drawn.raw)
        played = mind.act(obs, reward)
        np.testing.assert_allclose(played, wanted, atol=1e-5)
        told, reward = spec.action.before(played), rng.normal(size=n).astype(np.float32)


def one_obs(spec: Spec, seed: int = 0) -> dict[str, np.ndarray]:
    return {name: array[0] for name, array in random_obs(spec, 1, np.random.default_rng(seed)).items()}


@BOTH
def test_a_mind_gives_codes_and_numbers_within_their_bounds(spec):
    one, many = Agent(tiny_agent(spec=spec)).begin(), Agent(tiny_agent(spec=spec)).begin(200)
    alone, together = one.act(one_obs(spec)), many.act(random_obs(spec, 200, np.random.default_rng(0)))
    assert alone.shape == (spec.action.width,)
    assert together.shape == (200, spec.action.width)
    assert alone.dtype == together.dtype == np.float32
    spec.action.checked(together, 200)


@BOTH
def test_greedy_play_takes_the_middle_of_the_distribution(spec):
    agent, n = Agent(tiny_agent(spec=spec)), 4001
    obs = {name: np.repeat(array[None], n, 0) for name, array in one_obs(spec).items()}
    greedy = agent.begin(n).act(obs, greedy=True)
    drawn = agent.begin(n).act(obs)
    assert (greedy == greedy[0]).all()
    heads = len(spec.action.heads)
    above = (drawn[:, heads:] > greedy[:, heads:]).mean(0)
    assert np.abs(above - 0.5).max() < 4 * 0.5 / n**0.5


def play(mind, steps: int, seed: int) -> list[list[float]]:
    rng, spec = np.random.default_rng(seed), mind.agent.spec
    return [mind.act(one_obs(spec, seed + k), rng.normal(), k % 5 == 4).tolist() for k in range(steps)]


@BOTH
def test_memory_goes_into_a_save_game_and_comes_out(spec):
    agent = Agent(tiny_agent(spec=spec))
    for steps in (0, 20):
        mind = agent.begin(seed=3)
        play(mind, steps, 0)
        again = agent.resume(mind.memory)
        assert play(mind, 30, 1) == play(again, 30, 1)
        assert mind.memory == again.memory


@pytest.mark.parametrize("number", [1.5, np.nan])
def test_a_memory_of_numbers_that_were_never_played_is_refused(number):
    agent = Agent(tiny_agent(spec=NUMBERS))
    mind = agent.begin(2)
    mind.arrays()["previous_numbers"][1, 0] = number
    with pytest.raises(MemoryMismatch, match=r"previous_numbers are outside -1\.\.1"):
        agent.resume(mind.memory)


@BOTH
def test_forgetting_is_a_fresh_start_whatever_was_passed(spec):
    agent = Agent(tiny_agent(spec=spec))
    mind, fresh = agent.begin(), agent.begin()
    play(mind, 10, 0)
    mind.forget()
    assert not any(array.any() for name, array in mind.arrays().items() if name != "steps")
    mind.act(one_obs(spec), reward=5.0, done=True, greedy=True)
    fresh.act(one_obs(spec), greedy=True)
    for name, array in fresh.arrays().items():
        if name != "steps":
            np.testing.assert_array_equal(mind.arrays()[name], array)


@BOTH
def test_the_game_may_override_the_choice(spec):
    agent = Agent(tiny_agent(spec=spec))
    mind, same, told = agent.begin(), agent.begin(), agent.begin()
    chosen = mind.act(one_obs(spec))
    same.act(one_obs(spec))
    told.act(one_obs(spec))
    middle = spec.action.idle(1)[0]
    for one, before in ((mind, None), (same, chosen), (told, middle)):
        one.act(one_obs(spec, 1), previous_action=before)
    assert mind.memory == same.memory
    assert (mind.arrays()["cells.0"] != told.arrays()["cells.0"]).any()
    with pytest.raises(SpecError, match=r"previous_action .*outside"):
        mind.act(one_obs(spec), previous_action=middle + 10)
    with pytest.raises(SpecError, match=r"previous_action .*shape"):
        mind.act(one_obs(spec), previous_action=[0.0])


@pytest.mark.parametrize("cell", ["table", "gru+table"])
@BOTH
def test_a_table_is_refused_where_actions_have_numbers(cell, spec):
    with pytest.raises(ConfigError, match=r"a table .*discrete actions"):
        MemoryPolicy(spec, NetworkConfig(cell=cell), {})


def test_losses_about_discrete_actions_are_refused_where_there_are_none():
    with pytest.raises(ConfigError, match="reward_weight"):
        MemoryPolicy(NUMBERS, NetworkConfig(), {}, rewards=True)
    with pytest.raises(ConfigError, match=r"ppo\.guide_weight"):
        PPO(tiny_policy(NUMBERS), PPOConfig(guide_weight=0.1), guide="moves")
