"""bfloat16 in compiled kernels, and what a memory cell makes of it."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gamemeta.arithmetic.bfloat16 import narrowed, widened
from gamemeta.networks.cells.mingru.cell import MinGRU
from gamemeta.networks.functions.functions import factors
from gamemeta.networks.precision import BFLOAT16, FLOAT32, matrix_products
from gamemeta_levels.kernel import kernel

T, N, D = 20, 3, 64


@kernel
def copy(x, out):
    for k in range(len(x)):
        out[k] = narrowed(widened(x[k]), out)


def some_numbers() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    spread = torch.linspace(-60, 60, 10_000).exp2()
    return torch.cat([torch.randn(10_000, generator=generator) * spread, torch.zeros(1)])


def test_kernels_round_as_torch_does():
    numbers = some_numbers()
    found = torch.empty(numbers.shape, dtype=torch.bfloat16)
    copy(numbers.numpy(), factors(found))
    assert torch.equal(found, numbers.bfloat16())  # no ties among them


def test_kernels_widen_as_torch_does():
    numbers = some_numbers().bfloat16()
    found = torch.empty(numbers.shape)
    copy(factors(numbers), found.numpy())
    assert torch.equal(found, numbers.float())


def test_float32_stays_what_it_is():
    numbers = some_numbers().numpy()
    found = np.empty_like(numbers)
    copy(numbers, found)
    np.testing.assert_array_equal(found, numbers)


def outcome(cell: MinGRU, precision: str) -> list[Tensor]:
    """Outputs, last state, and the gradients of everything that has one."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(T, N, D, generator=generator).requires_grad_()
    state, weights = torch.randn(N, D, generator=generator), torch.randn(T, N, D, generator=generator)
    reset = (torch.rand(T, N, generator=generator) < 0.1).to(torch.uint8)
    with matrix_products(precision):
        out, last = cell(x, state, reset)
        grads = torch.autograd.grad((out * weights).sum(), [x, *cell.parameters()])
    return [out.detach(), last, *grads]


def test_a_cell_in_bfloat16_stays_near_float32_forward_and_backward():
    torch.manual_seed(0)
    cell = MinGRU(D)
    for found, wanted in zip(outcome(cell, BFLOAT16), outcome(cell, FLOAT32), strict=True):
        assert found.dtype == torch.float32
        error = float((found - wanted).norm() / wanted.norm())
        assert 0 < error < 0.01  # factors of 8 bits: 2^-9 each, and a few of them one after the other


def test_a_cell_in_bfloat16_gives_the_same_bits_again():
    torch.manual_seed(0)
    cell = MinGRU(D)
    for one, other in zip(outcome(cell, BFLOAT16), outcome(cell, BFLOAT16), strict=True):
        assert torch.equal(one, other)


def test_a_cell_has_one_backward_pass():
    cell, x = MinGRU(D), torch.randn(T, N, D)
    out, _ = cell(x, torch.zeros(N, D), torch.zeros(T, N, dtype=torch.uint8))
    torch.autograd.grad(out.sum(), [cell.weight], retain_graph=True)
    with pytest.raises(AttributeError, match="kept"):
        torch.autograd.grad(out.sum(), [cell.weight])
