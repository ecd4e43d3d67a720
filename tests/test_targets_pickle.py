"""What the real files say of releases: nothing of those that wrote them, something of others."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.findings import Target

REAL = Path(__file__).resolve().parent.parent / "fixtures" / "real" / "pickle"
BREAKS = ("breaks-load", "breaks-use")
FILES = sorted(path for path in REAL.iterdir() if path.suffix in (".pkl", ".joblib"))


@cache
def written_by() -> list[Target]:
    held = tomllib.loads((REAL / "provenance.toml").read_text("utf-8"))
    return [Target(name, version, "provenance") for name, version in held["environment"].items()]


def breaks(path: Path, targets: list[Target]) -> list[tuple[str, str]]:
    findings = modelaudit.scan([path], targets=targets).findings
    return [(f.rule, f.message) for f in findings if f.effect in BREAKS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_works_where_it_was_written(path: Path) -> None:
    assert breaks(path, written_by()) == []


@pytest.mark.parametrize(
    ("file", "target", "rule"),
    [
        ("pipeline.joblib", Target("numpy", "1.26.0", "t"), "PKL207"),
        ("gradient-boosting.p4.pkl", Target("scikit-learn", "1.2.2", "t"), "PKL212"),
        ("knn-kd-tree.p4.pkl", Target("scikit-learn", "1.2.2", "t"), "PKL207"),
        ("data-frame.p4.pkl", Target("pandas", "2.2.3", "t"), "PKL209"),
        ("svc.joblib", Target("scikit-learn", "0.22.2.post1", "t"), "PKL214"),
    ],
)
def test_an_older_release_breaks_on_it(file: str, target: Target, rule: str) -> None:
    assert rule in {found for found, _ in breaks(REAL / file, [target])}


@pytest.mark.parametrize(
    ("release", "found"), [("1.4.2", True), ("1.5.2", False), ("1.9.1", False)]
)
def test_a_name_is_looked_up_as_the_file_has_it(release: str, found: bool) -> None:
    """Not under the module to which a later release moved the class."""
    name = b"csklearn.model_selection._classification_threshold\n_CurveScorer\n."
    target = Target("scikit-learn", release, "t")
    report = modelaudit.scan_bytes(name, "scorer.pkl", targets=[target])
    assert ("PKL207" in {finding.rule for finding in report.findings}) == found
