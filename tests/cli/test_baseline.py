"""A baseline: what is known is left out, what is new, changed or fixed is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Run = Callable[..., SimpleNamespace]
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
FILE = "modelaudit-baseline.json"


def unreviewed(name: str) -> bytes:
    return f"\x80\x04cmylib\n{name}\n)\x81.".encode("latin-1")


@pytest.fixture
def project(tmp_path: Path, run: Run) -> Path:
    """Thirty findings: a payload, and classes that nobody reviewed."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "payload.pkl").write_bytes(PAYLOAD)
    for number in range(29):
        (tmp_path / "models" / f"m{number}.pkl").write_bytes(unreviewed(f"M{number}"))
    return tmp_path


def scan(run: Run, *args: str) -> tuple[int, dict[str, list[dict[str, object]]]]:
    result = run("scan", *args, "--format", "json")
    return result.code, json.loads(result.out)


def rules(report: dict[str, list[dict[str, object]]]) -> list[object]:
    return [finding["rule"] for finding in report["findings"]]


def test_thirty_findings_are_known_and_one_artifact_changes(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scan(run, ".")[0] == 1
    result = run("baseline", "write", ".", "--reason", "to be replaced")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{FILE}: 30 findings in 30 artifacts\n")
    code, report = scan(run, ".", "--baseline", FILE)
    assert (code, rules(report), len(report["suppressed"])) == (0, [], 30)
    assert {entry["reason"] for entry in report["suppressed"]} == {"to be replaced"}
    monkeypatch.chdir(project / "models")
    assert scan(run, "payload.pkl", "--baseline", f"../{FILE}")[0] == 0
    monkeypatch.chdir(project)

    (project / "models" / "m1.pkl").write_bytes(unreviewed("M1").replace(b"\x81.", b"\x81}b."))
    (project / "models" / "m2.pkl").write_bytes(unreviewed("Other"))
    code, report = scan(run, ".", "--baseline", FILE)
    assert (code, rules(report)) == (0, ["PKL105"])
    (note,) = (note for note in report["notes"] if "baseline" in str(note))
    assert "29 known findings left out" in str(note)
    assert "changed since: models/m1.pkl" in str(note)
    assert "1 fixed (PKL105 at models/m2.pkl)" in str(note)

    assert run("baseline", "prune").out == f"{FILE}: 1 of 30 findings taken out\n"
    known = json.loads((project / FILE).read_text())
    assert known["schema"] == "modelaudit/baseline/1"
    assert "models/m2.pkl" not in {artifact["path"] for artifact in known["artifacts"]}
    assert "PKL101 os.system: to be replaced (" in run("baseline", "show").out


def test_a_severe_finding_is_back_when_its_artifact_changes(run: Run, project: Path) -> None:
    run("baseline", "write", ".")
    (project / "models" / "payload.pkl").write_bytes(PAYLOAD.replace(b"echo", b"true;echo"))
    code, report = scan(run, ".", "--baseline", FILE)
    assert (code, rules(report)) == (1, ["PKL101"])
    back = "1 severe finding back, since the artifact changed: models/payload.pkl"
    assert back in str(report["notes"])
    result = run("baseline", "write", ".", "--reason", "reviewed again")
    assert "1 severe finding of artifacts that changed: accepted anew" in result.out
    assert scan(run, ".", "--baseline", FILE)[0] == 0
    assert "PKL101 os.system: reviewed again (" in run("baseline", "show").out
    assert run("baseline", "show").out.count("known when the baseline was written") == 29


def test_a_reason_says_something(run: Run, project: Path) -> None:
    result = run("baseline", "write", ".", "--reason", " ")
    assert (result.code, "must not be empty" in result.err) == (2, True)


def test_an_interrupted_write_writes_nothing(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(task: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("modelaudit.run.audit", interrupt)
    result = run("baseline", "write", ".", "--jobs", "1")
    assert (result.code, (project / FILE).exists()) == (130, False)
    assert f"interrupted: {FILE} was not written" in result.err


def test_a_baseline_that_was_found_silences_nothing_severe(run: Run, project: Path) -> None:
    run("baseline", "write", ".")
    (project / "modelaudit.yaml").write_text(f"baseline: {FILE}\n")
    code, report = scan(run, ".")
    assert (code, rules(report)) == (1, ["PKL101"])
    assert "cannot silence severe security findings and unread parts (1 here)" in str(report)
    assert scan(run, ".", "--config", "modelaudit.yaml")[0] == 0
    assert scan(run, ".", "--baseline", FILE)[0] == 0


def test_a_suppression_that_was_found_fits_what_the_baseline_knows(run: Run, project: Path) -> None:
    run("baseline", "write", ".")
    (project / "modelaudit.yaml").write_text(
        "suppress: [{rule: PKL101, path: models/payload.pkl, reason: reviewed}]\n"
    )
    assert "fits no finding" not in run("scan", ".", "--baseline", FILE).out


def test_what_is_known_keeps_its_reason(run: Run, project: Path) -> None:
    run("baseline", "write", "models/m1.pkl", "--reason", "first")
    run("baseline", "write", ".", "--reason", "second")
    text = run("baseline", "show").out
    assert (text.count("first"), text.count("second")) == (1, 29)
    (project / "models" / "m3.pkl").unlink()
    assert "models/m3.pkl (not there any more)" in run("baseline", "show").out
    assert run("baseline", "prune").out == f"{FILE}: 1 of 30 findings taken out\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "there is no baseline modelaudit-baseline.json; 'modelaudit baseline write"),
        ("[", "not a baseline"),
        ('{"schema": "modelaudit/baseline/2", "artifacts": []}', "not a baseline"),
        ('{"schema": "modelaudit/baseline/1", "artifacts": [], "more": 1}', "not a baseline"),
    ],
)
def test_what_is_no_baseline(run: Run, project: Path, text: str | None, problem: str) -> None:
    if text is not None:
        (project / FILE).write_text(text)
    result = run("scan", ".", "--baseline", FILE)
    assert result.code == 2
    assert problem in result.err
    assert run("baseline", "show").code == 2
