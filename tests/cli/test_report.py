"""``modelaudit report``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."


@pytest.fixture(autouse=True)
def _reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in {"a": PAYLOAD, "b": b"\x80\x04}."}.items():
        Path(f"{name}.pkl").write_bytes(data)
        run("scan", f"{name}.pkl", "--target", "python==3.12", "-o", f"{name}.jsonl")


def test_merged_lines_are_those_of_one_scan(run) -> None:
    run("scan", "a.pkl", "b.pkl", "--target", "python==3.12", "-o", "whole.jsonl")
    merged = run("report", "merge", "a.jsonl", "b.jsonl", "--format", "jsonl")
    lines = [json.loads(line) for line in merged.out.splitlines()]
    whole = [json.loads(line) for line in Path("whole.jsonl").read_text().splitlines()]
    kinds = ("artifact", "finding")
    assert {kind: [one for one in lines if one["type"] == kind] for kind in kinds} == {
        kind: [one for one in whole if one["type"] == kind] for kind in kinds
    }
    assert lines[-1]["findings"] == whole[-1]["findings"]
    assert merged.code == 1


def test_every_output_takes_a_merged_report(run) -> None:
    result = run("report", "merge", "a.jsonl", "b.jsonl", "-o", "r.html", "-o", "r.sarif", "-v")
    assert "loading calls os.system" in result.out
    assert "why" in result.out
    assert json.loads(Path("r.sarif").read_text())["runs"][0]["results"]
    assert "os.system" in Path("r.html").read_text()


def test_exit_codes(run) -> None:
    assert run("report", "merge", "b.jsonl").code == 0
    assert run("report", "merge", "a.jsonl", "--exit-zero").code == 0
    Path("other.json").write_text("{}")
    wrong = run("report", "merge", "other.json")
    assert wrong.code == 2
    assert "other.json: no report of modelaudit" in wrong.err


def test_a_summary_for_people_and_for_programs(run) -> None:
    text = run("report", "summary", "a.jsonl", "b.jsonl").out
    assert text.splitlines() == [
        "rule                   files  critical",
        "PKL101 dangerous-call      1         1",
    ]
    found = json.loads(
        run("report", "summary", "a.jsonl", "--by", "target", "--format", "json").out
    )
    assert found == {
        "schema": "modelaudit/summary/1",
        "by": "target",
        "rows": [{"name": "python 3.12", "files": 1, "counts": {"loads": 1}}],
    }
    assert run("report", "summary", "b.jsonl").out == "Nothing to count by rule.\n"
