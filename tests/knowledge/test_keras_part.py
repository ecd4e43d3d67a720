"""Which names of Keras and TensorFlow a model is made of."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.keras import part, tensorflow_computes


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("keras.layers", "Dense", True),
        ("keras.src.activations.activations", "relu", True),
        ("keras.src.ops.numpy", "absolute", True),
        ("tf_keras.src.activations", "relu", True),
        ("builtins", "relu", True),
        ("builtins", "own_loss", True),
        ("mylib.things", "load", True),
        ("builtins", "print", False),
        ("keras.src.utils.file_utils", "get_file", False),
        ("tf_keras.src.utils.data_utils", "get_file", False),
        ("tensorflow.python.keras.utils.data_utils", "get_file", False),
        ("keras.src.saving.saving_lib", "load_model", False),
        ("keras.applications", "ResNet50", False),
        ("keras.losses", "deserialize", False),
    ],
)
def test_part(module: str, name: str, expected: bool) -> None:
    assert part(module, name) is expected


@pytest.mark.parametrize("symbol", ["math.add", "concat", "compat.v1.concat", "io.decode_jpeg"])
def test_it_computes(symbol: str) -> None:
    assert tensorflow_computes(symbol)


@pytest.mark.parametrize(
    "symbol",
    ["io.write_file", "raw_ops.SaveV2", "py_function", "tf.io.gfile.copy", "saved_model.load"],
)
def test_it_does_not(symbol: str) -> None:
    assert not tensorflow_computes(symbol)
