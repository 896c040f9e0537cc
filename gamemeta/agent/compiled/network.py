"""The network of an agent in compiled code: one step of n agents, as `gamemeta.agent.reference.network`
computes it.

A few agents are one call, many are a call for each product and for what lies between two of them.
"""

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.compiled import step_kernels as kernels
from gamemeta.agent.compiled.images import CompiledImages
from gamemeta.agent.compiled.single_decision import SingleStepPath, has_single_step_path
from gamemeta.agent.reference.cells.gru import GRU
from gamemeta.agent.reference.cells.mingru import MinGRU
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.weights import Array
from gamemeta.arithmetic.products import PANEL, panels, product
from gamemeta.spec import Image, Quantities, Spec, Symbols

KINDS = {Symbols, Quantities, Image}
"""What compiled code sees."""
FEW = 4
"""Up to so many agents, one call for all of it is faster."""


def is_compiled(network: Network) -> bool:
    """Whether there is compiled code for all cells and all that a network sees; else NumPy acts."""
    return network.encoder.kinds <= KINDS and all(isinstance(cell, MinGRU | GRU) for cell in network.cells)


class CompiledNetwork:
    """A network of `mingru` and `gru` cells, and its weights as compiled code reads them.

    Args:
        network: whose weights are copied.
    """

    def __init__(self, network: Network) -> None:
        self._network, encoder = network, network.encoder
        self._cells = [_Cell(cell) for cell in network.cells if isinstance(cell, MinGRU | GRU)]
        self._images = [(name, CompiledImages(image)) for name, image in encoder.images]
        self._actor, self._actor_bias = _by_rows(network.actor), _by_rows(network.actor_bias)
        self.start = _by_rows(encoder.bias[None])
        self.gated = np.array([cell.to_recurrent is not None for cell in self._cells], np.uint8)
        self.table = _by_rows(encoder.symbols.table).ravel()
        self.weights = np.concatenate(
            [
                encoder.quantities.table.ravel(),
                *(cell.packed() for cell in self._cells),
                self._actor.ravel(),
                self._actor_bias,
            ]
        )
        self._room = threading.local()
        for n in (1, FEW + 1):  # compile now rather than in the middle of a game
            rows = np.zeros((n, len(encoder.symbols.first_rows)), np.int32)
            values = np.zeros((n, len(encoder.quantities.table)), np.float32)
            with np.errstate(over="ignore", invalid="ignore"):
                self._decided(rows, values, self.start, network.init(n))

    def __call__(self, inputs: Mapping[str, NDArray[Any]], state: Array) -> tuple[Array, Array]:
        """Logits and means [n, sum of heads + numbers], and the state, which is changed in place."""
        seen, encoder, n = self._network.normaliser(inputs), self._network.encoder, len(state)
        start = sum((image(inputs[name]) for name, image in self._images), self.start)
        return self._decided(
            encoder.symbols.rows_of(seen, n), encoder.quantities.values_of(seen, n), start, state
        )

    def _decided(
        self, rows: NDArray[np.int32], values: Array, start: Array, state: Array
    ) -> tuple[Array, Array]:
        if len(rows) > FEW:
            return self._many(rows, values, start, state)
        head_outputs = np.empty((len(rows), len(self._actor_bias)), np.float32)
        kernels.few(rows, values, start, self.gated, self.weights, self.table, state, head_outputs)
        return head_outputs, state

    def _many(
        self, rows: NDArray[np.int32], values: Array, start: Array, state: Array
    ) -> tuple[Array, Array]:
        width = self._network.width
        x, normal, added, gates, recurrent = self._rooms(len(state))
        kernels.see(rows, values, start, self.weights, self.table, x)
        kernels.normalise(x, normal)
        for k, cell in enumerate(self._cells):
            cell.by_gates(normal, gates)
            if cell.by_recurrent is None:
                kernels.mingru(gates, cell.bias, state, k * width, normal)
            else:
                cell.by_recurrent(_by_rows(state[:, k * width : (k + 1) * width]), recurrent)
                kernels.gru(gates, cell.bias, recurrent, cell.recurrent_bias, state, k * width, normal)
            cell.by_out(normal, added)
            kernels.add_normalise(x, added, normal)
        return normal @ self._actor + self._actor_bias, state

    def _rooms(self, n: int) -> list[Array]:
        """Room for n agents, kept from call to call by each thread: fresh memory costs more than its use."""
        kept: list[Array] = getattr(self._room, "arrays", [])
        if not kept or len(kept[0]) != n:
            kept = [np.empty((n, k * self._network.width), np.float32) for k in (1, 1, 1, 3, 3)]
            self._room.arrays = kept
        return kept

    def choose(
        self,
        head_outputs: Array,
        heads: tuple[int, ...],
        lane: NDArray[np.uint64],
        number: NDArray[np.int64],
        codes: NDArray[np.int64],
    ) -> None:
        """As `gamemeta.agent.draws.choose`."""
        kernels.choose(head_outputs, np.array(heads, np.int64), lane, number, codes)

    def single_step_path(self, spec: Spec, memory: str) -> SingleStepPath | None:
        """The path that decides for one mind in one call, where the spec allows it; see `SingleStepPath`."""
        if not has_single_step_path(spec):
            return None
        return SingleStepPath(spec, self._network.encoder, self._network.normaliser, self, memory)


class _Cell:
    """The weights of a cell, [inputs, outputs]."""

    def __init__(self, cell: MinGRU | GRU) -> None:
        self.to_gates, self.bias, self.out = (
            _by_rows(cell.weight.T),
            _by_rows(cell.bias),
            _by_rows(cell.out),
        )
        self.to_recurrent, self.recurrent_bias = None, np.zeros(0, np.float32)
        if isinstance(cell, GRU):
            self.to_recurrent, self.recurrent_bias = (
                _by_rows(cell.recurrent.T),
                _by_rows(cell.recurrent_bias),
            )
        self.by_gates, self.by_out = _Factor(self.to_gates), _Factor(self.out)
        self.by_recurrent = None if self.to_recurrent is None else _Factor(self.to_recurrent)

    def packed(self) -> Array:
        """All of them in the order in which compiled code reads them."""
        recurrent = self.recurrent_bias if self.to_recurrent is None else self.to_recurrent.ravel()
        return np.concatenate(
            [self.to_gates.ravel(), self.bias, recurrent, self.recurrent_bias, self.out.ravel()]
        )


class _Factor:
    """The right factor of products with many rows: in panels, where its columns fill them."""

    def __init__(self, matrix: Array) -> None:
        self._matrix = matrix
        self._panels = panels(matrix) if matrix.shape[1] % PANEL == 0 else None

    def __call__(self, x: Array, out: Array) -> None:
        """Write x times the matrix into `out`, both contiguous."""
        if self._panels is None:
            np.dot(x, self._matrix, out=out)
        else:
            product(x, self._panels, out)


def _by_rows(array: Array) -> Array:
    """A copy row by row: all arrays alike, so that code is compiled for one kind."""
    return np.array(array, np.float32, order="C")
