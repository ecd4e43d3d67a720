"""Which operators runtimes lack that take some of them."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.onnx_runtimes import lacks


@pytest.mark.parametrize(
    ("package", "release", "domain", "name", "version", "answer"),
    [
        ("tensorrt", "8.5.3", "ai.onnx", "Det", 13, "absent"),
        ("tensorrt", "8.5.3", "ai.onnx", "Relu", 13, ""),
        ("tensorrt", "8.4", "ai.onnx", "Gelu", 20, "absent"),
        ("tensorrt", "10.15.1", "ai.onnx", "Gelu", 20, ""),
        ("tensorrt", "9.0", "ai.onnx", "Gelu", 20, ""),  # the releases around it differ
        ("tensorrt", "99.0", "ai.onnx", "Det", 13, ""),
        ("tensorrt", "8.5.3", "my.plugins", "Grow", 1, "unlisted"),
        ("onnxruntime-mobile", "1.17.0", "ai.onnx", "ReduceMean", 18, "absent"),
        ("onnxruntime-mobile", "1.17.0", "ai.onnx", "ReduceMean", 15, ""),
        ("openvino", "2024.0.0", "ai.onnx", "Conv", 17, ""),
        ("openvino", "2024.0.0", "com.microsoft", "FastGelu", 1, "absent"),
        ("openvino", "2026.4.1", "com.microsoft", "FastGelu", 1, ""),
    ],
)
def test_lacks(
    package: str, release: str, domain: str, name: str, version: int, answer: str
) -> None:
    assert lacks(package, release, domain, name, version) == answer
