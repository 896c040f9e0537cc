"""An agent's step as an ONNX graph: what the targets `onnx` and `unity` write."""
