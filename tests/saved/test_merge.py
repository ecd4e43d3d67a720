"""Several reports as one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.report import Report
from modelaudit.merged import merged

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
HARMLESS = b"\x80\x04}."
NUMPY = b"\x80\x04\x8c\x16numpy._core.multiarray\x8c\x0c_reconstruct\x93."


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def save(name: str, paths: Sequence[str], *targets: str) -> str:
    Path(name).write_text(modelaudit.scan(paths, targets=targets).to_json(), encoding="utf-8")
    return name


def put(**files: bytes) -> None:
    for name, data in files.items():
        Path(f"{name}.pkl").write_bytes(data)


def answers(report: Report) -> dict[str, tuple[str, list[str]]]:
    return {
        one.path: (one.safety, [f"{entry.target} {entry.verdict}" for entry in one.loading])
        for one in report.artifacts
    }


def test_shards_are_what_one_scan_is() -> None:
    put(a=PAYLOAD, b=HARMLESS, c=PAYLOAD)
    shards = [save(f"{n}.json", [f"{n}.pkl"], "python==3.12") for n in "abc"]
    whole = modelaudit.scan(["a.pkl", "b.pkl", "c.pkl"], targets=["python==3.12"])
    together = merged(shards)
    assert answers(together) == answers(whole)
    assert [f.fingerprint for f in together.findings] == [f.fingerprint for f in whole.findings]
    assert [f.why for f in together.findings] == [f.why for f in whole.findings]
    assert together.gates


def test_an_artifact_has_the_verdicts_of_all_targets() -> None:
    put(a=NUMPY)
    old = save("old.json", ["a.pkl"], "numpy==1.24.4")
    new = save("new.json", ["a.pkl"], "numpy==2.1.3")
    together = merged([old, new, new])
    assert answers(together) == {
        "a.pkl": ("safe", ["numpy 1.24.4 breaks-load", "numpy 2.1.3 loads"])
    }
    assert len({f.fingerprint for f in together.findings}) == len(together.findings)


def test_an_artifact_that_changed_is_there_twice_and_named() -> None:
    put(a=HARMLESS)
    first = save("first.json", ["a.pkl"])
    put(a=PAYLOAD)
    second = save("second.json", ["a.pkl"])
    together = merged([first, second])
    assert [one.safety for one in together.artifacts] == ["safe", "unsafe"]
    assert any("not the same in all reports" in note and "a.pkl" in note for note in together.notes)


def test_other_files_of_the_same_scan_are_counted_once() -> None:
    put(a=HARMLESS)
    Path("words.txt").write_text("words")
    once = save("once.json", ["a.pkl", "words.txt"], "python==3.11")
    again = save("again.json", ["a.pkl", "words.txt"], "python==3.12")
    put(b=HARMLESS)
    shard = save("shard.json", ["b.pkl", "words.txt"])
    assert merged([once, again]).other == 1
    assert merged([once, shard]).others == ("words.txt",)


def test_the_gate_may_be_another() -> None:
    put(a=PAYLOAD)
    report = save("r.json", ["a.pkl"])
    assert merged([report], "critical").gates
    put(b=b"\x80\x04c__main__\nScorer\n.")
    mild = save("mild.json", ["b.pkl"])
    assert (merged([mild]).gates, merged([mild], "critical").gates) == (True, False)


def test_a_report_that_was_cut_off_makes_the_whole_incomplete() -> None:
    run = '{"type": "run", "schema": "modelaudit/report/2"}\n'
    Path("cut.jsonl").write_text(run)
    together = merged(["cut.jsonl"])
    assert not together.complete
    assert together.notes == (
        "cut.jsonl: the run did not come to its end, and its report is in part",
    )
