"""Attention against its formula, step by step, and the ring that it remembers."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch

from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.attention_shape import FAR, MOST_NUMBERS, NEAR, AttentionShape
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError, MemoryMismatch
from gamemeta.networks.cells.attention import kernels
from gamemeta.networks.cells.attention.cell import Attention
from gamemeta.networks.functions.in_torch import plain_torch
from tests.helpers.agents import tiny_agent

T, N, D, HEADS = 7, 4, 16, 2
every_way = pytest.mark.parametrize("way", [nullcontext, plain_torch], ids=["compiled", "plain torch"])
every_window = pytest.mark.parametrize("window", [1, 3, 7, 40])


def config(window: int, **settings) -> NetworkConfig:
    return NetworkConfig(cell="attention", width=D, attention_heads=HEADS, window=window, **settings)


def some_cell(window: int) -> Attention:
    torch.manual_seed(0)
    cell = Attention(config(window))
    for parameter in cell.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.3)
    return cell


def some_steps(rollouts: int = 3):
    """Features [steps, N, D] and resets: within rollouts, at their borders, and none for the last agent."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(rollouts * T, N, D, generator=generator)
    reset = torch.zeros(rollouts * T, N, dtype=torch.uint8)
    reset[0] = reset[T, 0] = reset[2 * T - 1, 0] = reset[T + 2, 1] = reset[T + 4, 1] = reset[2 * T + 1, 2] = 1
    return x, reset


def formula(cell: Attention, x: torch.Tensor, reset: torch.Tensor) -> torch.Tensor:
    """Outputs in float64, each out of the list of all steps of its agent that count."""
    cell, x, size = cell.double(), x.double(), D // HEADS
    out = torch.empty_like(x)
    for i in range(N):
        past: list[tuple[torch.Tensor, torch.Tensor]] = []
        for t in range(len(x)):
            normal = x[t, i] / (x[t, i].square().mean() + 1e-5).sqrt()
            q, g, k, v = (cell.weight @ normal + cell.bias).split([D, D, size, size])
            past = [*([] if reset[t, i] else past), (k, v)][-cell.shape.window :]
            read = []
            for h in range(HEADS):
                query, bias = q[h * size : (h + 1) * size], cell.distance_bias[h]
                score = torch.stack(
                    [
                        query @ key / size**0.5 + bias[cell.range_of[len(past) - 1 - s]]
                        for s, (key, _) in enumerate(past)
                    ]
                )
                read.append(score.softmax(0) @ torch.stack([value for _, value in past]))
            out[t, i] = x[t, i] + cell.out @ (torch.cat(read) * torch.nn.functional.silu(g))
    cell.float()
    return out


def in_rollouts(cell: Attention, x: torch.Tensor, reset: torch.Tensor, steps: int):
    """Outputs and states after every so many steps, each rollout from the state that the last one left."""
    state, outputs, states = torch.zeros(N, cell.state_size), [], []
    for first in range(0, len(x), steps):
        part = slice(first, first + steps)
        y, state = cell(x[part], state, reset[part])
        outputs.append(y)
        states.append(state)
    return torch.cat(outputs), states


@every_way
@every_window
def test_windows_cross_the_borders_of_rollouts(window, way):
    cell, (x, reset) = some_cell(window), some_steps()
    with way(), torch.no_grad():
        found, _ = in_rollouts(cell, x, reset, T)
    torch.testing.assert_close(found.double(), formula(cell, x, reset).detach(), atol=2e-5, rtol=2e-5)


@every_way
@every_window
def test_many_steps_leave_the_ring_that_single_steps_leave(window, way):
    cell, (x, reset) = some_cell(window), some_steps()
    with way(), torch.no_grad():
        _, by_rollouts = in_rollouts(cell, x, reset, T)
        _, by_steps = in_rollouts(cell, x, reset, 1)
    for found, wanted in zip(by_rollouts, by_steps[T - 1 :: T], strict=True):
        torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-5)
        assert torch.equal(found[:, -1], wanted[:, -1])
    cell.check(by_rollouts[-1].numpy())


@every_window
def test_gradients_stop_where_a_rollout_begins_and_nowhere_else(window):
    cell, (x, reset) = some_cell(window), some_steps()
    with torch.no_grad():
        _, states = in_rollouts(cell, x, reset, T)
    later = x[T : 2 * T]

    def gradients():
        given = later.clone().requires_grad_()
        y, _ = cell(given, states[0], reset[T : 2 * T])
        weights = torch.linspace(-1, 1, y.numel()).view(y.shape)
        return torch.autograd.grad((y * weights).sum(), [given, *cell.parameters()])

    found = gradients()
    with plain_torch():
        wanted = gradients()
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=2e-5 * max(1.0, float(other.abs().max())), rtol=0)


def test_ranges_of_distances_grow():
    ranges = AttentionShape(1, 1, 4096).range_of()
    lengths = np.bincount(ranges)
    assert len(lengths) == NEAR + FAR
    assert (lengths[:NEAR] == 1).all()
    assert (np.diff(lengths[NEAR:]) > 0).all()
    for window in (1, NEAR, NEAR + 1, 20):
        short = AttentionShape(1, 1, window).range_of()
        assert len(short) == window
        assert set(np.diff(short)) <= {0, 1}


def test_an_absurd_window_is_refused_with_the_bytes_that_it_would_take():
    size = D // HEADS
    with pytest.raises(ConfigError, match=r"window = 1,000,000.*64,000,000 bytes a layer.*at most 16,384 st"):
        AttentionShape.of(config(1_000_000))
    assert AttentionShape.of(config(MOST_NUMBERS // (2 * size))).state_size == MOST_NUMBERS + 1
    with pytest.raises(ConfigError, match=r"attention_heads = 3: network.width = 16"):
        AttentionShape.of(NetworkConfig(width=16, attention_heads=3))


def test_a_mind_has_the_bytes_that_the_settings_say():
    agent = Agent(tiny_agent("attention"), backend="numpy")
    network = NetworkConfig.saved(agent.file.network)
    bytes_a_layer = 8 * network.window * network.width // network.attention_heads + 4
    assert agent.begin().state.nbytes == network.layers * bytes_a_layer


def test_a_memory_of_no_number_of_steps_is_refused():
    agent = Agent(tiny_agent("attention"), backend="numpy")
    mind = agent.begin()
    for count in (-1, 0.5, 2 * NetworkConfig().window):
        mind.state[0, -1] = count
        with pytest.raises(MemoryMismatch, match="attention"):
            agent.resume(mind.memory)


def test_the_exponential_is_that_of_numpy():
    x = np.linspace(-75, 0, 20_001).astype(np.float32)
    found = np.append(x, np.float32(0))[None, None]
    kernels.softmax(found, np.zeros((1, len(x)), np.float32), np.zeros((1, 1), np.int32))
    wanted = np.exp(x[1:].astype(np.float64))
    np.testing.assert_allclose(found[0, 0, 1:-1] / found[0, 0, -1], wanted, rtol=1e-6)
