"""What torch does with a hundred checkpoints of its own, against what modelaudit says of them.

Run by ``make test-frameworks``, which names torch's own Python in MODELAUDIT_FRAMEWORKS.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.findings import Target
from modelaudit.sandbox.torch_query import torch_operators

PYTHON = os.environ.get("MODELAUDIT_FRAMEWORKS")
RECIPES = Path(__file__).with_name("torch_recipes.py")
SHARE = 0.99

pytestmark = pytest.mark.skipif(PYTHON is None, reason="run by make test-frameworks")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """The folder of checkpoints, the release of torch, and what it said of each."""
    folder = tmp_path_factory.mktemp("checkpoints")
    assert PYTHON is not None
    subprocess.run([PYTHON, RECIPES, "write", folder], check=True)
    told = subprocess.run([PYTHON, RECIPES, "load", folder], check=True, stdout=subprocess.PIPE)
    held = json.loads(told.stdout)
    return folder, held["torch"].partition("+")[0], held["outcomes"]


def test_verdicts_agree(outcomes):
    folder, release, told = outcomes
    assert len(told) >= 100
    wrong = []
    for name, outcome in told.items():
        report = modelaudit.scan([folder / name], targets=[Target("torch", release, "test")])
        found = [f.message for f in report.findings if f.effect == "breaks-load"]
        if (outcome == "ok") == bool(found):
            wrong.append(f"{name}: torch: {outcome[:120]} / modelaudit: {found or 'nothing'}")
    print(f"torch {release}: {len(told) - len(wrong)} of {len(told)} verdicts agree")
    print("\n".join(wrong))
    assert len(wrong) <= len(told) * (1 - SHARE), wrong


def test_nothing_loud_without_a_target(outcomes):
    """What torch writes of tensors and plain values is quiet, whatever it is loaded with."""
    folder, _, told = outcomes
    for name, outcome in told.items():
        if outcome == "ok" and not name.startswith("repacked"):
            report = modelaudit.scan([folder / name])
            loud = [f.rule for f in report.findings if f.severity in ("critical", "high", "medium")]
            assert not loud, name


def test_torch_tells_its_operators():
    """What ``--target environment`` asks of an installed torch."""
    operators = torch_operators(PYTHON)
    assert operators is not None
    assert {"aten::add", "aten::scaled_dot_product_attention"} <= operators
    assert "aten::symeig" not in operators
