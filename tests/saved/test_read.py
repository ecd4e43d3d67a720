"""Saved reports as records."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Finding
from modelaudit.core.report import Artifact
from modelaudit.report import Terminal
from modelaudit.report.jsonl import write
from modelaudit.saved.read import Ending, Record, is_report, records

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
RUN = '{"type": "run", "schema": "modelaudit/report/2"}\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def saved(name: str) -> list[Record]:
    """The records of a scan that was written under a name."""
    Path("m").mkdir(exist_ok=True)
    Path("m/a.pkl").write_bytes(PAYLOAD)
    Path("m/cut.pkl").write_bytes(PAYLOAD[:-2])
    Path("m/notes.txt").write_text("words")
    report = modelaudit.scan("m", targets=["python==3.12"])
    with Path(name).open("w", encoding="utf-8") as out:
        if name.endswith("l"):
            write(report, out, Terminal())
        else:
            out.write(report.to_json())
    return list(records(name))


def test_both_forms_say_the_same() -> None:
    lines, whole = saved("r.jsonl"), saved("r.json")
    assert [type(one) for one in lines].count(Artifact) == 2
    assert sorted(map(repr, lines)) == sorted(map(repr, whole))


def test_findings_are_what_they_were() -> None:
    (called,) = [
        one for one in saved("r.json")
        if isinstance(one, Finding) and one.rule == "PKL101" and one.where.path == "m/a.pkl"
    ]  # fmt: skip
    report = modelaudit.scan("m/a.pkl", targets=["python==3.12"])
    (found,) = [one for one in report.findings if one.rule == "PKL101"]
    assert (called.message, called.where, called.fingerprint, called.gates) == (
        found.message, found.where, found.fingerprint, True,
    )  # fmt: skip


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_lines_that_were_cut_off_are_no_end(kept: int) -> None:
    saved("r.jsonl")
    text = Path("r.jsonl").read_text("utf-8")
    Path("r.jsonl").write_text("".join(text.splitlines(keepends=True)[:kept]) + '{"type": "fin')
    *rest, last = records("r.jsonl")
    assert isinstance(last, Ending)
    assert not last.ended
    assert len(rest) == kept - 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.jsonl", RUN.replace("/2", "/1"), "its schema is 'modelaudit/report/1'"),
        ("r.jsonl", RUN + '{"type": "artifact", "path": 3}\n', "r.jsonl:2: no line of a report"),
        ("r.jsonl", RUN + '{"type": "other"}\n', "r.jsonl:2: no line of a report"),
        ("r.jsonl", RUN + "\n", "r.jsonl:2: no line of a report"),
        ("r.json", '{"schema": "modelaudit/report/2"}', "no report of modelaudit"),
        ("r.json", "", "no report of modelaudit"),
        ("nowhere.json", None, "nowhere.json: No such file"),
    ],
)
def test_what_is_no_report(name: str, text: str | None, said: str) -> None:
    if text is not None:
        Path(name).write_text(text)
    with pytest.raises(UsageError, match=said):
        list(records(name))


def test_a_report_is_known_by_how_it_begins() -> None:
    saved("r.json")
    saved("r.jsonl")
    Path("config.json").write_text('{"model_type": "bert"}')
    assert [is_report(name) for name in ("r.json", "r.jsonl", "config.json", "no.json")] == [
        True, True, False, False,
    ]  # fmt: skip
