"""The compiled loss against the one in plain torch, in value and gradient."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gamemeta.learners.rl2 import objective_kernels as kernels
from gamemeta.learners.rl2.loss_terms import Weights
from gamemeta.learners.rl2.objective import objective
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.layout import Layout
from gamemeta.networks.policy import PolicyOutput
from gamemeta.rollout.batch import Batch

T, N, ROWS = 5, 4, 40
LABELS = {"good": 4, "near": 3}
WEIGHTS = Weights(value=0.5, entropy=0.1, label=0.3, guide=0.7, reward=0.4)
CLIP = 0.2
layouts = pytest.mark.parametrize(
    "layout",
    [
        Layout((4,), 0, {"good": 4}, False),
        Layout((4, 12), 0, LABELS, True),
        Layout((4, 2), 3, LABELS, True),
        Layout((), 2, {}, False),
    ],
)


def make_output(layout: Layout, scale: float = 1.0) -> PolicyOutput:
    generator = torch.Generator().manual_seed(3)
    columns = layout.of_rewards.stop
    head_outputs = torch.randn(T, N, columns, generator=generator) * scale
    log_std = torch.full((layout.continuous,), -0.4).requires_grad_() if layout.continuous else None
    return PolicyOutput(head_outputs.requires_grad_(), layout, log_std)


def make_batch(layout: Layout) -> Batch:
    rng = np.random.default_rng(5)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    likely = sum(np.log(1 / k) for k in layout.heads)
    action = [rng.integers(0, k, (T, N)) for k in layout.heads]
    return Batch(
        inputs={},
        reset=np.zeros((T, N), np.uint8),
        state={},
        action=np.stack(action, -1) if action else np.zeros((T, N, 0), np.int64),
        log_prob=normal(T, N) + np.float32(likely),
        advantage=normal(T, N),
        returns=normal(T, N),
        reward=normal(T, N),
        labels={
            name: rng.integers(0, 1 << classes, (T, N)).astype(np.uint8)
            for name, classes in layout.labels.items()
        },
        raw=normal(T, N, layout.continuous),
        rows=ROWS,
    )


def guide_of(layout: Layout) -> str | None:
    return "good" if layout.heads else None


def parameters(output: PolicyOutput) -> list[Tensor]:
    return [output.head_outputs] if output.log_std is None else [output.head_outputs, output.log_std]


@layouts
@pytest.mark.parametrize("scale", [0.3, 20.0])
def test_loss_terms_and_gradients_are_those_of_plain_torch(layout, scale):
    output, batch, guide = make_output(layout, scale), make_batch(layout), guide_of(layout)
    found, found_terms = objective(output, batch, WEIGHTS, clip=CLIP, guide=guide)
    with plain_torch():
        wanted, terms = objective(output, batch, WEIGHTS, clip=CLIP, guide=guide)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5)
    assert found_terms == {name: pytest.approx(term, rel=1e-4) for name, term in terms.items()}
    of = parameters(output)
    one, other = torch.autograd.grad(found, of), torch.autograd.grad(wanted, of)
    for a, b in zip(one, other, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6 * float(b.abs().max()) + 1e-8)


@layouts
def test_a_multiple_of_the_loss_has_a_multiple_of_the_gradient(layout):
    output, batch = make_output(layout), make_batch(layout)
    grads = []
    for factor in (1.0, 3.0):
        loss, _ = objective(output, batch, WEIGHTS, clip=CLIP, guide=guide_of(layout))
        grads.append(torch.autograd.grad(factor * loss, parameters(output)))
    for one, other in zip(*grads, strict=True):
        torch.testing.assert_close(3 * one, other)


@pytest.mark.parametrize(("first", "last", "place"), [(0, 4, 0), (2, 7, 2), (5, 9, 0)])
def test_probabilities_of_a_head_are_written_into_their_own_places_alone(first, last, place):
    outputs = np.random.default_rng(0).normal(size=(3, 9)).astype(np.float32) * 5
    probs, row = np.full(20, 7, np.float32), outputs[1, first:last].astype(np.float64)
    whole = kernels._softmax(outputs, 1, first, last, probs, place)
    wanted = np.full(20, 7.0)
    wanted[place : place + last - first] = np.exp(row) / np.exp(row).sum()
    np.testing.assert_allclose(probs, wanted, rtol=1e-5)
    assert whole == pytest.approx(np.log(np.exp(row).sum()), rel=1e-5)


@layouts
def test_gradients_do_not_depend_on_what_their_room_held_before(layout, monkeypatch):
    batch, grads, plain = make_batch(layout), [], torch.empty
    for room in (plain, lambda shape: torch.full(shape, float("nan"))):
        output = make_output(layout)
        monkeypatch.setattr(torch, "empty", room)
        loss, _ = objective(output, batch, WEIGHTS, clip=CLIP, guide=guide_of(layout))
        monkeypatch.setattr(torch, "empty", plain)
        grads.append(torch.autograd.grad(loss, parameters(output)))
    for one, other in zip(*grads, strict=True):
        assert torch.equal(one, other)


def test_a_guide_without_weight_is_not_imitated():
    layout = Layout((4,), 0, {"good": 4}, False)
    output, batch = make_output(layout), make_batch(layout)
    idle = Weights(value=0.5, entropy=0.1, label=0.3, guide=0.0, reward=0.4)
    _, terms = objective(output, batch, idle, clip=CLIP, guide="good")
    assert terms["guide_loss"] == 0


def test_a_ratio_beyond_the_clip_has_no_gradient_where_moving_on_would_gain():
    layout = Layout((2,), 0, {}, False)
    output = PolicyOutput(torch.zeros(1, 2, 3).requires_grad_(), layout, None)
    batch = Batch(
        inputs={},
        reset=np.zeros((1, 2), np.uint8),
        state={},
        action=np.zeros((1, 2, 1), np.int64),
        log_prob=np.log(np.array([[0.5, 0.5]], np.float32)) - np.float32(1),  # a ratio of e
        advantage=np.array([[1.0, -1.0]], np.float32),
        returns=np.zeros((1, 2), np.float32),
        reward=np.zeros((1, 2), np.float32),
        labels={},
        rows=2,
    )
    alone = Weights(value=0.0, entropy=0.0, label=0.0, guide=0.0, reward=0.0)
    loss, terms = objective(output, batch, alone, clip=CLIP, guide=None)
    (grad,) = torch.autograd.grad(loss, [output.head_outputs])
    assert terms["clip_share"] == 1
    assert not grad[0, 0].any()
    assert grad[0, 1, 0] > 0 > grad[0, 1, 1]
