"""Verdicts about torch against what torch did, where that folder is present; and real files."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

import modelaudit
from modelaudit import Config
from modelaudit.core.facts import Fact, Operator, Tensor
from modelaudit.core.findings import at_least

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "fixtures" / "real" / "torch"

NO_FILES = Config(targets={"requirements": "off"})
"""The requirements of this repository are not what its fixtures have to load with."""


def real() -> list[Path]:
    return sorted(path for path in REAL.iterdir() if path.suffix != ".toml")


def test_provenance_names_every_file() -> None:
    told = tomllib.loads((REAL / "provenance.toml").read_text("utf-8"))
    told.pop("environment")
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in real()}
    assert {name: entry["sha256"] for name, entry in told.items()} == digests


@pytest.mark.parametrize("path", real(), ids=lambda path: path.name)
def test_real_is_quiet(path: Path) -> None:
    """provenance.toml names what a file of torch may be told, which is nothing so far."""
    report = modelaudit.scan([path], NO_FILES)
    assert report.complete, [artifact.unread for artifact in report.artifacts]
    loud = [(f.rule, f.subject) for f in report.findings if at_least(f.severity, "medium")]
    assert not loud


@pytest.mark.parametrize("path", real(), ids=lambda path: path.name)
def test_real_is_recognised(path: Path) -> None:
    (artifact,) = modelaudit.scan([path], NO_FILES).artifacts
    scripts = ("scripted.pt", "traced.pt", "dynamic.pt", "mobile.ptl")
    expected = "torchscript" if path.name in scripts else "pytorch"
    assert artifact.format == ("pt2" if path.suffix == ".pt2" else expected)


def facts(name: str) -> list[Fact]:
    return list(modelaudit.inspect(REAL / name).facts)


def test_tensors_are_named_and_measured() -> None:
    tensors = {
        fact.name: (fact.dtype, fact.shape, fact.span)
        for fact in facts("state-dict.pt")
        if isinstance(fact, Tensor)
    }
    assert tensors["head.weight"] == ("float32", ("3", "8"), 96)
    assert tensors["features.1.num_batches_tracked"] == ("int64", (), 8)


def test_operators_of_each_form() -> None:
    for name, via, operator in (
        ("scripted.pt", "source", "gelu"),
        ("mobile.ptl", "bytecode", "linear"),
        ("exported.pt2", "graph", "conv2d"),
    ):
        found = [f for f in facts(name) if isinstance(f, Operator)]
        assert operator in {f.name for f in found if f.via == via and f.domain == "aten"}, name
