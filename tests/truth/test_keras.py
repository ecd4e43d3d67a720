"""Verdicts about Keras against what Keras did, and files that Keras itself wrote."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.findings import at_least

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "fixtures" / "real" / "keras"


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
