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
from gamemeta.agent.compiled.cells import KINDS as CELLS
from gamemeta.agent.compiled.cells import Room, by_rows, compiled_cells
from gamemeta.agent.compiled.images import CompiledImages
from gamemeta.agent.compiled.single_decision import SingleStepPath, has_single_step_path
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.weights import Array
from gamemeta.spec import Image, Quantities, Spec, Symbols

KINDS = {Symbols, Quantities, Image}
"""What compiled code sees."""
FEW = 4
"""Up to so many agents, one call for all of it is faster."""


def is_compiled(network: Network) -> bool:
    """Whether there is compiled code for all cells and all that a network sees; else NumPy acts."""
    return network.encoder.kinds <= KINDS and all(type(cell) in CELLS for cell in network.cells)


class CompiledNetwork:
    """A network of `mingru`, `gru` and `attention` cells, and its weights as compiled code reads them.

    Args:
        network: whose weights are copied.
    """

    def __init__(self, network: Network) -> None:
        self._network, encoder = network, network.encoder
        self._cells, self._first = compiled_cells(network.cells)
        facts = [(c.kind, first, *c.sizes) for c, first in zip(self._cells, self._first, strict=True)]
        self.cells = np.array(facts, np.int64)
        self._images = [(name, CompiledImages(image)) for name, image in encoder.images]
        self._actor, self._actor_bias = by_rows(network.actor), by_rows(network.actor_bias)
        self.start = by_rows(encoder.bias[None])
        self.table = by_rows(encoder.symbols.table).ravel()
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
        kernels.few(rows, values, start, self.cells, self.weights, self.table, state, head_outputs)
        return head_outputs, state

    def _many(
        self, rows: NDArray[np.int32], values: Array, start: Array, state: Array
    ) -> tuple[Array, Array]:
        room, width = self._rooms(len(state)), self._network.width
        x, normal = room("x", width), room("normal", width)
        kernels.see(rows, values, start, self.weights, self.table, x)
        kernels.normalise(x, normal)
        for cell, first in zip(self._cells, self._first, strict=True):
            kernels.add_normalise(x, cell.step(normal, state, first, room), normal)
        return normal @ self._actor + self._actor_bias, state

    def _rooms(self, n: int) -> Room:
        """Room for n agents, kept from call to call by each thread: fresh memory costs more than its use."""
        kept: dict[tuple[str, int], Array] = self._room.__dict__.setdefault("arrays", {})
        if kept and len(next(iter(kept.values()))) != n:
            kept.clear()

        def room(name: str, numbers: int) -> Array:
            if (name, numbers) not in kept:
                kept[name, numbers] = np.empty((n, numbers), np.float32)
            return kept[name, numbers]

        return room

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
