"""The encoder of quantities: a product with a matrix, their buffer's table."""

from typing import Any

from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks.functions import kernels


class QuantityTerm:
    """Quantities times the table."""

    def add(self, values: NDArray[Any], table: NDArray[Any], out: NDArray[Any]) -> None:
        """out [R, D] += what is seen of values [R, elements], by a table [elements, D]."""
        kernels.product_sum(values, table, out)

    def add_gradient(self, values: NDArray[Any], grad: NDArray[Any], table_grad: NDArray[Any]) -> None:
        """table_grad += the gradient with respect to the table, of grad [R, D]."""
        kernels.product_backward(values, grad, table_grad)

    def in_torch(self, values: Tensor, table: Tensor) -> Tensor:
        """The term [R, D] in plain torch."""
        return values @ table
