"""A configuration that was found may have come with the artifacts: it hides no payload."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Run = Callable[..., SimpleNamespace]
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
SILENCING = {
    "ignore": "ignore: [PKL, GEN]",
    "select": "select: [PMM]",
    "severity": "rules: {PKL101: {severity: info}}",
    "fail-on": "fail-on: critical\nrules: {PKL101: {severity: low}}",
    "suppress": "suppress: [{rule: PKL101, path: '*', reason: harmless}]",
    "limits": "limits: {max-depth: 1, timeout: 0.000001, max-facts: 1}",
}


@pytest.fixture
def download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.pkl").write_bytes(PAYLOAD)
    return tmp_path


@pytest.mark.parametrize("text", SILENCING.values(), ids=SILENCING)
@pytest.mark.parametrize("argument", [".", "model.pkl", "*.pkl"])
def test_a_configuration_that_was_found_hides_no_payload(
    run: Run, download: Path, text: str, argument: str
) -> None:
    (download / "modelaudit.yaml").write_text(text)
    result = run("scan", argument, "--format", "json")
    report = json.loads(result.out)
    assert result.code == 1
    assert ("PKL101", "critical") in {(f["rule"], f["severity"]) for f in report["findings"]}
    assert Path(report["configuration"]).name == "modelaudit.yaml"


def test_it_says_what_it_would_have_silenced(run: Run, download: Path) -> None:
    (download / "pyproject.toml").write_text("[tool.modelaudit]\nignore = ['PKL']\n")
    out = run("scan", "model.pkl").out
    assert "cannot silence severe security findings and unread parts (1 here)" in out


def test_what_is_not_severe_may_be_ignored(run: Run, download: Path) -> None:
    (download / "model.pkl").write_bytes(b"\x80\x04cmylib\nM\n)\x81.")
    assert "PKL105" in run("scan", "model.pkl").out
    (download / "modelaudit.yaml").write_text("ignore: [PKL105]")
    assert "PKL105" not in run("scan", "model.pkl").out


def test_a_configuration_that_was_named_silences(
    run: Run, download: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (download / "modelaudit.yaml").write_text("ignore: [PKL]")
    assert run("scan", "model.pkl", "--config", "modelaudit.yaml").code == 0
    monkeypatch.setenv("MODELAUDIT_CONFIG", "modelaudit.yaml")
    assert run("scan", "model.pkl").code == 0
    monkeypatch.setenv("MODELAUDIT_CONFIG", "absent.yaml")
    result = run("scan", "model.pkl")
    assert (result.code, result.err) == (
        2,
        "modelaudit: error: MODELAUDIT_CONFIG: absent.yaml: no such file\n",
    )


def test_isolated_reads_no_configuration(run: Run, download: Path) -> None:
    (download / "modelaudit.yaml").write_text("nonsense: [")
    assert run("scan", "model.pkl").code == 2
    assert run("scan", "model.pkl", "--isolated").code == 1
