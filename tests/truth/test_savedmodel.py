"""Verdicts about SavedModels against what TensorFlow did, where that folder is present."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def benchmark():
    """benchmarks/truth_savedmodel.py, which is no package."""
    path = ROOT / "benchmarks" / "truth_savedmodel.py"
    spec = importlib.util.spec_from_file_location("truth_savedmodel", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


truth = benchmark()


def test_verdicts_agree_with_tensorflow() -> None:
    if not truth.FOLDER.is_dir():
        pytest.skip("no savedmodel truth beside this checkout")
    judged = list(truth.verdicts(truth.FOLDER))
    for question in dict.fromkeys(one.question for one in judged):
        about = [one for one in judged if one.question == question]
        wrong = [f"{one.reader} {one.model}" for one in about if not one.agrees]
        assert truth.agreement(about) >= truth.SHARE, (question, wrong)
