"""Plays agent.tflite by LiteRT, or saved_model by TensorFlow. SPDX-License-Identifier: MIT

What stands around the model is in gamemeta_graph.py.
"""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
from gamemeta_graph import GamemetaError, GraphAgent

OUTPUTS = ("action", "memory_out", "outputs", "wrong")


class Agent(GraphAgent):
    """An agent: Agent("agent.tflite") by LiteRT, Agent("saved_model") by TensorFlow; beside agent.json."""

    def __init__(self, path, threads=1):
        path = Path(path)
        try:
            about = json.loads((path.parent / "agent.json").read_bytes())
            model = path / "saved_model.pb" if path.is_dir() else path
            if sha256(model.read_bytes()).hexdigest() != about["models"][model.name]:
                raise ValueError("it is damaged, or is not the one that agent.json tells of")
            inputs = {name: (np.dtype(kind).type, columns) for name, kind, columns in about["inputs"]}
            super().__init__(about, inputs)
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise GamemetaError(f"{path}: no model of gamemeta: {str(error)[:200]}") from error
        try:
            self.step = _saved_model(path) if path.is_dir() else _lite(path, threads)
        except ImportError as error:
            raise GamemetaError(f"{error}. Run: pip install ai-edge-litert, or tensorflow") from error

    def run(self, feed):
        """One step: arrays by name into action, memory, outputs and what is wrong."""
        out = self.step(feed)
        return [out[name] for name in OUTPUTS]


def _lite(path, threads):
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(str(path), num_threads=threads).get_signature_runner()
    return lambda feed: runner(**feed)


def _saved_model(path):
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    step = model.signatures["serving_default"]

    def run(feed, model=model):  # the model goes with its signature
        given = {name: tf.constant(values) for name, values in feed.items()}
        return {name: value.numpy() for name, value in step(**given).items()}

    return run
