"""Measurements against other programs, run from the repository's root.

    python -m benchmarks.speed.onnx    how fast, beside a bare reader or a peer
    python -m benchmarks.truth.onnx    findings, beside what real loaders did

``common`` is what they share.
"""
