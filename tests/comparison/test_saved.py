"""Saved reports as sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import modelaudit
from modelaudit.comparison.saved import below_common, read_report
from modelaudit.core.errors import UsageError
from modelaudit.saved.read import is_report

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def save(name: str, folder: str, files: dict[str, bytes]) -> str:
    for path, data in files.items():
        place = Path(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    text = modelaudit.scan(folder, targets=["python==3.12"]).to_json()
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_report_says_again_what_it_was_written_of() -> None:
    side = read_report(save("r.json", "m", {"a.pkl": PAYLOAD}))
    report = modelaudit.scan("m", targets=["python==3.12"])
    (version,) = side.versions
    assert (side.saved, side.single, version.facts) == (True, True, None)
    assert version.artifact.loading == report.artifacts[0].loading
    assert version.artifact.safety == "unsafe"
    (found,) = [one for one in version.findings if one.rule == "PKL101"]
    (told,) = [one for one in report.findings if one.rule == "PKL101"]
    assert (found.message, found.where, found.fingerprint) == (
        told.message, told.where, told.fingerprint,
    )  # fmt: skip


def test_two_reports_are_compared_by_path() -> None:
    old = save("old.json", "m", {"a.pkl": b"\x80\x04}.", "b.pkl": b"\x80\x04}."})
    new = save("new.json", "m", {"a.pkl": PAYLOAD})
    comparison = modelaudit.diff(old, new)
    assert {one.name: one.status for one in comparison.differences} == {
        "m/a.pkl": "changed", "m/b.pkl": "same",
    }  # fmt: skip
    assert (comparison.gates, comparison.facts) == (True, False)
    again = modelaudit.diff(new, old)
    assert (again.gates, next(c.fate for c in again.differences[0].findings)) == (False, "gone")


def test_the_directories_that_were_scanned_may_be_called_otherwise() -> None:
    old = save("old.json", "old/x", {"a.pkl": b"\x80\x04}.", "s/b.pkl": b"\x80\x04}."})
    new = save("new.json", "new", {"a.pkl": b"\x80\x04}.", "s/b.pkl": b"\x80\x04}."})
    sides = below_common([read_report(old), read_report(new)])
    assert [[one.name for one in side.versions] for side in sides] == [["a.pkl", "s/b.pkl"]] * 2


def test_a_report_and_a_directory() -> None:
    old = save("old.json", "m", {"a.pkl": b"\x80\x04}.", "b.pkl": b"\x80\x04}."})
    Path("m", "a.pkl").write_bytes(PAYLOAD)
    comparison = modelaudit.diff(old, "m")
    assert {one.name: one.status for one in comparison.differences}["a.pkl"] == "changed"
    assert comparison.gates


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema": "modelaudit/report/1", "artifacts": [], "findings": []}', "and 'modelaudit/"),
        ('{"schema": "modelaudit/report/2", "artifacts": 3, "findings": []}', "no report"),
        ('{"schema": "modelaudit/report/2", "artifacts": [', "no report"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    Path("r.json").write_text(text)
    assert is_report("r.json")
    with pytest.raises(UsageError, match=said):
        read_report("r.json")


def test_other_json_is_no_report() -> None:
    Path("config.json").write_text(json.dumps({"model_type": "bert"}))
    assert not is_report("config.json")
    assert not is_report("nowhere.json")
