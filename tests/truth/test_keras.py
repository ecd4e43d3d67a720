"""Verdicts about Keras against what Keras did, and files that Keras itself wrote."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.findings import at_least

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "fixtures" / "real" / "keras"


def benchmark():
    """benchmarks/truth_keras.py, which is no package."""
    path = ROOT / "benchmarks" / "truth_keras.py"
    spec = importlib.util.spec_from_file_location("truth_keras", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


truth = benchmark()


@pytest.mark.parametrize("folder", truth.FOLDERS, ids=lambda folder: folder.name)
def test_verdicts_agree_with_keras(folder: Path) -> None:
    if not (folder / "outcomes.json").is_file():
        pytest.skip(f"no {folder.name} beside this checkout")
    verdicts = list(truth.verdicts(folder))
    wrong = [f"{one.environment} {one.file}" for one in verdicts if not one.agrees]
    assert truth.agreement(verdicts) >= truth.SHARE, wrong


def real() -> list[Path]:
    return sorted(path for path in REAL.glob("*.*") if path.suffix in (".h5", ".keras"))


def test_provenance_names_every_file() -> None:
    told = tomllib.loads((REAL / "provenance.toml").read_text("utf-8"))
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in real()}
    assert {name: entry["sha256"] for name, entry in told.items()} == digests


@pytest.mark.parametrize("path", real(), ids=lambda path: path.name)
def test_real_is_quiet(path: Path) -> None:
    """Only a Lambda layer is told of, which is code."""
    report = modelaudit.scan([path], Config(targets={"requirements": "off"}))
    assert report.complete, [artifact.unread for artifact in report.artifacts]
    loud = {f.rule for f in report.findings if at_least(f.severity, "medium")}
    assert loud == ({"KRS101"} if path.name.startswith("lambda") else set())
