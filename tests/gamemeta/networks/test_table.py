"""The table memory against a plain twin that writes and reads one step after the other."""

import copy
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import Tensor

from gamemeta.agent.reference.network import Network
from gamemeta.agent.runtime import Agent, Mind
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.table_shape import TableShape
from gamemeta.errors import AgentFileError, ConfigError, MemoryMismatch
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.cells.cell import Stream
from gamemeta.networks.cells.registry import make_cell
from gamemeta.networks.cells.table.cell import Table
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from tests.helpers.agents import agent_of_policy

T, N, D = 7, 3, 16
HEADS = (4, 3)
SPEC = Spec(
    obs=(
        symbols("place", (2,), 3),
        quantities("speed", (2,)),
    ),
    action=ActionSpec(heads=HEADS),
)
CLOSE = {"atol": 2e-5, "rtol": 2e-5}
every_way = pytest.mark.parametrize("way", [nullcontext, plain_torch], ids=["compiled", "plain torch"])
every_key = pytest.mark.parametrize("keys", ["learned", "place", "action"])


def config(keys: str, cell: str = "table", layers: int = 1) -> NetworkConfig:
    return NetworkConfig(cell=cell, layers=layers, width=D, keys=keys, slots=5, values=3, choice_width=6)


def random_inputs(seed: int = 0, steps: int = T) -> dict[str, Tensor]:
    rng = np.random.default_rng(seed)
    drawn = {
        "place": rng.integers(0, 3, (steps, N, 2)),
        "speed": rng.normal(size=(steps, N, 2)),
        "previous_action": np.stack([rng.integers(0, k + 1, (steps, N)) for k in HEADS], -1),
        "previous_reward": rng.normal(size=(steps, N, 1)),
        "previous_done": rng.integers(0, 2, (steps, N, 1)),
    }
    return {b.name: torch.from_numpy(drawn[b.name].astype(b.dtype)) for b in SPEC.inputs()}


def some_resets() -> Tensor:
    reset = torch.zeros(T, N, dtype=torch.uint8)
    reset[0, 0] = reset[3, 1] = reset[2, 2] = reset[5, 2] = 1
    return reset


def make_table(keys: str, *, later: bool = False) -> Table:
    torch.manual_seed(0)
    table = make_cell("table", CellPlace(config(keys), SPEC, later))
    for parameter in table.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.1)
    return table


def addresses(table: Table, place: Tensor, speed: Tensor) -> Tensor:
    """[A, rows] of one agent in one step."""
    actions = sum(HEADS)
    if table.shape.learned:
        one_hot = torch.nn.functional.one_hot(place.long(), 3).flatten().to(speed.dtype)
        tables = table.keys.tables
        z = one_hot @ tables["place"] + speed @ tables["speed"] + table.keys.bias
        key = (z + table.action_keys).exp()
        return key / key.norm(dim=-1, keepdim=True)
    here = 0 if table.shape.key is None else int(place[0] * 3 + place[1])
    return torch.eye(table.shape.rows, dtype=speed.dtype)[here * actions : (here + 1) * actions]


def norm(x: Tensor) -> Tensor:
    return x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt()


def plain_table(
    table: Table, stream: Stream, reset: Tensor, start: Stream | None = None
) -> tuple[Tensor, Tensor]:
    """Outputs x [T, N, D] and choices [T, N, A, C].

    Args:
        table: its parameters are used.
        stream, reset: as `Table.advance` takes them.
        start: what was written before, as steps that came before and through which no gradient flows.
    """
    silu = torch.nn.functional.silu
    xs, told = [], []
    for i in range(N):
        memory, before = _written(table, start, i)
        for t in range(T):
            x = stream.x[t, i]
            place, speed = stream.inputs["place"][t, i], stream.inputs["speed"][t, i]
            values = torch.cat([norm(x) @ table.value.t() + table.value_bias, torch.ones(1, dtype=x.dtype)])
            if reset[t, i]:
                memory, before = torch.zeros_like(memory), None
            for head, action in enumerate(stream.inputs["previous_action"][t, i].tolist()):
                if action and before is not None:
                    memory = memory + torch.outer(before[sum(HEADS[:head]) + action - 1], values)
            keys = addresses(table, place, speed)
            y, before = keys @ memory, keys
            share = 1 / (1 + y[:, -1:])
            known = torch.cat([y[:, :-1] * share, share], -1) @ table.read.t()
            known = known + norm(x) @ table.context.t() + table.context_bias
            if stream.choices is not None:
                known = known + stream.choices[t, i] @ table.carry.t()
            known = silu(known)
            known = known + silu(known @ table.mix.t())
            best = (known @ table.pick).softmax(0) @ known
            xs.append(x + torch.cat([best, known.mean(0)]) @ table.out.t())
            told.append(known if stream.choices is None else known + stream.choices[t, i])
    order = torch.arange(N * T).view(N, T).t().flatten()
    return torch.stack(xs)[order].view(T, N, D), torch.stack(told)[order].view(T, N, sum(HEADS), -1)


def _written(table: Table, start: Stream | None, i: int) -> tuple[Tensor, Tensor | None]:
    """The table of agent i after the steps of `start`, and the addresses of the last of them."""
    memory, before = table.read.new_zeros(table.shape.rows, table.shape.width), None
    with torch.no_grad():
        for t in range(0 if start is None else T):
            x = start.x[t, i]
            values = torch.cat([norm(x) @ table.value.t() + table.value_bias, torch.ones(1, dtype=x.dtype)])
            for head, action in enumerate(start.inputs["previous_action"][t, i].tolist()):
                if action and before is not None:
                    memory = memory + torch.outer(before[sum(HEADS[:head]) + action - 1], values)
            before = addresses(table, start.inputs["place"][t, i], start.inputs["speed"][t, i])
    return memory, before


def exactly(table: Table, *streams: Stream) -> list[Table | Stream]:
    """The same in float64, in which the twin's roundings do not count."""
    return [
        copy.deepcopy(table).double(),
        *(
            Stream(
                s.x.detach().double().requires_grad_(),
                None if s.choices is None else s.choices.double(),
                {name: x.double() if x.is_floating_point() else x for name, x in s.inputs.items()},
            )
            for s in streams
        ),
    ]


def assert_close(found: Tensor, wanted: Tensor) -> None:
    """Within 2e-5 of the largest element, or of 1: float32 beside float64.

    The gradient of `pick` is the worst, 5e-6: where nothing was written yet, all actions look alike, and its
    terms cancel.
    """
    scale = max(1.0, float(wanted.detach().abs().max()))
    torch.testing.assert_close(found.double(), wanted, atol=2e-5 * scale, rtol=0)


def blank(table: Table) -> Tensor:
    return torch.zeros(N, table.state_size)


def random_stream(seed: int = 0, *, choices: bool = False) -> Stream:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(T, N, D, generator=generator).requires_grad_()
    known = torch.randn(T, N, sum(HEADS), 6, generator=generator) if choices else None
    return Stream(x, known, random_inputs(seed))


@every_key
@every_way
@pytest.mark.parametrize("later", [False, True])
def test_a_table_equals_its_plain_twin_forward_and_backward(keys, later, way):
    table, stream = make_table(keys, later=later), random_stream(choices=later)
    reset = some_resets()
    reset[0] = 1
    with way():
        found, _ = table.advance(stream, blank(table), reset)
    twin, exact = exactly(table, stream)
    wanted = plain_table(twin, exact, reset)
    assert_close(found.x, wanted[0])
    assert_close(found.choices, wanted[1])
    grads = gradients(found.x, found.choices, [stream.x, *table.parameters()])
    for one, other in zip(grads, gradients(*wanted, [exact.x, *twin.parameters()]), strict=True):
        assert_close(one, other)


@every_key
@every_way
def test_gradients_stop_where_a_rollout_begins_and_nowhere_else(keys, way):
    """With what was written before standing still, and what is written first at an address from before."""
    table, start, stream = make_table(keys), random_stream(1), random_stream(2)
    first = torch.zeros(T, N, dtype=torch.uint8)
    first[0] = 1
    with torch.no_grad():
        _, state = table.advance(start, blank(table), first)
    reset = some_resets()
    reset[0] = 0
    with way():
        found, _ = table.advance(stream, state, reset)
    twin, exact, exact_start = exactly(table, stream, start)
    wanted = plain_table(twin, exact, reset, exact_start)
    names = ["value", "read", *(["action_keys"] if keys == "learned" else [])]
    grads = gradients(found.x, found.choices, [stream.x, *(getattr(table, name) for name in names)])
    others = gradients(*wanted, [exact.x, *(getattr(twin, name) for name in names)])
    for one, other in zip(grads, others, strict=True):
        assert_close(one, other)


@every_key
def test_plain_torch_leaves_the_state_that_the_kernels_leave(keys):
    table, stream, after = make_table(keys), random_stream(2), torch.zeros(T, N, dtype=torch.uint8)
    after[0] = 1
    _, state = table.advance(random_stream(1), blank(table), after)
    for reset in (some_resets(), torch.zeros_like(after)):
        _, wanted = table.advance(stream, state, reset)
        with plain_torch():
            _, found = table.advance(stream, state, reset)
        torch.testing.assert_close(found, wanted, **CLOSE)


def gradients(x: Tensor, choices: Tensor, of: list[Tensor]) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(9)
    weights = [torch.randn(part.shape, generator=generator) for part in (x, choices)]
    return torch.autograd.grad((x * weights[0]).sum() + (choices * weights[1]).sum(), of)


@every_key
def test_what_was_written_is_read_again_at_the_same_place_and_action(keys):
    """With zero weights but the value's bias, what is read counts the visits."""
    table, stream = make_table(keys), random_stream()
    inputs = {name: x.clone() for name, x in stream.inputs.items()}
    inputs["place"][:], inputs["speed"][:] = 1, 0.5
    inputs["previous_action"][:] = torch.tensor([2, 0], dtype=torch.uint8)
    state, reset = blank(table), torch.zeros(T, N, dtype=torch.uint8)
    reset[0] = 1
    _, last = table.advance(Stream(stream.x, None, inputs), state, reset)
    shape = table.shape
    if shape.learned:
        memory = last[:, : -shape.rows].view(N, shape.width, shape.rows)
        key = addresses(table, inputs["place"][0, 0], inputs["speed"][0, 0])[1]
        counts = memory[:, -1] @ key
    else:
        memory = last[:, :-1].view(N, shape.rows, shape.width)
        counts = memory[:, :, -1].max(1).values
    torch.testing.assert_close(counts, torch.full((N,), T - 1.0), **CLOSE)


@every_key
def test_the_state_that_comes_in_is_left_as_it_was(keys):
    table = make_table(keys)
    state = torch.rand(N, table.state_size).round()
    before = state.clone()
    table.advance(random_stream(), state, some_resets())
    assert torch.equal(state, before)


@every_key
@pytest.mark.parametrize("cell", ["table", "mingru+table"])
def test_acting_and_the_runtime_equal_scanning(keys, cell):
    torch.manual_seed(1)
    policy = MemoryPolicy(SPEC, config(keys, cell, layers=2), {"good": 3}, rewards=True)
    for parameter in policy.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.2)
    learner, network = MemoryLearner(policy), Network(agent_of_policy(policy))
    inputs, reset = random_inputs(), torch.zeros(T, N, dtype=torch.uint8)
    reset[0] = 1
    inputs["previous_action"][0] = 0
    output, last = learner.scan(inputs, learner.init(N), reset)
    assert output.reward is not None
    assert output.reward.shape == (T, N, sum(HEADS))
    acting, playing = learner.init(N), network.init(N)
    for t in range(T):
        now = {name: x[t].numpy() for name, x in inputs.items()}
        acting, decision = learner.step(acting, now, reset[t].numpy())
        logits, playing = network(now, playing)
        wanted = torch.cat(output.logits, -1)[t].detach().numpy()
        np.testing.assert_allclose(np.concatenate(decision.logits, 1), wanted, **CLOSE)
        np.testing.assert_allclose(logits, wanted, **CLOSE)
        np.testing.assert_allclose(decision.value, output.value[t].detach().numpy(), **CLOSE)
    for name, array in last.items():
        np.testing.assert_allclose(acting[name], array, **CLOSE)
        np.testing.assert_allclose(network.named(playing)[name], array, **CLOSE)


def test_a_table_begins_where_the_state_left_off():
    table, stream = make_table("learned"), random_stream()
    none = torch.zeros(T, N, dtype=torch.uint8)
    whole, last = table.advance(stream, blank(table), none)
    state, parts = blank(table), []
    for part in (slice(0, 3), slice(3, T)):
        inputs = {name: x[part] for name, x in stream.inputs.items()}
        out, state = table.advance(Stream(stream.x[part], None, inputs), state, none[part])
        parts.append(out.x)
    torch.testing.assert_close(torch.cat(parts), whole.x, **CLOSE)
    torch.testing.assert_close(state, last, **CLOSE)


def test_keys_meet_themselves_with_weight_one():
    table = make_table("learned")
    keys = table._addresses(torch.randn(4, 5) * 30)
    torch.testing.assert_close(keys.square().sum(-1), torch.ones(4, sum(HEADS)), **CLOSE)


def test_an_observation_that_is_no_address_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"'speed' is seen as numbers.*learned, action, place"):
        TableShape.of(config("speed"), SPEC)


def test_far_too_many_addresses_are_refused():
    view = Spec(obs=(symbols("view", (5, 5), 3),), action=ActionSpec(heads=(4,)))
    with pytest.raises(ConfigError, match=r"too many addresses.*learned"):
        TableShape.of(config("view"), view)


def test_a_picture_is_far_too_many_addresses_however_large():
    picture = symbols("picture", (64, 64, 3), 256)
    with pytest.raises(ConfigError, match=r"keys = 'picture'.*too many addresses"):
        TableShape.of(config("picture"), Spec(obs=(picture,), action=ActionSpec(heads=(4,))))


def test_a_learned_table_that_is_too_large_says_what_makes_it_so():
    large = NetworkConfig(cell="table", slots=4096, values=256)
    with pytest.raises(ConfigError, match=r"slots = 4096 with values = 256.*less"):
        TableShape.of(large, SPEC)


def test_keys_cannot_be_learned_where_nothing_is_shown():
    with pytest.raises(ConfigError, match=r"shows nothing.*keys=action"):
        TableShape.of(config("learned"), Spec(obs=(), action=ActionSpec(heads=(4,))))


def played_table(keys: str) -> tuple[Agent, Mind]:
    torch.manual_seed(0)
    agent = Agent(agent_of_policy(MemoryPolicy(SPEC, config(keys, layers=2), {})))
    mind = agent.begin(2)
    for _ in range(4):
        mind.act({"place": np.ones((2, 2), np.uint8), "speed": np.zeros((2, 2))}, np.ones(2))
    return agent, mind


@every_key
def test_a_table_comes_out_of_a_save_game_as_it_went_in(keys):
    agent, mind = played_table(keys)
    assert agent.resume(mind.memory).memory == mind.memory


@pytest.mark.parametrize("address", [-1.0, -7.0, 9.0, 1e9, -1e11, 0.5])
@pytest.mark.parametrize("keys", ["place", "action"])
def test_a_memory_with_an_address_that_does_not_exist_is_refused(keys, address):
    agent, mind = played_table(keys)
    mind.arrays()["cells.1"][1, -1] = address
    with pytest.raises(MemoryMismatch, match=r"damaged.*address"):
        agent.resume(mind.memory)


@every_key
def test_a_memory_of_rows_written_less_than_never_is_refused(keys):
    agent, mind = played_table(keys)
    shape = TableShape.of(config(keys), SPEC)
    count = 3 * shape.rows + 1 if keys == "learned" else 2 * shape.width - 1
    mind.arrays()["cells.0"][0, count] = -1
    with pytest.raises(MemoryMismatch, match=r"damaged.*less than never"):
        agent.resume(mind.memory)


def test_an_agent_file_without_the_table_is_refused_by_name():
    torch.manual_seed(0)
    agent = agent_of_policy(MemoryPolicy(SPEC, config("place"), {}))
    del agent.weights["cells.0.pick"]
    with pytest.raises(AgentFileError, match=r"lack 'cells\.0\.pick'"):
        Network(agent)


def test_an_agent_without_tables_does_not_state_their_settings():
    shape = {"cell": "mingru", "width": 128, "layers": 2, "reward_input": "normalised"}
    assert NetworkConfig().shape() == shape
    assert NetworkConfig(cell="mingru+table", slots=9).shape()["slots"] == 9
