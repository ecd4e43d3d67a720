"""What torch does with a hundred checkpoints of its own, against the verdicts of modelaudit.

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
    """The folder of checkpoints, the release of torch, and how it loaded each."""
    folder = tmp_path_factory.mktemp("checkpoints")
    assert PYTHON is not None
    subprocess.run([PYTHON, RECIPES, "write", folder], check=True)
    done = subprocess.run([PYTHON, RECIPES, "load", folder], check=True, stdout=subprocess.PIPE)
    report = json.loads(done.stdout)
    return folder, report["torch"].partition("+")[0], report["outcomes"]


def test_verdicts_agree(outcomes):
    folder, release, loaded = outcomes
    assert len(loaded) >= 100
    wrong = []
    for name, outcome in loaded.items():
        report = modelaudit.scan([folder / name], targets=[Target("torch", release, "test")])
        breaks = [f.message for f in report.findings if f.effect == "breaks-load"]
        if (outcome == "ok") == bool(breaks):
            wrong.append(f"{name}: torch: {outcome[:120]} / modelaudit: {breaks or 'nothing'}")
    print(f"torch {release}: {len(loaded) - len(wrong)} of {len(loaded)} verdicts agree")
    print("\n".join(wrong))
    assert len(wrong) <= len(loaded) * (1 - SHARE), wrong


def test_nothing_loud_without_a_target(outcomes):
    """What torch writes of tensors and plain values is quiet, whatever it is loaded with."""
    folder, _, loaded = outcomes
    for name, outcome in loaded.items():
        if outcome == "ok" and not name.startswith("repacked"):
            report = modelaudit.scan([folder / name])
            loud = [f.rule for f in report.findings if f.severity in ("critical", "high", "medium")]
            assert not loud, name


def test_torch_lists_its_operators(monkeypatch):
    """What ``--target environment`` asks of an installed torch."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    assert PYTHON is not None
    packages = subprocess.run([PYTHON, "-c", ask], check=True, stdout=subprocess.PIPE, text=True)
    monkeypatch.setenv("PYTHONPATH", packages.stdout.strip())
    torch_operators.cache_clear()
    operators = torch_operators()
    assert operators is not None
    assert {"aten::add", "aten::scaled_dot_product_attention"} <= operators
    assert "aten::symeig" not in operators
