"""The graph of the target `onnx` in TensorFlow: `python -m gamemeta.export.graph.in_tensorflow MODEL OUT`.

It runs in a process of its own, for TensorFlow takes seconds to import and prints what it likes.
"""

import sys
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

LITE, SAVED = "agent.tflite", "saved_model"
BEYOND_CLIP = 1e5
"""Where asinh is beyond all that rewards are clipped to, and its square is still a number."""


def _asinh(tf: Any, x: Any) -> Any:
    """LiteRT has none."""
    size = tf.minimum(tf.abs(x), BEYOND_CLIP)
    return tf.sign(x) * tf.math.log(size + tf.sqrt(size * size + 1.0))


def _cast(tf: Any, x: Any, to: int) -> Any:
    from onnx import helper

    return tf.cast(x, helper.tensor_dtype_to_np_dtype(to))


def _gemm(tf: Any, x: Any, weight: Any, bias: Any, **_: Any) -> Any:
    return tf.matmul(x, weight, transpose_b=True) + bias


def _reshape(tf: Any, x: Any, sizes: Any) -> Any:
    """0, the axis of minds, is what remains."""
    return tf.reshape(x, [size or -1 for size in sizes.tolist()])


def _split(tf: Any, x: Any, sizes: Any, axis: int) -> Any:
    return tf.split(x, sizes.tolist(), axis=axis)


def _slice(tf: Any, x: Any, first: Any, end: Any, axes: Any) -> Any:
    """Columns alone."""
    assert axes.tolist() == [1]
    return x[:, int(first[0]) : int(end[0])]


def _padded(tf: Any, x: Any, pads: list[int], value: float) -> Any:
    """An image [n, channels, height, width] with its channels last and a border."""
    rows, columns = (pads[0], pads[2]), (pads[1], pads[3])
    border = [(0, 0), rows, columns, (0, 0)]
    return tf.pad(tf.transpose(x, [0, 2, 3, 1]), border, constant_values=value)


def _conv(tf: Any, x: Any, kernel: Any, bias: Any, kernel_shape: list[int], pads: list[int]) -> Any:
    weights = kernel.transpose(2, 3, 1, 0)
    y = tf.nn.conv2d(_padded(tf, x, pads, 0.0), weights, strides=1, padding="VALID") + bias
    return tf.transpose(y, [0, 3, 1, 2])


def _max_pool(tf: Any, x: Any, kernel_shape: list[int], strides: list[int], pads: list[int]) -> Any:
    lowest = float(np.finfo(np.float32).min)
    y = tf.nn.max_pool2d(_padded(tf, x, pads, lowest), kernel_shape, strides, padding="VALID")
    return tf.transpose(y, [0, 3, 1, 2])


Operator = Callable[..., Any]
SAME = {
    "Add": "add",
    "And": "logical_and",
    "Div": "divide",
    "Equal": "equal",
    "Exp": "exp",
    "Gather": "gather",
    "Greater": "greater",
    "Identity": "identity",
    "Less": "less",
    "LessOrEqual": "less_equal",
    "MatMul": "matmul",
    "Max": "maximum",
    "Min": "minimum",
    "Mul": "multiply",
    "Neg": "negative",
    "Or": "logical_or",
    "Relu": "nn.relu",
    "Sigmoid": "sigmoid",
    "Softmax": "nn.softmax",
    "Sqrt": "sqrt",
    "Sub": "subtract",
    "Tanh": "tanh",
    "Transpose": "transpose",
    "Where": "where",
    "Clip": "clip_by_value",
}
"""Operators that take and do the same in TensorFlow, by their names there."""
OTHERS: dict[str, Operator] = {
    "Asinh": _asinh,
    "Cast": _cast,
    "Concat": lambda tf, *values, axis: tf.concat(values, axis),
    "Conv": _conv,
    "Gemm": _gemm,
    "MaxPool": _max_pool,
    "Reciprocal": lambda tf, x: 1.0 / x,
    "ReduceMax": lambda tf, x, axes, keepdims: tf.reduce_max(x, axes, keepdims=bool(keepdims)),
    "ReduceMean": lambda tf, x, axes, keepdims: tf.reduce_mean(x, axes, keepdims=bool(keepdims)),
    "ReduceMin": lambda tf, x, axes, keepdims: tf.reduce_min(x, axes, keepdims=bool(keepdims)),
    "ReduceSum": lambda tf, x, axes, keepdims: tf.reduce_sum(x, axes, keepdims=bool(keepdims)),
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _split,
    "Unsqueeze": lambda tf, x, axes: tf.expand_dims(x, int(axes[0])),
}
"""What each other operator is, given TensorFlow, its inputs and its attributes."""


def operators() -> dict[str, Operator]:
    """Every operator of the graph in TensorFlow."""
    import tensorflow as tf

    return {name: attrgetter(word)(tf) for name, word in SAME.items()} | {
        name: partial(operator, tf) for name, operator in OTHERS.items()
    }


def as_function(model: Any) -> Any:
    """A tf.function of the inputs of a model by their names, which gives its outputs by their names."""
    import tensorflow as tf
    from onnx import helper, numpy_helper

    known = operators()
    constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    names = [each.name for each in model.graph.input]

    def step(*arrays: Any) -> dict[str, Any]:
        values = {**constants, **dict(zip(names, arrays, strict=True))}
        for node in model.graph.node:
            attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
            out = known[node.op_type](*(values[name] for name in node.input), **attributes)
            values.update(zip(node.output, out if len(node.output) > 1 else [out], strict=True))
        return {each.name: values[each.name] for each in model.graph.output}

    return tf.function(step, input_signature=[_signature(each) for each in model.graph.input])


def _signature(value: Any) -> Any:
    import tensorflow as tf
    from onnx import helper

    kind = value.type.tensor_type
    shape = [each.dim_value or None for each in kind.shape.dim]
    return tf.TensorSpec(shape, helper.tensor_dtype_to_np_dtype(kind.elem_type), value.name)


def main(model: str, out: str) -> None:
    """Write a model as SavedModel and as .tflite."""
    import onnx
    import tensorflow as tf

    step, saved = as_function(onnx.load(model)).get_concrete_function(), Path(out, SAVED)
    tf.saved_model.save(tf.Module(), str(saved), signatures=step)
    Path(out, LITE).write_bytes(tf.lite.TFLiteConverter.from_saved_model(str(saved)).convert())


if __name__ == "__main__":
    main(*sys.argv[1:])
