"""What an agent sees is copied out of the board as it lies there, and nothing beside it is touched."""

import numpy as np
import pytest

from gamemeta.games.builtin.view_kernels import copy_view, marks
from gamemeta_levels.kernel import lean_kernel

UNTOUCHED = 255
_threes_and_fives = marks((3, 5))


@lean_kernel
def bits_at(array, row, column):
    return _threes_and_fives(array, (row, column))


def boards(side):
    return np.random.default_rng(side).integers(0, 9, (3, side + 4, side + 5), np.uint8)


@pytest.mark.parametrize("side", [3, 5, 7, 9, 11, 13, 15, 17, 31])
def test_a_view_is_a_square_of_the_board(side):
    board, view = boards(side), np.full((3, 1, side, side), UNTOUCHED, np.uint8)
    copy_view(1, board, np.int32(4), np.int32(5), view)
    np.testing.assert_array_equal(view[1, 0], board[1, 4 : 4 + side, 5 : 5 + side])
    assert (view[[0, 2]] == UNTOUCHED).all()


@pytest.mark.parametrize("side", [5, 11, 17])
@pytest.mark.parametrize("part", [np.s_[:, :, :, 1:-1], np.s_[:, :, :, ::2]])
def test_a_view_may_lie_in_a_larger_array(side, part):
    wide = np.full((3, 1, side, 2 * side), UNTOUCHED, np.uint8)
    view, board = wide[part][:, :, :, :side], boards(side)
    copy_view(2, board, np.int32(0), np.int32(1), view)
    np.testing.assert_array_equal(view[2, 0], board[2, :side, 1 : 1 + side])
    assert (wide == UNTOUCHED).sum() == wide.size - side * side


@pytest.mark.parametrize("start", [(0, 0), (1, 3), (2, 4)])
def test_marks_are_a_bit_for_each_of_eight_tiles(start):
    array = np.random.default_rng(7).integers(2, 7, (3, 12), np.uint8)
    row, column = start
    eight = array[row, column : column + 8]
    assert bits_at(array, row, column) == sum(1 << k for k in range(8) if eight[k] in (3, 5))
