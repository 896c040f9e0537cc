"""Replays the golden trace: python check.py FOLDER [--time]. SPDX-License-Identifier: MIT

Needs NumPy and LiteRT; where TensorFlow is installed, it plays the SavedModel, too. Prints the largest
error, equal actions of all, whether memories are equal, and ok or failed.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from gamemeta_tensorflow import Agent
from replay import replayed, report

MODELS = {"agent.tflite": "ai_edge_litert", "saved_model": "tensorflow"}


def main(words):
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="")
    folder = Path(words[0])
    models = [model for model, package in MODELS.items() if find_spec(package)]
    replays = [replayed(Agent(folder / model), folder / "trace.bin") for model in models]
    print("models", *models)
    return report(replays, "--time" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
