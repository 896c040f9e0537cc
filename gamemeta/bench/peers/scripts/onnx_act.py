"""One decision in onnxruntime: the weights of a minimal-GRU agent as a graph, memory passed in and out."""

import numpy as np
import onnxruntime
from harness import SIZES, print_calls
from onnx import TensorProto, helper, numpy_helper

weights = dict(np.load(SIZES["weights"]))
nodes, constants = [], []


def constant(value):
    """A constant of the graph."""
    name = f"c{len(constants)}"
    constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    return name


def op(kind, *inputs, outputs=1, **attributes):
    """A node; gives the name of its output, or of all its outputs."""
    names = [f"{kind}{len(nodes)}_{k}" for k in range(outputs)]
    nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
    return names[0] if outputs == 1 else names


def rms_norm(x):
    """The last axis at root mean square 1."""
    mean = op("ReduceMean", op("Mul", x, x), constant(np.array([1])), keepdims=1)
    return op("Div", x, op("Sqrt", op("Add", mean, constant(np.float32(1e-5)))))


first, rows = 0, []
for _, size, codes in SIZES["symbols"]:
    rows += [first + k * codes for k in range(size)]
    first += size * codes
table = np.concatenate([weights[f"encoder.tables.{name}"] for name, _, _ in SIZES["symbols"]])
looked_up = op("Gather", constant(table), op("Add", "codes", constant(np.array(rows, np.int64))))
x = op("ReduceSum", looked_up, constant(np.array([1])), keepdims=0)
x = op("Add", x, op("MatMul", "reward", constant(weights["encoder.tables.previous_reward"])))
x = op("Relu", op("Add", x, constant(weights["encoder.bias"])))
cells, width = sum(name.endswith(".out") for name in weights), SIZES["hidden"]
after = []
for k in range(cells):
    gates = op("MatMul", rms_norm(x), constant(weights[f"cells.{k}.weight"].T))
    gates = op("Add", gates, constant(weights[f"cells.{k}.bias"]))
    z, c, g = op("Split", gates, constant(np.full(3, width)), outputs=3, axis=1)
    change = op("Mul", op("Sigmoid", z), op("Sub", op("Tanh", c), f"state{k}"))
    after.append(op("Add", f"state{k}", change))
    gated = op("Mul", after[-1], op("Mul", g, op("Sigmoid", g)))
    x = op("Add", x, op("MatMul", gated, constant(weights[f"cells.{k}.out"].T)))
logits = op("MatMul", rms_norm(x), constant(weights["actor.weight"].T))
logits = op("Add", logits, constant(weights["actor.bias"]))

states = [f"state{k}" for k in range(cells)]
inputs = [
    helper.make_tensor_value_info("codes", TensorProto.INT64, [1, len(rows)]),
    helper.make_tensor_value_info("reward", TensorProto.FLOAT, [1, 1]),
    *(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, width]) for name in states),
]
outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (logits, *after)]
graph = helper.make_graph(nodes, "agent", inputs, outputs, constants)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
shown = {"codes": np.zeros((1, len(rows)), np.int64), "reward": np.zeros((1, 1), np.float32)}
shown |= {name: np.zeros((1, width), np.float32) for name in states}


def call() -> None:
    """One decision: logits, and the memory for the next."""
    _, *memory = session.run(None, shown)
    shown.update(zip(states, memory, strict=True))


print_calls("onnxruntime", call)
