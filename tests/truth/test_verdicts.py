"""Verdicts about whole files against what real loaders did, where the recorded outcomes are."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.common.verdicts import Comparison, recorded
from benchmarks.truth import keras, savedmodel, torch

COMPARISONS = {"torch": torch, "keras": keras, "savedmodel": savedmodel}
"""Those that take seconds; ``make truth-onnx`` and ``make truth-pickle`` take minutes."""
CASES = [
    pytest.param(module.COMPARISON, folder, id=f"{name}-{folder.name}")
    for name, module in COMPARISONS.items()
    for folder in module.COMPARISON.folders
]


@pytest.mark.parametrize(("comparison", "folder"), CASES)
def test_verdicts_agree_with_the_loader(comparison: Comparison, folder: Path) -> None:
    if not recorded(folder):
        pytest.skip(f"no recorded outcomes in {folder.name}, which lies beside the checkout")
    judged = comparison.judge(folder)
    assert judged["load"]
    disagreements = [
        f"{question}: {one.reader} {one.artifact}"
        for question, verdicts in judged.items()
        for one in verdicts
        if not one.agrees
    ]
    assert not comparison.failures(folder, judged), disagreements
