"""MLflow's files beside a model: python_env.yaml, and MLmodel, which records what wrote the model.

https://mlflow.org/docs/latest/ml/model/. Its conda.yaml and requirements.txt are read as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.config.yamlfile import Document
from modelaudit.targets.pins import PYTHON, Broken, Item, Pin, shown
from modelaudit.targets.readers.conda import pip_line
from modelaudit.targets.readers.yaml import line_of, parse, text_of
from modelaudit.targets.versions import parses

_VERSIONS: Final = {
    "python_version": PYTHON, "sklearn_version": "scikit-learn", "xgb_version": "xgboost",
    "lgb_version": "lightgbm", "catboost_version": "catboost", "pytorch_version": "torch",
    "keras_version": "keras", "tensorflow_version": "tensorflow", "onnx_version": "onnx",
    "statsmodels_version": "statsmodels", "spacy_version": "spacy",
    "transformers_version": "transformers", "prophet_version": "prophet",
    "sentence_transformers_version": "sentence-transformers", "paddle_version": "paddlepaddle",
    "pmdarima_version": "pmdarima", "fastai_version": "fastai", "pyspark_version": "pyspark",
}  # fmt: skip
"""Keys of a flavor, and the distribution that each is about."""


def read(text: str, file: str) -> Iterator[Item]:
    """The pins of either file; they differ in their keys."""
    document = parse(text, file)
    if "flavors" in document.value:
        yield from _flavors(document, text, file)
    if "python" in document.value:
        version = text_of(document, ("python",), text)
        yield _version(PYTHON, version, file, line_of(document, ("python",)))
    entries = document.value.get("dependencies", [])
    if not isinstance(entries, list):
        raise Broken(line_of(document, ("dependencies",)), "dependencies: expected a list")
    for index, entry in enumerate(entries):
        yield from pip_line(str(entry), file, line_of(document, ("dependencies", index)))


def _flavors(document: Document, text: str, file: str) -> Iterator[Pin]:
    flavors = document.value["flavors"]
    for flavor, entries in flavors.items() if isinstance(flavors, dict) else ():
        for key in entries if isinstance(entries, dict) else ():
            if key in _VERSIONS:
                path = ("flavors", flavor, key)
                version = text_of(document, path, text)
                if parses(version):
                    yield _version(_VERSIONS[key], version, file, line_of(document, path))


def _version(name: str, version: str, file: str, line: int) -> Pin:
    if not parses(version):
        raise Broken(line, f"{shown(version)} is not a version")
    return Pin(name, f"=={version}", "", file, line)
