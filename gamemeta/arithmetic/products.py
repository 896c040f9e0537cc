# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Matrix products in compiled code, for kernels that hold no lock and allocate nothing.

LLVM does not keep a block of sums in registers by itself, so the innermost loop is written in its own
language: 8 rows by 32 columns, one column of the left factor after the other. Every sum is made in that
order, whatever the shape. Where a processor multiplies and adds in one instruction, product and addition
are rounded once, as in a BLAS.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from gamemeta_levels.kernel import kernel

PANEL = 32
"""Columns of the right factor that lie together."""
_ROWS = 8
_LANES = 16
_VECTOR = ir.VectorType(ir.FloatType(), _LANES)
_I32, _I64 = ir.IntType(32), ir.IntType(64)
_VECTORS = [_I64(first) for first in range(0, PANEL, _LANES)]
"""Where the vectors of a panel's row begin."""


def panels(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """A matrix [K, C] as `product` reads it: [P, K, PANEL], with columns of zeros up to P * PANEL."""
    depth, columns = matrix.shape
    count = -(-columns // PANEL)
    padded = np.zeros((depth, count * PANEL), np.float32)
    padded[:, :columns] = matrix
    return np.ascontiguousarray(padded.reshape(depth, count, PANEL).transpose(1, 0, 2))


def _block(rows: int) -> Callable[..., Any]:
    """What writes `rows` rows of one panel's columns, given the arrays and the first row: see `product`."""

    @intrinsic
    def block(typing: Any, x: Any, w: Any, y: Any, panel: Any, row: Any, depth: Any, columns: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            starts = [
                context.make_array(kind)(context, builder, array).data
                for kind, array in zip(signature.args[:3], arguments[:3], strict=True)
            ]
            _sum_up(builder, rows, starts, arguments[3:])
            return context.get_dummy_value()

        if any(array.layout != "C" or array.dtype != types.float32 for array in (x, w, y)):
            return None
        return types.void(x, w, y, *(types.intp,) * 4), generate

    return block


def _sum_up(builder: Any, rows: int, starts: list[Any], sizes: Any) -> None:
    """y[row + r, panel] = sum over k of x[row + r, k] w[panel, k], the sums in registers."""
    (x, w, y), (panel, row, depth, columns) = starts, sizes
    left = [_at(builder, x, builder.mul(builder.add(row, _I64(r)), depth)) for r in range(rows)]
    right = _at(builder, w, builder.mul(builder.mul(panel, depth), _I64(PANEL)))
    before, loop, after = builder.block, *map(builder.append_basic_block, ("loop", "after"))
    builder.branch(loop)
    builder.position_at_end(loop)
    k, *sums = (builder.phi(kind) for kind in (_I64, *(_VECTOR,) * (rows * len(_VECTORS))))
    following = builder.add(k, _I64(1))
    newest = _add_products(builder, left, right, k, sums)
    for old, new in zip((k, *sums), (following, *newest), strict=True):
        old.add_incoming(ir.Constant(old.type, None), before)
        old.add_incoming(new, loop)
    builder.cbranch(builder.icmp_signed("<", following, depth), loop, after)
    builder.position_at_end(after)
    for place, vector in enumerate(newest):
        r, v = divmod(place, len(_VECTORS))
        first = builder.mul(builder.add(row, _I64(r)), columns)
        target = _at(builder, y, builder.add(first, builder.mul(panel, _I64(PANEL))))
        builder.store(vector, _vector(builder, target, _VECTORS[v]), align=4)


def _add_products(builder: Any, left: list[Any], right: Any, k: Any, sums: list[Any]) -> list[Any]:
    """The sums and the products of column k of the left factor with row k of the right one."""
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    add = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{_LANES}f32")
    row = _at(builder, right, builder.mul(k, _I64(PANEL)))
    wide = [builder.load(_vector(builder, row, offset), align=4) for offset in _VECTORS]
    blank, everywhere = ir.Constant(_VECTOR, ir.Undefined), ir.Constant(ir.VectorType(_I32, _LANES), None)
    spread = []
    for start in left:
        one = builder.insert_element(blank, builder.load(_at(builder, start, k)), _I32(0))
        spread.append(builder.shuffle_vector(one, blank, everywhere))
    factors = [(x, w) for x in spread for w in wide]
    return [builder.call(add, [x, w, old]) for (x, w), old in zip(factors, sums, strict=True)]


def _at(builder: Any, start: Any, offset: Any) -> Any:
    return builder.gep(start, [offset])


def _vector(builder: Any, start: Any, offset: Any) -> Any:
    return builder.bitcast(_at(builder, start, offset), _VECTOR.as_pointer())


_many_rows, _one_row = _block(_ROWS), _block(1)


@kernel
def product(x, w, y):
    """y = x w, for x [n, K], w [P, K, PANEL] of `panels`, and y [n, P * PANEL], each contiguous float32."""
    n, depth, columns = x.shape[0], x.shape[1], y.shape[1]
    whole = n - n % _ROWS
    for panel in range(w.shape[0]):
        for row in range(0, whole, _ROWS):
            _many_rows(x, w, y, panel, row, depth, columns)
        for row in range(whole, n):
            _one_row(x, w, y, panel, row, depth, columns)
