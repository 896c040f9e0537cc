"""The encoder of symbols: each looks up a row of its buffer's table."""

from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import embedding_bag

from gamemeta.networks.functions import kernels


@dataclass(frozen=True)
class SymbolTerm:
    """The sum of rows looked up, which is a one-hot input times the table.

    Args:
        codes: symbols that each element chooses from.
    """

    codes: int

    def add(self, values: NDArray[Any], table: NDArray[Any], out: NDArray[Any]) -> None:
        """out [R, D] += what is seen of values [R, elements], by a table [elements * codes, D]."""
        kernels.gather_sum(values, self.codes, table, out)

    def add_gradient(self, values: NDArray[Any], grad: NDArray[Any], table_grad: NDArray[Any]) -> None:
        """table_grad += the gradient with respect to the table, of grad [R, D]."""
        kernels.scatter_add(values, self.codes, grad, table_grad)

    def in_torch(self, values: Tensor, table: Tensor) -> Tensor:
        """The term [R, D] in plain torch."""
        first = torch.arange(values.shape[1], device=values.device) * self.codes
        return embedding_bag(values.long() + first, table, mode="sum")
