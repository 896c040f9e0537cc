"""Replays the golden trace: python check.py agent.onnx trace.bin [--time]. SPDX-License-Identifier: MIT

Needs NumPy, onnx and onnxruntime. Prints the largest error, equal actions of all, whether memories are
equal, and ok or failed.
"""

import sys

import onnx
from gamemeta_onnx import Agent
from replay import replayed, report


def check_file(path):
    """The model is well formed, and the shapes of all its values follow from those of its inputs."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)


def main(words):
    check_file(words[0])
    return report([replayed(Agent(words[0]), words[1])], "--time" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
