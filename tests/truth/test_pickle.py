"""Real scikit-learn, NumPy and pandas files of five generations, where that folder is present."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.findings import at_least
from modelaudit.core.report import Report

ROOT = Path(__file__).resolve().parents[2]
TRUTH = ROOT.parent / "shared" / "truth" / "pickle"
REAL = ROOT / "fixtures" / "real" / "pickle"

BYTECODE = ("closure", "localcls")
"""Written by cloudpickle from code that no module holds: these carry bytecode and must say so."""


def files(root: Path) -> list[Path]:
    suffixes = {".pkl", ".joblib"}
    return sorted(path for path in root.rglob("*") if path.suffix in suffixes)


def label(path: Path) -> str:
    return "/".join(path.parts[-2:])


@cache
def report(path: Path) -> Report:
    return modelaudit.scan([path])


def check_quiet(path: Path) -> None:
    """Read to the end, and nothing said that a user would have to act on."""
    found = report(path)
    assert found.artifacts
    assert found.complete, [artifact.unread for artifact in found.artifacts]
    loud = [
        (finding.rule, finding.subject)
        for finding in found.findings
        if finding.category in ("security", "integrity") and at_least(finding.severity, "medium")
    ]
    assert not loud


ABSENT = pytest.param(
    TRUTH, marks=pytest.mark.skip(reason=f"no folder {TRUTH.name} of truth beside the checkout")
)


def truths(*, bytecode: bool) -> list[object]:
    """Its files with or without bytecode; where the folder is absent, a skip that says so."""
    found = [path for path in files(TRUTH) if path.name.startswith(BYTECODE) is bytecode]
    return [pytest.param(path, id=label(path)) for path in found] or [ABSENT]


@pytest.mark.skipif(not TRUTH.is_dir(), reason="no folder of truth beside the checkout")
def test_truth_is_found() -> None:
    assert len(files(TRUTH)) > 100


@pytest.mark.parametrize("path", truths(bytecode=False))
def test_truth_is_quiet(path: Path) -> None:
    check_quiet(path)


@pytest.mark.parametrize("path", truths(bytecode=True))
def test_truth_with_bytecode_is_found(path: Path) -> None:
    assert report(path).complete
    assert "PKL113" in {finding.rule for finding in report(path).findings}


def test_real_is_found() -> None:
    assert len(files(REAL)) > 90


@pytest.mark.parametrize("path", files(REAL), ids=label)
def test_real_is_quiet(path: Path) -> None:
    check_quiet(path)
