"""ONNX models: a graph of operators, each out of a versioned set."""
