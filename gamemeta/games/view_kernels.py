"""Compiled copying of the square that an agent sees, for all games on a grid of tiles.

A row of 8 to 16 tiles is two overlapping pieces of 8 bytes, one of 4 to 7 two of 4: no loop over tiles, and
no byte beside the row is touched. LLVM makes single instructions of them, whatever their alignment.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gamemeta_levels.kernel import kernel


def _piece(size: int) -> Callable[..., Any]:
    """What copies `size` bytes from source[start] to target[at], indices of uint8 arrays as tuples."""

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


_copy_8, _copy_4 = _piece(8), _piece(4)


@kernel
def copy_view(i, board, row, column, view):
    """view[i, 0] = board[i, row : row + side, column : column + side], both uint8."""
    side = view.shape[2]
    if side < 4 or side > 16 or view.strides[3] != 1 or board.strides[2] != 1:
        for y in range(side):
            for x in range(side):
                view[i, 0, y, x] = board[i, row + y, column + x]
    elif side < 8:
        last = side - 4
        for y in range(side):
            _copy_4(view, (i, 0, y, 0), board, (i, row + y, column))
            _copy_4(view, (i, 0, y, last), board, (i, row + y, column + last))
    else:
        last = side - 8
        for y in range(side):
            _copy_8(view, (i, 0, y, 0), board, (i, row + y, column))
            _copy_8(view, (i, 0, y, last), board, (i, row + y, column + last))
