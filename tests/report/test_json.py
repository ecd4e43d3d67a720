"""The contract for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

from modelaudit.core.findings import Finding, Suppressed, Target
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact, Report, Skipped
from modelaudit.core.verdicts import LoadingVerdict
from modelaudit.report import Terminal, writer
from modelaudit.version import VERSION

MakeFinding = Callable[..., Finding]


def written(report: Report) -> str:
    out = io.StringIO()
    writer("json")(report, out, Terminal())
    return out.getvalue()


def test_the_whole_contract(finding: MakeFinding) -> None:
    target = Target("onnxruntime", "1.17", "requirements.txt:3", ">=1.17")
    verdict = LoadingVerdict(target, "breaks-load", "ONX201: opset 21")
    high = finding(
        rule="ONX201", name="opset", category="compatibility", severity="high",
        effect="breaks-load", target=target,
        where=Location("b", line=4, object="graph/node[1]"), count=2,
    )  # fmt: skip
    report = Report(
        artifacts=(
            Artifact("a", "pickle", 5, (), "unsafe", sha256="0" * 64),
            Artifact("b", "onnx", 7, ("b: why",), "unknown", (verdict,)),
        ),
        findings=(finding(), high),
        suppressed=(Suppressed(finding(), "reviewed"),),
        other=3,
        notes=("for people",),
        skipped=(Skipped(".git", "not named"),),
        others=("notes.txt",),
    )
    critical = {
        "rule": "PKL101",
        "name": "dangerous-call",
        "title": "Loading calls a function that can do harm",
        "category": "security",
        "severity": "critical",
        "confidence": "high",
        "effect": None,
        "message": "calls os.system('id')",
        "location": {
            "path": "m/a.pt",
            "members": ["archive/data.pkl"],
            "offset": 31,
            "line": None,
            "object": None,
        },
        "subject": "os.system",
        "count": 1,
        "target": None,
        "fingerprint": "0123",
        "gates": True,
        "fix": "Do not load it.",
        "references": ["https://cwe.mitre.org/data/definitions/502.html"],
    }
    assert json.loads(written(report)) == {
        "schema": "modelaudit/report/2",
        "tool": {"name": "modelaudit", "version": VERSION},
        "complete": False,
        "configuration": None,
        "artifacts": [
            {
                "path": "a",
                "format": "pickle",
                "size": 5,
                "complete": True,
                "safety": "unsafe",
                "loading": [],
                "sha256": "0" * 64,
            },
            {
                "path": "b",
                "format": "onnx",
                "size": 7,
                "complete": False,
                "safety": "unknown",
                "loading": [
                    {
                        "target": {
                            "name": "onnxruntime",
                            "version": "1.17",
                            "source": "requirements.txt:3",
                            "range": ">=1.17",
                        },
                        "verdict": "breaks-load",
                        "because": "ONX201: opset 21",
                    }
                ],
            },
        ],
        "findings": [
            critical,
            {
                **critical,
                "rule": "ONX201",
                "name": "opset",
                "category": "compatibility",
                "severity": "high",
                "effect": "breaks-load",
                "location": {
                    "path": "b",
                    "members": [],
                    "offset": None,
                    "line": 4,
                    "object": "graph/node[1]",
                },
                "count": 2,
                "target": {
                    "name": "onnxruntime",
                    "version": "1.17",
                    "source": "requirements.txt:3",
                    "range": ">=1.17",
                },
            },
        ],
        "suppressed": [
            {
                **critical,
                "gates": False,
                "reason": "reviewed",
                "by": "configuration",
                "changed": False,
            }
        ],
        "notes": ["for people"],
        "skipped": [{"path": ".git", "why": "not named"}],
        "other": ["notes.txt"],
        "summary": {
            "artifacts": 2,
            "incomplete": 1,
            "other": 3,
            "findings": {"critical": 1, "high": 1},
            "suppressed": 1,
        },
    }


def test_nothing_found() -> None:
    plain = json.loads(written(Report((), (), (), 0)))
    assert plain["complete"] is True
    assert plain["summary"] == {
        "artifacts": 0, "incomplete": 0, "other": 0, "findings": {}, "suppressed": 0,
    }  # fmt: skip


def test_the_text_is_ascii_and_any_reader_of_json_takes_it(finding: MakeFinding) -> None:
    evil = "\x1b\n\u202e\udc80模"
    hostile = finding(message=evil, subject=evil, where=Location(evil, (evil,), object=evil))
    report = Report(
        (Artifact(evil, "pickle", 1, (), "safe"),), (hostile,), (Suppressed(hostile, evil),), 0
    )
    text = written(report)
    assert text.isascii()
    assert "\x1b" not in text
    plain = json.loads(text)
    assert plain["findings"][0]["message"] == "\x1b\n\u202e\\udc80模"
    json.dumps(plain, ensure_ascii=False).encode("utf-8")
