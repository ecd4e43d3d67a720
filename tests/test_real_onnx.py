"""Models by the exporters themselves: read to their end, and nothing is held against them."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.facts import Operator
from modelaudit.core.findings import Target, at_least

REAL = Path(__file__).resolve().parent.parent / "fixtures" / "real" / "onnx"
MODELS = sorted(REAL.glob("*.onnx"))


def test_provenance_names_every_file() -> None:
    told = tomllib.loads((REAL / "provenance.toml").read_text("utf-8"))
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in MODELS}
    assert {name: entry["sha256"] for name, entry in told.items()} == digests


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_real_is_quiet(path: Path) -> None:
    """Also for a runtime of its time, which loads it."""
    report = modelaudit.scan([path], targets=[Target("onnxruntime", "1.32.0", "test")])
    assert report.complete, [artifact.unread for artifact in report.artifacts]
    assert [(f.rule, f.subject) for f in report.findings if at_least(f.severity, "low")] == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_types_are_known_throughout(path: Path) -> None:
    """No node of the standard has an input whose type could not be worked out."""
    facts = modelaudit.inspect(path).facts
    operators = [fact for fact in facts if isinstance(fact, Operator)]
    assert operators
    assert [f.name for f in operators if f.domain == "ai.onnx" and not f.types] == []


def test_an_older_runtime_is_told_what_it_lacks() -> None:
    target = Target("onnxruntime", "1.16.3", "test")
    report = modelaudit.scan([REAL / "torch-transformer.onnx"], targets=[target])
    assert {f.rule for f in report.findings if f.effect == "breaks-load"} == {"ONX201", "ONX202"}
