"""The memory of things against its formula, and what its state may be."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
import torch

from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.things_shape import ThingsShape
from gamemeta.errors import ConfigError, ExportError, MemoryMismatch
from gamemeta.export.description import describe
from gamemeta.networks.cells.cell import Stream
from gamemeta.networks.cells.things.cell import Things
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from tests.helpers.agents import agent_of_policy

T, N, D, VALUES, CODES = 6, 3, 16, 4, 3
VIEW = symbols("view", (2, 2, 2), CODES)
SPEC = Spec(obs=(VIEW, symbols("word", (3,), 5), quantities("speed", (1,))), action=ActionSpec(heads=(4,)))
CONFIG = NetworkConfig(cell="things", keys="view", width=D, values=VALUES, layers=1)
every_way = pytest.mark.parametrize("way", [nullcontext, plain_torch], ids=["compiled", "plain torch"])


def some_cell() -> Things:
    torch.manual_seed(0)
    cell = Things(CONFIG, SPEC)
    for parameter in cell.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.3)
    return cell


def some_steps(steps: int):
    """Features [steps, N, D], views, rewards, and resets: in the middle, and at the start of an agent."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(steps, N, D, generator=generator)
    view = torch.randint(0, CODES, (steps, N, 2, 2, 2), generator=generator, dtype=torch.uint8)
    reset = torch.zeros(steps, N, dtype=torch.uint8)
    reset[0, 0] = reset[steps // 2, 1] = 1
    return x, view, torch.randn(steps, N, 1, generator=generator), reset


def formula(cell: Things, x, view, reward, reset) -> torch.Tensor:
    """Outputs in float64, with a dictionary of what was written to each kind."""
    cell, x, out = cell.double(), x.double(), torch.empty(x.shape, dtype=torch.float64)
    for i in range(N):
        rows: dict[tuple[int, ...], torch.Tensor] = {}
        seen: list[tuple[int, ...]] = []
        for t in range(len(x)):
            if reset[t, i]:
                rows, seen = {}, []
            normal = x[t, i] / (x[t, i].square().mean() + 1e-5).sqrt()
            value, gate = (cell.write @ normal + cell.write_bias).split([VALUES, 4])
            things = [tuple(thing) for thing in view[t, i].view(4, 2).tolist()]
            new = float(bool(seen) and any(kind not in seen for kind in things))
            value = value + reward[t, i] * cell.write_reward[:VALUES] + new * cell.write_new[:VALUES]
            gate = gate + reward[t, i].abs() * cell.write_reward[VALUES:] + new * cell.write_new[VALUES:]
            for kind, g in zip(seen, gate.sigmoid(), strict=bool(seen)):
                old = rows.get(kind, torch.zeros(VALUES + 1, dtype=torch.float64))
                rows[kind] = old + g * torch.cat([value, torch.ones(1)])
            seen, known = things, []
            for place, kind in enumerate(seen):
                row = rows.get(kind, torch.zeros(VALUES + 1, dtype=torch.float64))
                share = 1 / (1 + row[-1:])
                facts = torch.cat([row[:-1] * share, share])
                before = cell.read @ facts + cell.context @ normal + cell.place[place]
                known.append(torch.nn.functional.silu(before))
            out[t, i] = x[t, i] + cell.out @ torch.cat(known)
    cell.float()
    return out


def in_rollouts(cell: Things, x, view, reward, reset, steps: int):
    """Outputs and the last state, each rollout of so many steps from the state that the last one left."""
    state, outputs = torch.zeros(N, cell.state_size), []
    for first in range(0, len(x), steps):
        part = slice(first, first + steps)
        inputs = {"view": view[part], "previous_reward": reward[part]}
        stream, state = cell.advance(Stream(x[part], None, inputs), state, reset[part])
        outputs.append(stream.x)
    return torch.cat(outputs), state


@every_way
@pytest.mark.parametrize("steps", [1, T, 2 * T])
def test_what_is_known_of_a_thing_is_what_was_written_while_its_kind_was_in_view(steps, way):
    cell, given = some_cell(), some_steps(2 * T)
    with way(), torch.no_grad():
        found, state = in_rollouts(cell, *given, steps)
    torch.testing.assert_close(found.double(), formula(cell, *given).detach(), atol=2e-5, rtol=2e-5)
    cell.check(state.numpy())


def test_a_thing_of_several_symbols_is_one_and_one_symbol_is_one_where_there_are_no_parts():
    shape = ThingsShape.of(CONFIG, SPEC)
    assert (shape.places, shape.parts, shape.kinds) == (4, 2, CODES**2)
    words = ThingsShape.of(NetworkConfig(cell="things", keys="word"), SPEC)
    assert (words.places, words.parts, words.kinds) == (3, 1, 5)
    view = np.arange(8).reshape(1, 2, 2, 2) % CODES
    assert shape.here({"view": view}).tolist() == [[1, 6, 5, 1]]


def test_several_observations_may_show_things_side_by_side():
    spec = Spec(obs=(*SPEC.obs, symbols("held", (2,), CODES)), action=SPEC.action)
    shape = ThingsShape.of(replace(CONFIG, keys="view+held"), spec)
    view, held = np.arange(8).reshape(1, 2, 2, 2) % CODES, np.array([[2, 1]])
    assert (shape.places, shape.kinds) == (5, CODES**2)
    assert shape.here({"view": view, "held": held}).tolist() == [[1, 6, 5, 1, 7]]


def test_observations_of_other_things_are_no_more_of_them():
    with pytest.raises(ConfigError, match="word shows no things as view does, of 2 symbols of 3 codes each"):
        ThingsShape.of(replace(CONFIG, keys="view+word"), SPEC)


@pytest.mark.parametrize("keys", ["learned", "action", "speed", "sight", "view+sight"])
def test_things_need_the_name_of_symbols(keys):
    with pytest.raises(ConfigError, match=r"Name some of symbols: view, word\."):
        ThingsShape.of(NetworkConfig(cell="things", keys=keys), SPEC)


def test_far_too_many_kinds_of_things_are_refused():
    spec = Spec(obs=(symbols("view", (1, 1, 9), 9),), action=ActionSpec(heads=(2,)))
    with pytest.raises(ConfigError, match="9 symbols of 9 codes make too many kinds"):
        ThingsShape.of(CONFIG, spec)


def an_agent() -> Agent:
    torch.manual_seed(0)
    return Agent(agent_of_policy(MemoryPolicy(SPEC, CONFIG, {})), backend="numpy")


def test_a_memory_that_steps_cannot_lead_to_is_refused():
    agent = an_agent()
    mind = agent.begin()
    for place, number, words in ((-1, CODES**2 + 1, "none of 9 kinds"), (VALUES, -1, "less than never")):
        mind.state[:] = 0
        mind.state[0, place] = number
        with pytest.raises(MemoryMismatch, match=words):
            agent.resume(mind.memory)


def test_an_agent_that_remembers_things_is_not_exported():
    with pytest.raises(ExportError, match=r"`things` of this agent \(cells\.0\) is known to Python"):
        describe(an_agent())


def test_its_file_says_what_things_are_and_what_is_built_in():
    network = NetworkConfig.saved(an_agent().file.network)
    assert (network.keys, network.values) == ("view", VALUES)
    assert "each kind of thing that view shows" in network.built_in
