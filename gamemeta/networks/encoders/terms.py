"""The sum over buffers that have a table, as one torch function."""

from collections.abc import Callable
from typing import Any, Protocol

import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks.encoders.quantities import QuantityTerm
from gamemeta.networks.encoders.symbols import SymbolTerm
from gamemeta.networks.functions import kernels
from gamemeta.networks.functions.functions import Function, array
from gamemeta.spec import Buffer, Quantities, Symbols


class Term(Protocol):
    """A buffer's term in the encoder's sum, for buffers with a table; see `SymbolTerm`."""

    def add(self, values: NDArray[Any], table: NDArray[Any], out: NDArray[Any]) -> None: ...

    def add_gradient(self, values: NDArray[Any], grad: NDArray[Any], table_grad: NDArray[Any]) -> None: ...

    def in_torch(self, values: Tensor, table: Tensor) -> Tensor: ...


TERMS: dict[type[Buffer], Callable[[Any], Term]] = {
    Symbols: lambda buffer: SymbolTerm(buffer.codes),
    Quantities: lambda buffer: QuantityTerm(),
}
"""The term of a buffer, by its kind; for every kind that has a table."""


def term_of(buffer: Buffer) -> Term:
    """The term of a buffer with a table."""
    return TERMS[type(buffer)](buffer)


def encode(
    start: Tensor, tables: list[Tensor], values: list[Tensor], terms: list[Term], *, rectify: bool = True
) -> Tensor:
    """ReLU(start + sum over buffers), or the sum itself: float32 [R, D].

    Args:
        start: [D], or [R, D] where images were seen.
        tables: one [rows, D] for each buffer.
        values: one [R, elements] for each buffer.
        terms: one for each buffer.
        rectify: whether to take the ReLU.
    """
    rows = values[0].shape[0] if values else start.shape[0]
    out = torch.empty(rows, start.shape[-1])
    out_array = out.numpy()
    out_array[:] = array(start)
    for table, value, term in zip(tables, values, terms, strict=True):
        term.add(array(value), array(table), out_array)
    if rectify:
        kernels.relu(out_array)
    return out


def encode_in_torch(terms: list[Term], rectify: bool, start: Tensor, *buffers: Tensor) -> Tensor:
    """`Encode` in plain torch."""
    out = start
    for table, value, term in zip(buffers[: len(terms)], buffers[len(terms) :], terms, strict=True):
        out = out + term.in_torch(value, table)
    return out.relu() if rectify else out


class Encode(Function):
    """`encode` for training; called as apply(terms, rectify, start, *tables, *values)."""

    in_torch = staticmethod(encode_in_torch)

    @staticmethod
    def forward(ctx: Any, terms: list[Term], rectify: bool, start: Tensor, *buffers: Tensor) -> Tensor:
        tables, values = list(buffers[: len(terms)]), list(buffers[len(terms) :])
        out = encode(start, tables, values, terms, rectify=rectify)
        ctx.kept = terms, rectify, values, [table.shape[0] for table in tables], start.dim() == 1
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        terms, rectify, values, rows, one_start = ctx.kept
        (out,) = ctx.saved_tensors
        grad = grads[0].contiguous()
        if rectify:
            grad = torch.empty(out.shape)
            kernels.relu_backward(array(grads[0]), array(out), grad.numpy())
        table_grads = [torch.zeros(size, grad.shape[1]) for size in rows]
        for value, term, table_grad in zip(values, terms, table_grads, strict=True):
            term.add_gradient(array(value), array(grad), table_grad.numpy())
        start_grad = grad.sum(0) if one_start else grad
        return None, None, start_grad, *table_grads, *(None for _ in values)
