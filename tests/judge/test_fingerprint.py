"""Fingerprints: one for each finding, whatever directory a scan is started in."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.project import path_from, root_of

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR0cmylib\nM\n)\x81."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "models").mkdir()
    (root / "models" / "x.pkl").write_bytes(PAYLOAD)
    monkeypatch.chdir(root)
    return root


def fingerprints(path: str | Path, **settings: object) -> list[str]:
    report = modelaudit.scan([path], Config(**settings))  # type: ignore[arg-type]
    return [finding.fingerprint for finding in report.findings]


def test_one_artifact_however_it_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = fingerprints("models/x.pkl")
    assert len(set(named)) == 2
    assert fingerprints("./models/../models/x.pkl") == named
    assert fingerprints(project / "models" / "x.pkl") == named
    assert fingerprints(".") == named
    link = project.parent / "link"
    link.symlink_to(project)
    assert fingerprints(link / "models" / "x.pkl") == named
    monkeypatch.chdir("models")
    assert fingerprints("x.pkl") == named


def test_another_path_is_another_finding(project: Path) -> None:
    (project / "y.pkl").write_bytes(PAYLOAD)
    assert not set(fingerprints("y.pkl")) & set(fingerprints("models/x.pkl"))


def test_each_finding_of_a_run_has_its_own(project: Path) -> None:
    demo = Path(__file__).parents[2] / "fixtures" / "demo" / "linear-regression.joblib"
    targets = {"sets": ["a.txt"], "more": ["b.txt"]}
    (project / "a.txt").write_text("joblib==1.0.0\nscikit-learn==1.0\n")
    (project / "b.txt").write_text("joblib==1.0.1\nscikit-learn==0.24\n")
    found = fingerprints(demo, targets={"requirements": targets})
    assert [one for one in found if one.endswith(":2")]
    assert len(set(found)) == len(found)
    raised = {"sets": ["a.txt"]}
    assert set(fingerprints(demo, targets={"requirements": raised})) < set(found)


def test_suppressions_count_paths_from_the_root(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"rule": "PKL101", "path": "models/x.pkl", "reason": "reviewed"}
    (project / "modelaudit.yaml").write_text(f"suppress: [{entry}]")
    monkeypatch.chdir("models")
    from modelaudit.config.file import load

    report = modelaudit.scan(["x.pkl"], load(project / "modelaudit.yaml"))
    assert [entry.finding.rule for entry in report.suppressed] == ["PKL101"]


def test_the_root_outside_of_a_repository(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert root_of(str(inner)) == str(inner)
    assert root_of(str(inner), tmp_path / "a" / "modelaudit.yaml") == str(tmp_path / "a")
    assert root_of(str(inner), tmp_path / "c" / "modelaudit.yaml") == str(inner)
    assert path_from(str(inner), str(tmp_path / "x.pkl")) == (tmp_path / "x.pkl").as_posix()
    assert path_from("/", "/x.pkl") == "x.pkl"
