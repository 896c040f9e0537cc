"""Every compiled part against the same in plain torch, forward and backward, and that against formulas."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import rms_norm, silu

from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.cells.gru.cell import GRU
from gamemeta.networks.cells.mingru.cell import MinGRU
from gamemeta.networks.cells.mingru.in_torch import recurrence
from gamemeta.networks.cells.registry import make_cell
from gamemeta.networks.encoders.encoder import Encoder
from gamemeta.networks.functions import in_torch as plain
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from gamemeta.trials.sampling import sample
from tests.helpers.buffers import choices

T, N, D = 6, 3, 16
SPEC = Spec(
    obs=(
        symbols("view", (2, 3), 4),
        quantities("speed", (2,)),
    ),
    action=ActionSpec(heads=(4, 3)),
)
CLOSE = {"atol": 1e-5, "rtol": 1e-5}
RECURRENT: dict[str, type[MinGRU] | type[GRU]] = {"mingru": MinGRU, "gru": GRU}
"""With any numbers as their state. Every other cell is compared in `test_parity`."""
both_cells = pytest.mark.parametrize("cell", list(RECURRENT))


def random_inputs(steps: int = T, n: int = N, seed: int = 0) -> dict[str, Tensor]:
    rng = np.random.default_rng(seed)
    inputs = {}
    for b in SPEC.inputs():
        shape = (steps, n, *b.shape)
        drawn = rng.integers(0, choices(b), shape) if choices(b) else rng.normal(size=shape)
        inputs[b.name] = torch.from_numpy(drawn.astype(b.dtype))
    return inputs


def some_resets() -> Tensor:
    reset = torch.zeros(T, N, dtype=torch.uint8)
    reset[0, 0] = reset[3, 1] = reset[2, 2] = reset[5, 2] = 1
    return reset


def random_block(seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(T, N, D, generator=generator)
    return x, torch.randn(N, D, generator=generator), some_resets()


def plainly(function, *arguments):
    """What it gives in plain torch."""
    with plain_torch():
        return function(*arguments)


def joined(output) -> Tensor:
    return torch.cat([*output.logits, output.value[..., None], *output.labels.values()], -1)


def make_policy(cell: str, seed: int = 0) -> MemoryPolicy:
    torch.manual_seed(seed)
    policy = MemoryPolicy(SPEC, NetworkConfig(cell=cell, width=D, layers=2), {"good": 5})
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return policy


def gradients(out: Tensor, of: list[Tensor]) -> list[Tensor]:
    weights = torch.randn(out.shape, generator=torch.Generator().manual_seed(9))
    return list(torch.autograd.grad((out * weights).sum(), of))


def assert_all_close(found: list[Tensor], wanted: list[Tensor]) -> None:
    for one, other in zip(found, wanted, strict=True):
        scale = max(1.0, float(other.abs().max()))
        torch.testing.assert_close(one / scale, other / scale, **CLOSE)


def test_plain_torch_is_chosen_within_its_block_alone():
    with pytest.raises(KeyError), plain_torch():
        assert plain.chosen()
        raise KeyError
    assert not plain.chosen()


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_recurrence_in_rounds_is_the_recurrence_step_by_step(steps, seed):
    rng = np.random.default_rng(seed)
    keep, add = rng.random((steps, 3)), rng.normal(size=(steps, 3))
    keep[rng.random((steps, 3)) < 0.2] = 0
    h, wanted = np.zeros(3), []
    for t in range(steps):
        h = keep[t] * h + add[t]
        wanted.append(h)
    found = recurrence(torch.from_numpy(keep), torch.from_numpy(add))
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-12)


def test_a_long_recurrence_stays_exact_in_float32():
    """Gates that hardly open, over more steps than a rollout has."""
    keep = torch.full((4096, 1), 1 - 2.0**-12)
    found = recurrence(keep, torch.ones(4096, 1))
    wanted = (1 - keep[0].double() ** torch.arange(1, 4097)[:, None]) * 2**12
    torch.testing.assert_close(found.double(), wanted, rtol=1e-5, atol=0)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_mingru_in_plain_torch_is_its_formula_step_by_step(seed):
    cell, (x, h, reset) = MinGRU(D), random_block(seed)
    found, last = plainly(cell, x, h, reset)
    for t in range(T):
        z, c, g = (rms_norm(x[t], (D,), eps=1e-5) @ cell.weight.t() + cell.bias).chunk(3, -1)
        h = torch.lerp(h * (reset[t] == 0)[:, None], c.tanh(), z.sigmoid())
        torch.testing.assert_close(found[t], x[t] + (h * silu(g)) @ cell.out.t(), **CLOSE)
    torch.testing.assert_close(last, h.detach(), **CLOSE)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_gru_in_plain_torch_is_torch_s_own_step_by_step(seed):
    cell, (x, h, reset) = GRU(D), random_block(seed)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = dict(zip(names, (cell.weight, cell.recurrent, cell.bias, cell.recurrent_bias), strict=True))
    found, last = plainly(cell, x, h, reset)
    for t in range(T):
        given = rms_norm(x[t], (D,), eps=1e-5), h * (reset[t] == 0)[:, None]
        h = torch.func.functional_call(nn.GRUCell(D, D), weights, given)
        torch.testing.assert_close(found[t], x[t] + h @ cell.out.t(), **CLOSE)
    torch.testing.assert_close(last, h.detach(), **CLOSE)


def test_the_encoder_is_one_hot_symbols_and_quantities_times_a_matrix():
    torch.manual_seed(0)
    encoder, inputs = Encoder(SPEC.inputs(), D), random_inputs()
    encoder.bias.data.normal_()
    found, wanted = encoder(inputs), plainly(encoder, inputs)
    torch.testing.assert_close(found, wanted, **CLOSE)
    parameters = list(encoder.parameters())
    assert_all_close(gradients(found, parameters), gradients(wanted, parameters))


@both_cells
def test_a_cell_equals_its_plain_twin_forward_and_backward(cell):
    torch.manual_seed(0)
    module = RECURRENT[cell](D)
    for parameter in module.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.2)
    x, state, reset = random_block()
    x.requires_grad_()
    found, last = module(x, state, reset)
    wanted, wanted_last = plainly(module, x, state, reset)
    torch.testing.assert_close(found, wanted, **CLOSE)
    torch.testing.assert_close(last, wanted_last, **CLOSE)
    of = [x, *module.parameters()]
    assert_all_close(gradients(found, of), gradients(wanted, of))


@both_cells
def test_the_policy_equals_its_plain_twin_forward_and_backward(cell):
    policy, inputs, reset = make_policy(cell), random_inputs(), some_resets()
    state = [random_block(seed)[1] for seed in (1, 2)]
    output, last = policy(inputs, state, reset)
    wanted, wanted_last = plainly(policy, inputs, state, reset)
    torch.testing.assert_close(joined(output), joined(wanted), **CLOSE)
    assert_all_close(last, wanted_last)
    of = list(policy.parameters())
    assert_all_close(gradients(joined(output), of), gradients(joined(wanted), of))


@both_cells
def test_a_cell_gives_the_same_without_gradients(cell):
    module = RECURRENT[cell](D)
    block = random_block()
    with torch.no_grad():
        found = module(*block)
    for one, other in zip(found, module(*block), strict=True):
        torch.testing.assert_close(one, other.detach(), **CLOSE)


@both_cells
def test_the_state_that_comes_in_is_left_as_it_was(cell):
    x, state, reset = random_block()
    before = state.clone()
    RECURRENT[cell](D)(x, state, reset)
    assert torch.equal(state, before)


@both_cells
def test_scanning_equals_stepping(cell):
    module = RECURRENT[cell](D)
    x, state, reset = random_block()
    whole, last = module(x, state, reset)
    for t in range(T):
        one, state = module(x[t : t + 1], state, reset[t : t + 1])
        torch.testing.assert_close(one[0], whole[t], **CLOSE)
    torch.testing.assert_close(state, last, **CLOSE)


@both_cells
def test_a_reset_in_the_middle_equals_two_sequences(cell):
    module = RECURRENT[cell](D)
    x, state, _ = random_block()
    reset = torch.zeros(T, N, dtype=torch.uint8)
    reset[4] = 1
    whole, last = module(x, state, reset)
    none = torch.zeros_like(reset)
    first, _ = module(x[:4], state, none[:4])
    second, second_last = module(x[4:], torch.zeros_like(state), none[4:])
    torch.testing.assert_close(whole, torch.cat([first, second]), **CLOSE)
    torch.testing.assert_close(last, second_last, **CLOSE)


@both_cells
def test_no_gradient_crosses_a_reset(cell):
    module = RECURRENT[cell](D)
    x, state, reset = random_block()
    reset[4] = 1
    x.requires_grad_()
    out, _ = module(x, state, reset)
    (grad,) = torch.autograd.grad(out[4:].square().sum(), [x])
    assert not grad[:4].any()
    assert grad[4:].any()


@both_cells
def test_acting_equals_scanning(cell):
    policy = make_policy(cell)
    learner = MemoryLearner(policy)
    inputs, reset, state = random_inputs(), some_resets(), learner.init(N)
    output, last = learner.scan(inputs, state, reset)
    for t in range(T):
        now = {name: x[t].numpy() for name, x in inputs.items()}
        state, decision = learner.step(state, now, reset[t].numpy())
        for head, logits in zip(decision.logits, output.logits, strict=True):
            np.testing.assert_allclose(head, logits[t].detach().numpy(), **CLOSE)
        np.testing.assert_allclose(decision.value, output.value[t].detach().numpy(), **CLOSE)
    for name, array in last.items():
        np.testing.assert_allclose(state[name], array, **CLOSE)


@both_cells
def test_acting_follows_the_weights_as_they_change(cell):
    policy = make_policy(cell)
    learner, reset = MemoryLearner(policy), np.zeros(N, np.uint8)
    now = {name: x[0].numpy() for name, x in random_inputs().items()}
    learner.step(learner.init(N), now, reset)
    policy.load_state_dict(make_policy(cell, seed=1).state_dict())
    _, found = learner.step(learner.init(N), now, reset)
    fresh = MemoryLearner(copy.deepcopy(policy))
    _, wanted = fresh.step(fresh.init(N), now, reset)
    np.testing.assert_array_equal(found.value, wanted.value)


@both_cells
def test_acting_keeps_the_decisions_it_gave_before(cell):
    learner, reset = MemoryLearner(make_policy(cell)), np.zeros(N, np.uint8)
    state, first = learner.step(learner.init(N), at(random_inputs(seed=1)), reset)
    kept = [first.value.copy(), *(x.copy() for x in (*first.logits, *state.values()))]
    learner.step(state, at(random_inputs(seed=2)), reset)
    for array, copied in zip([first.value, *first.logits, *state.values()], kept, strict=True):
        np.testing.assert_array_equal(array, copied)


def at(inputs: dict[str, Tensor]) -> dict[str, np.ndarray]:
    return {name: x[0].numpy() for name, x in inputs.items()}


def draw(logits: np.ndarray, seeds: np.ndarray, numbers: np.ndarray):
    action, log_prob = np.zeros(len(logits), np.int64), np.zeros(len(logits), np.float32)
    sample(logits, seeds, numbers, action, log_prob)
    return action, log_prob


def test_actions_are_drawn_with_the_probabilities_of_the_softmax():
    n, row = 40_000, np.array([1.0, -1.0, 0.3, -3.0], np.float32)
    probability = np.exp(row) / np.exp(row).sum()
    logits = np.tile(row, (n, 1))
    action, log_prob = draw(logits, np.arange(n, dtype=np.uint64), np.zeros(n, np.int64))
    counts = np.bincount(action, minlength=4)
    chi_square = ((counts - n * probability) ** 2 / (n * probability)).sum()
    assert chi_square < 16.27  # 99.9% point of chi-square with 3 degrees of freedom
    np.testing.assert_allclose(log_prob, np.log(probability)[action], atol=1e-5)


def test_later_draws_of_one_seed_have_the_same_probabilities():
    n = 40_000
    logits = np.zeros((n, 4), np.float32)
    action, _ = draw(logits, np.full(n, 7, np.uint64), np.arange(n))
    counts = np.bincount(action, minlength=4)
    assert ((counts - n / 4) ** 2 / (n / 4)).sum() < 16.27
    pairs = np.bincount(action[:-1] * 4 + action[1:], minlength=16)
    assert ((pairs - n / 16) ** 2 / (n / 16)).sum() < 37.7  # 99.9% point, 15 degrees of freedom


def test_a_draw_depends_on_its_seed_and_number_alone():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(50, 4)).astype(np.float32)
    seeds, numbers = rng.integers(0, 2**60, 50).astype(np.uint64), rng.integers(0, 99, 50)
    order = rng.permutation(50)
    action, _ = draw(logits, seeds, numbers)
    np.testing.assert_array_equal(draw(logits[order], seeds[order], numbers[order])[0], action[order])


def test_enormous_logits_are_drawn_safely():
    logits = np.array([[1e30, 0, -1e30], [-1e30, -1e30, -1e30]], np.float32)
    action, log_prob = draw(logits, np.arange(2, dtype=np.uint64), np.zeros(2, np.int64))
    assert action[0] == 0
    assert np.isfinite(log_prob).all()


def test_an_unknown_cell_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownName, match=r"'lstm'. Choose one of: mingru, gru"):
        make_cell("lstm", CellPlace(NetworkConfig(), SPEC))


@pytest.mark.parametrize(("setting", "value"), [("width", 4), ("layers", 0)])
def test_settings_out_of_range_are_refused_by_name(setting, value):
    with pytest.raises(ConfigError, match=f"{setting} = {value}"):
        NetworkConfig(**{setting: value})


@both_cells
def test_a_learner_that_clears_at_episodes_starts_afresh_after_each(cell):
    policy = make_policy(cell)
    learner, plain = MemoryLearner(policy, memory="episode"), MemoryLearner(policy)
    none, state = np.zeros(N, np.uint8), {k: v + 1 for k, v in plain.init(N).items()}
    now = at(random_inputs()) | {"previous_done": np.ones((N, 1), np.uint8)}
    after, found = learner.step(state, now, none)
    past = ("previous_action", "previous_reward", "previous_done")
    empty = {name: np.zeros_like(x) if name in past else x for name, x in now.items()}
    wanted_after, wanted = plain.step(plain.init(N), empty, none)
    np.testing.assert_array_equal(found.value, wanted.value)
    for name, array in wanted_after.items():
        np.testing.assert_array_equal(after[name], array)
