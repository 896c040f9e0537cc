# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled copying of the square that an agent sees, for all games on a grid of tiles.

A row of 8 to 16 tiles is one piece of 16 bytes, a row of 4 to 7 one of 8: no loop over tiles. What a piece
reads beside its row lies in the next row of the board; what it writes there, the next row of the view writes
over. The last row, which has no next, is two overlapping pieces of half the size, so that no byte beside the
view is touched. LLVM makes single instructions of them, whatever their alignment.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gamemeta_levels.kernel import inlined_kernel


def _piece(size: int) -> Callable[..., Any]:
    """An intrinsic that copies `size` bytes, uint8, from source[start] to target[at]; indices are tuples."""

    @intrinsic
    def copied(typing: Any, target: Any, at: Any, source: Any, start: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            whole = ir.IntType(8 * size).as_pointer()

            def place(k: int) -> Any:
                kind = signature.args[k]
                array = context.make_array(kind)(context, builder, arguments[k])
                index = cgutils.unpack_tuple(builder, arguments[k + 1])
                byte = cgutils.get_item_pointer(context, builder, kind, array, index, wraparound=False)
                return builder.bitcast(byte, whole)

            read = builder.load(place(2), align=1)
            builder.store(read, place(0), align=1)
            return context.get_dummy_value()

        def index_of(array: Any) -> Any:
            return types.UniTuple(types.intp, array.ndim)

        return types.void(target, index_of(target), source, index_of(source)), generate

    return copied


def marks(codes: tuple[int, ...]) -> Callable[..., Any]:
    """An intrinsic that returns, a bit each, which of the 8 bytes from source[start] on are one of
    these codes; the source is a uint8 array, the index a tuple."""

    @intrinsic
    def marked(typing: Any, source: Any, start: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kind, eight = signature.args[0], ir.VectorType(ir.IntType(8), 8)
            array = context.make_array(kind)(context, builder, arguments[0])
            index = cgutils.unpack_tuple(builder, arguments[1])
            byte = cgutils.get_item_pointer(context, builder, kind, array, index, wraparound=False)
            read = builder.load(builder.bitcast(byte, eight.as_pointer()), align=1)
            bits = ir.Constant(ir.VectorType(ir.IntType(1), 8), [0] * 8)
            for code in codes:
                bits = builder.or_(bits, builder.icmp_unsigned("==", read, ir.Constant(eight, [code] * 8)))
            return builder.zext(builder.bitcast(bits, ir.IntType(8)), ir.IntType(64))

        return types.int64(source, types.UniTuple(types.intp, source.ndim)), generate

    return marked


_copy_16, _copy_8, _copy_4 = _piece(16), _piece(8), _piece(4)


@inlined_kernel
def copy_view(i, board, row, column, view):
    """view[i, 0] = board[i, row : row + side, column : column + side], both uint8."""
    side = view.shape[2]
    if side < 4 or side > 16 or view.strides[3] != 1 or view.strides[2] != side or board.strides[2] != 1:
        for y in range(side):
            for x in range(side):
                view[i, 0, y, x] = board[i, row + y, column + x]
    elif side == 11:  # a side that is known is one loop less
        _copy_wide(i, board, row, column, view, 11)
    elif side >= 8:
        _copy_wide(i, board, row, column, view, side)
    else:
        _copy_narrow(i, board, row, column, view, side)


@inlined_kernel
def _copy_wide(i, board, row, column, view, side):
    """A side of 8 to 16 tiles."""
    for y in range(side - 1):
        _copy_16(view, (i, 0, y, 0), board, (i, row + y, column))
    last, end = side - 1, side - 8
    _copy_8(view, (i, 0, last, 0), board, (i, row + last, column))
    _copy_8(view, (i, 0, last, end), board, (i, row + last, column + end))


@inlined_kernel
def _copy_narrow(i, board, row, column, view, side):
    """A side of 4 to 7 tiles."""
    for y in range(side - 1):
        _copy_8(view, (i, 0, y, 0), board, (i, row + y, column))
    last, end = side - 1, side - 4
    _copy_4(view, (i, 0, last, 0), board, (i, row + last, column))
    _copy_4(view, (i, 0, last, end), board, (i, row + last, column + end))
