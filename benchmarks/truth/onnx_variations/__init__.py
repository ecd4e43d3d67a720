"""Small ONNX models, each valid or with one thing wrong: loaded and run for real, and judged."""
