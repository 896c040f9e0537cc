"""Building an ONNX graph node by node; values are called by their names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

OPSET, IR = 15, 8
"""Versions that Unity's Inference Engine and onnxruntime 1.10 and later read."""
N = "n"
"""Name of axis 0: any number of minds."""


class Builder:
    """A graph that grows; `g("Add", a, b)` is the name of a sum."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._initializers: list[Any] = []
        self._count = 0

    def __call__(self, op: str, *inputs: str, **attributes: Any) -> str:
        """The output of a new node."""
        return self.several(op, inputs, 1, **attributes)[0]

    def several(self, op: str, inputs: Sequence[str], count: int, **attributes: Any) -> list[str]:
        """The outputs of a new node."""
        from onnx import helper

        names = [self._new(op.lower()) for _ in range(count)]
        self._nodes.append(helper.make_node(op, list(inputs), names, **attributes))
        return names

    def constant(self, values: Any, kind: type[np.generic] = np.float32, name: str = "constant") -> str:
        """A constant; equal ones are kept once."""
        from onnx import numpy_helper

        array = np.array(values, kind)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = self._new(name)
            self._initializers.append(numpy_helper.from_array(array, self._constants[key]))
        return self._constants[key]

    def ints(self, *values: int) -> str:
        """A constant of axes, sizes or a shape."""
        return self.constant(values, np.int64, "sizes")

    def split(self, value: str, sizes: Sequence[int], axis: int = 1) -> list[str]:
        """The value in pieces of these sizes along an axis; empty names where a size is 0."""
        there = [size for size in sizes if size]
        if len(there) > 1:
            pieces = iter(self.several("Split", [value, self.ints(*there)], len(there), axis=axis))
        else:
            pieces = iter([value] * len(there))
        return [next(pieces) if size else "" for size in sizes]

    def concat(self, values: Sequence[str], axis: int = 1) -> str:
        """Values side by side; empty names are left out, and an empty name is what nothing gives."""
        there = [value for value in values if value]
        return self("Concat", *there, axis=axis) if len(there) > 1 else "".join(there)

    def cast(self, value: str, kind: type[np.generic]) -> str:
        """The value as another type."""
        return self("Cast", value, to=_code(kind))

    def input(self, name: str, kind: type[np.generic], *shape: int | str) -> str:
        """A new input of the graph."""
        from onnx import helper

        self._inputs.append(helper.make_tensor_value_info(name, _code(kind), list(shape)))
        return name

    def output(self, name: str, value: str, kind: type[np.generic], *shape: int | str) -> None:
        """Add an output that is a value of the graph."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, _code(kind), list(shape)))

    def constant_output(self, name: str, values: NDArray[Any]) -> None:
        """Add an output that is a constant."""
        from onnx import helper, numpy_helper

        self._nodes.append(
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(values, name))
        )
        self._outputs.append(helper.make_tensor_value_info(name, _code(values.dtype), list(values.shape)))

    def model(self, name: str, words: str, metadata: Mapping[str, str]) -> bytes:
        """The bytes of the file, which has been checked."""
        import onnx
        from onnx import helper

        from gamemeta import __version__

        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, self._initializers, doc_string=words
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR,
            producer_name="gamemeta",
            producer_version=__version__,
        )
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        data: bytes = model.SerializeToString(deterministic=True)
        return data

    def _new(self, word: str) -> str:
        self._count += 1
        return f"{word}_{self._count}"


def _code(kind: Any) -> int:
    """The number that ONNX has for a type."""
    from onnx import helper

    return int(helper.np_dtype_to_tensor_dtype(np.dtype(kind)))
