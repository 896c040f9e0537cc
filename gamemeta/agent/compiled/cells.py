"""The memory cells of an agent as compiled code reads them."""

from collections.abc import Callable
from itertools import accumulate
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.compiled import step_kernels as kernels
from gamemeta.agent.reference.cells.attention import Attention
from gamemeta.agent.reference.cells.cell import Cell
from gamemeta.agent.reference.cells.gru import GRU
from gamemeta.agent.reference.cells.mingru import MinGRU
from gamemeta.agent.shape.weights import Array
from gamemeta.arithmetic.products import PANEL, panels, product

Room = Callable[[str, int], Array]
"""Room of this name for so many numbers of each agent, [n, numbers]."""


class CompiledCell:
    """A `mingru` cell, and what all cells have: weights, [inputs, outputs].

    Args:
        cell: whose weights are copied.
    """

    kind: ClassVar[int] = kernels.MINGRU
    sizes = 0, 0
    """Heads and window, where it has such."""

    def __init__(self, cell: MinGRU | GRU | Attention) -> None:
        self.state_size = cell.state_size
        self._to_gates, self._bias, self._out = by_rows(cell.weight.T), by_rows(cell.bias), by_rows(cell.out)
        self._by_gates, self._by_out = Factor(self._to_gates), Factor(self._out)

    def packed(self) -> Array:
        """All weights in the order in which compiled code reads them."""
        return np.concatenate([self._to_gates.ravel(), self._bias, *self._further(), self._out.ravel()])

    def step(self, normal: Array, state: Array, first: int, room: Room) -> Array:
        """One step of many agents: what is added to the features [n, D].

        Args:
            normal: features of root mean square 1, [n, D]; overwritten.
            state: [n, ...], changed in place from column `first` on.
            first: the first column.
            room: for what is computed on the way.
        """
        gates, added = room("gates", len(self._bias)), room("added", normal.shape[1])
        self._by_gates(normal, gates)
        self._remember(gates, state, first, normal, room)
        self._by_out(normal, added)
        return added

    def _further(self) -> list[Array]:
        """Weights that only this cell has."""
        return []

    def _remember(self, gates: Array, state: Array, first: int, u: Array, room: Room) -> None:
        """Bring the state up to date, and write what goes to the output's matrix into u [n, D]."""
        kernels.mingru(gates, self._bias, state, first, u)


class CompiledGRU(CompiledCell):
    """A `gru` cell."""

    kind = kernels.GRU

    def __init__(self, cell: GRU) -> None:
        super().__init__(cell)
        self._to_recurrent, self._recurrent_bias = by_rows(cell.recurrent.T), by_rows(cell.recurrent_bias)
        self._by_recurrent = Factor(self._to_recurrent)

    def _further(self) -> list[Array]:
        return [self._to_recurrent.ravel(), self._recurrent_bias]

    def _remember(self, gates: Array, state: Array, first: int, u: Array, room: Room) -> None:
        recurrent = room("recurrent", len(self._recurrent_bias))
        self._by_recurrent(by_rows(state[:, first : first + u.shape[1]]), recurrent)
        kernels.gru(gates, self._bias, recurrent, self._recurrent_bias, state, first, u)


class CompiledAttention(CompiledCell):
    """An `attention` cell."""

    kind = kernels.ATTENTION

    def __init__(self, cell: Attention) -> None:
        super().__init__(cell)
        self.sizes = cell.shape.heads, cell.shape.window
        self._distance_bias = by_rows(cell.distance_bias[:, ::-1])

    def _further(self) -> list[Array]:
        return [self._distance_bias.ravel()]

    def _remember(self, gates: Array, state: Array, first: int, u: Array, room: Room) -> None:
        kernels.attention(gates, self._bias, self._distance_bias, state, first, u)


KINDS: dict[type[Cell], Callable[..., CompiledCell]] = {
    MinGRU: CompiledCell,
    GRU: CompiledGRU,
    Attention: CompiledAttention,
}
"""What each cell in NumPy becomes; of others there is no compiled code."""


def compiled_cells(cells: list[Cell]) -> tuple[list[CompiledCell], list[int]]:
    """The cells, and the first column of state of each."""
    made = [KINDS[type(cell)](cell) for cell in cells]
    return made, list(accumulate((cell.state_size for cell in made[:-1]), initial=0))


class Factor:
    """The right factor of products with many rows: in panels, where its columns fill them."""

    def __init__(self, matrix: Array) -> None:
        self._matrix = matrix
        self._panels: NDArray[np.float32] | None = panels(matrix) if matrix.shape[1] % PANEL == 0 else None

    def __call__(self, x: Array, out: Array) -> None:
        """Write x times the matrix into `out`, both contiguous."""
        if self._panels is None:
            np.dot(x, self._matrix, out=out)
        else:
            product(x, self._panels, out)


def by_rows(array: Array) -> Array:
    """A copy row by row: all arrays alike, so that code is compiled for one kind."""
    return np.array(array, np.float32, order="C")
