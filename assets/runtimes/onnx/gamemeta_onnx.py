"""Plays agent.onnx with NumPy and onnxruntime alone. SPDX-License-Identifier: MIT

What stands around the model is in gamemeta_graph.py.
"""

import json

import numpy as np
import onnxruntime
from gamemeta_graph import GamemetaError, GraphAgent

KINDS = {"tensor(int32)": np.int32, "tensor(uint8)": np.uint8, "tensor(float)": np.float32}


class Agent(GraphAgent):
    def __init__(self, path, threads=1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            about = json.loads(self.session.get_modelmeta().custom_metadata_map["gamemeta"])
            inputs = {each.name: (KINDS[each.type], each.shape[-1]) for each in self.session.get_inputs()}
            super().__init__(about, inputs)
        except Exception as error:  # onnxruntime has a kind of error for every way to be damaged
            raise GamemetaError(f"{path}: no model of gamemeta: {str(error)[:200]}") from error

    def run(self, feed):
        """One step: arrays by name into action, memory, outputs and what is wrong."""
        try:
            return self.session.run(None, feed)
        except Exception as error:
            raise GamemetaError(
                f"the model is damaged: {str(error)[:200]}. Export the agent again."
            ) from error
