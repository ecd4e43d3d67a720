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


PACK = """\
id: {id}
name: own-rule
title: A rule of a download
category: security
severity: {severity}
since: 0.1.0
for: Call
when: 'true'
message: 'a call'
why: None.
fix: None.
"""


def test_a_pack_that_was_found_adds_and_changes_nothing(run: Run, download: Path) -> None:
    (download / "pack").mkdir()
    (download / "pack" / "OWN101.yaml").write_text(PACK.format(id="OWN101", severity="info"))
    (download / "modelaudit.yaml").write_text("packs: [pack]\nignore: [PKL]\n")
    result = run("scan", ".", "--format", "json")
    found = {(f["rule"], f["severity"]) for f in json.loads(result.out)["findings"]}
    assert result.code == 1
    assert {("OWN101", "info"), ("PKL101", "critical")} <= found


def test_a_pack_takes_the_place_of_no_rule(run: Run, download: Path) -> None:
    (download / "pack").mkdir()
    (download / "pack" / "PKL101.yaml").write_text(PACK.format(id="PKL101", severity="info"))
    (download / "modelaudit.yaml").write_text("packs: [pack]\n")
    result = run("scan", ".")
    assert result.code == 2
    assert "PKL101" in result.err


@pytest.mark.parametrize(
    "file",
    [
        ("requirements.txt", "numpy==1.26.4\n"),
        ("requirements.txt", "numpy=1.26.4\n-r /etc/hostname\n"),
        ("environment.yml", "dependencies: [python=3.11]\n"),
        ("pyproject.toml", "[project]\nname = 'a'\nversion = '1'\ndependencies = ['numpy']\n"),
        ("poetry.lock", "[[package]\n"),
    ],
)
def test_requirement_files_silence_nothing(run: Run, download: Path, file: tuple[str, str]) -> None:
    (download / file[0]).write_text(file[1])
    (download / "modelaudit.yaml").write_text("targets: {requirements: auto}\n")
    result = run("scan", ".", "--format", "json")
    assert result.code == 1
    assert "PKL101" in {f["rule"] for f in json.loads(result.out)["findings"]}


@pytest.mark.parametrize(
    "name", [".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__", ".tox", "link"]
)
def test_what_is_not_entered_is_said_and_scanned_when_it_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    inside = tmp_path / "elsewhere" / "models" if name == "link" else tmp_path / "top" / name
    inside.mkdir(parents=True)
    (inside / "model.pkl").write_bytes(PAYLOAD)
    (tmp_path / "top").mkdir(exist_ok=True)
    if name == "link":
        (tmp_path / "top" / name).symlink_to(inside)
    result = run("scan", "top", "--format", "json")
    assert [entry["path"] for entry in json.loads(result.out)["skipped"]] == [f"top/{name}"]
    result = run("scan", f"top/{name}", "--format", "json")
    assert "PKL101" in {f["rule"] for f in json.loads(result.out)["findings"]}
