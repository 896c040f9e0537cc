"""Acting in one compiled call that holds no lock, with the weights as they are when it is made.

For networks of `mingru` cells over symbols and quantities. The results are those of
`gamemeta.networks.acting.acting` but for the last bit of a sum. One instance belongs to one thread.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.arithmetic.products import PANEL, panels
from gamemeta.networks.acting import kernels
from gamemeta.networks.cells.mingru.cell import MinGRU
from gamemeta.networks.encoders.encoder import Encoder
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import Quantities, Symbols

Arrays = dict[str, NDArray[Any]]
AT_ONCE = 64
"""Agents whose features and gates fit into the second-level cache beside the weights."""


def is_compiled(policy: MemoryPolicy) -> bool:
    """Whether a policy is one of those that `CompiledActing` acts for."""
    simple = all(type(b) in (Symbols, Quantities) for b in policy.spec.obs)
    return simple and all(isinstance(cell, MinGRU) for cell in policy.cells)


class CompiledActing:
    """Steps of a policy for which `is_compiled` holds; it does not see the weights change later on.

    Args:
        policy: whose weights are copied.
    """

    def __init__(self, policy: MemoryPolicy) -> None:
        self._width, self._outputs = policy.config.width, policy.actor.out_features
        self._normaliser, self._sight = policy.normaliser, _Sight(policy.encoder)
        cells = [cell for cell in policy.cells if isinstance(cell, MinGRU)]
        self._names = [f"cells.{k}" for k in range(len(cells))]
        self._cells = (
            tuple(panels(_array(cell.weight).T) for cell in cells),
            tuple(_array(cell.bias).copy() for cell in cells),
            tuple(panels(_array(cell.out).T) for cell in cells),
        )
        weights, biases = zip(
            *((_array(h.weight), _array(h.bias)) for h in (policy.actor, policy.critic)), strict=True
        )
        self._heads = panels(np.concatenate(weights).T), np.concatenate(biases)
        width = self._width
        sizes = (width, width, _whole(3 * width), _whole(width))
        self._room = tuple(np.empty((AT_ONCE, size), np.float32) for size in sizes)
        self._scale = np.empty(AT_ONCE, np.float32)

    def __call__(
        self, inputs: Arrays, state: Arrays, reset: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], Arrays]:
        """What the actor head says [n, sum of heads + numbers], value [n], and the state after this step."""
        n = len(reset)
        before = tuple(state[name] for name in self._names)
        after = tuple(np.empty((n, self._width), np.float32) for _ in before)
        head_outputs = np.empty((n, _whole(self._outputs + 1)), np.float32)
        if self._normaliser.active:
            inputs = self._normaliser.arrays(inputs)
        seen = self._sight(inputs, n)
        kernels.step(
            seen,
            self._sight.encoder,
            self._cells,
            self._heads,
            before,
            reset,
            self._room,
            self._scale,
            after,
            head_outputs,
        )
        return (
            head_outputs[:, : self._outputs],
            head_outputs[:, self._outputs],
            dict(zip(self._names, after, strict=True)),
        )


class _Sight:
    """What an encoder looks up, every element a row of one table with a weight."""

    def __init__(self, encoder: Encoder) -> None:
        tables = [_array(encoder.tables[b.name]) for b in encoder.with_table]
        self.encoder = np.concatenate(tables), _array(encoder.bias).copy()
        self._elements = sum(b.size for b in encoder.with_table)
        self._buffers, first, at = [], 0, 0
        for b in encoder.with_table:
            self._buffers.append((b, first, at))
            first, at = first + b.rows, at + b.size
        self._seen = self._blank(0)

    def __call__(self, inputs: Arrays, n: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Rows [n, elements] of the table, and their weights."""
        if n != len(self._seen[0]):
            self._seen = self._blank(n)
        rows, weights = self._seen
        for b, first, at in self._buffers:
            values = inputs[b.name].reshape(n, b.size)
            if isinstance(b, Symbols):
                kernels.look_up(values, b.codes, first, at, rows)
            else:
                kernels.weigh(values, at, weights)
        return rows, weights

    def _blank(self, n: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Symbols weigh 1, and quantities have a row each."""
        rows = np.zeros((n, self._elements), np.int32)
        for b, first, at in self._buffers:
            if isinstance(b, Quantities):
                rows[:, at : at + b.size] = first + np.arange(b.size)
        return rows, np.ones((n, self._elements), np.float32)


def _array(parameter: Any) -> NDArray[np.float32]:
    array: NDArray[np.float32] = parameter.detach().numpy()
    return array


def _whole(columns: int) -> int:
    """Columns of whole panels."""
    return -(-columns // PANEL) * PANEL
