"""JSON Lines: one object a line, written as each artifact is done.

``type`` says what a line is. ``run`` comes first and has the schema, ``summary`` comes last.
Between them are ``artifact``, ``finding``, ``suppressed``, ``note`` and ``skipped``, with the keys
that they have in the JSON report, and ``other`` with the path of a file that is no model. Without a
``summary`` the run did not come to its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from modelaudit.report import json
from modelaudit.report.escape import encodable
from modelaudit.version import VERSION

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding, Suppressed
    from modelaudit.core.report import Artifact, Outcome, Report
    from modelaudit.report import Terminal


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the lines of a run that has ended."""
    begin(out)
    _write(report.artifacts, report.findings, report.suppressed, out)
    end(report, out)


def begin(out: TextIO) -> None:
    """Write what comes first."""
    tool: json.Value = {"name": "modelaudit", "version": VERSION}
    _line(out, "run", {"schema": json.SCHEMA, "tool": tool})


def write_outcome(outcome: Outcome, out: TextIO) -> None:
    """Write one artifact and what was found about it, at once."""
    artifacts = () if outcome.artifact is None else (outcome.artifact,)
    _write(artifacts, outcome.findings, outcome.suppressed, out)
    out.flush()


def end(report: Report, out: TextIO) -> None:
    """Write what is only known at the end of a run."""
    for note in report.notes:
        _line(out, "note", {"note": encodable(note)})
    for entry in report.skipped:
        _line(out, "skipped", {"path": encodable(entry.path), "why": encodable(entry.why)})
    for path in report.others:
        _line(out, "other", {"path": encodable(path)})
    whole: dict[str, json.Value] = {
        "complete": report.complete,
        "configuration": encodable(report.configuration) or None,
        "gates": report.gates,
    }
    _line(out, "summary", whole | json.summary(report))


def _write(
    artifacts: Iterable[Artifact],
    findings: Iterable[Finding],
    suppressed: Iterable[Suppressed],
    out: TextIO,
) -> None:
    for artifact in artifacts:
        _line(out, "artifact", json.artifact_object(artifact))
    for finding in findings:
        _line(out, "finding", json.finding_object(finding))
    for entry in suppressed:
        _line(out, "suppressed", json.suppressed_object(entry))


def _line(out: TextIO, kind: str, fields: dict[str, json.Value]) -> None:
    whole: dict[str, json.Value] = {"type": kind, **fields}
    out.write(json.dumps(whole) + "\n")
