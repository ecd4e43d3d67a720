"""The contract for programs, schema ``modelaudit/report/2``: keys may be added, never changed.

Every string is escaped to ASCII, so no control character or bidirectional mark reaches a terminal,
and no two ``#`` stand together, with which commands to a CI system begin.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.escape import encodable
from modelaudit.version import VERSION

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding, Suppressed, Target
    from modelaudit.core.location import Location
    from modelaudit.core.report import Artifact, Report
    from modelaudit.core.verdicts import LoadingVerdict
    from modelaudit.report import Terminal

SCHEMA = "modelaudit/report/2"

Value = None | bool | int | str | list["Value"] | dict[str, "Value"]


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the report as one JSON object, piece by piece: the whole text may be large."""
    pieces = json.JSONEncoder(indent=2).iterencode(as_object(report))
    out.writelines(map(_calm, pieces))
    out.write("\n")


def dumps(value: Value, indent: int | None = None) -> str:
    """JSON in ASCII that no terminal and no CI system takes for a command."""
    return _calm(json.dumps(value, indent=indent))


def _calm(text: str) -> str:
    return text.replace("##", "\\u0023#")


def as_object(report: Report) -> dict[str, Value]:
    """The report as plain values, in the order that is written."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "modelaudit", "version": VERSION},
        "complete": report.complete,
        "configuration": encodable(report.configuration) or None,
        "artifacts": [artifact_object(artifact) for artifact in report.artifacts],
        "findings": [finding_object(finding) for finding in report.findings],
        "suppressed": [suppressed_object(entry) for entry in report.suppressed],
        "notes": [encodable(note) for note in report.notes],
        "skipped": [
            {"path": encodable(entry.path), "why": encodable(entry.why)} for entry in report.skipped
        ],
        "other": [encodable(path) for path in report.others],
        "summary": summary(report),
    }


def summary(report: Report) -> dict[str, Value]:
    """How much there is of everything."""
    severities = Counter(finding.severity for finding in report.findings)
    return {
        "artifacts": len(report.artifacts),
        "incomplete": sum(not artifact.complete for artifact in report.artifacts),
        "other": report.other,
        "findings": {name: severities[name] for name in SEVERITIES if severities[name]},
        "suppressed": len(report.suppressed),
    }


def location(where: Location) -> dict[str, Value]:
    """A location with all its keys, null where it says nothing."""
    return {
        "path": encodable(where.path),
        "members": [encodable(member) for member in where.members],
        "offset": where.offset,
        "line": where.line,
        "object": None if where.object is None else encodable(where.object),
    }


def artifact_object(artifact: Artifact) -> dict[str, Value]:
    """An artifact with its verdicts."""
    return {
        "path": encodable(artifact.path),
        "format": artifact.format,
        "size": artifact.size,
        "complete": artifact.complete,
        "safety": artifact.safety,
        "loading": [_loading(verdict) for verdict in artifact.loading],
        **({"sha256": artifact.sha256} if artifact.sha256 else {}),
    }


def _loading(entry: LoadingVerdict) -> Value:
    return {
        "target": _target(entry.target),
        "verdict": entry.verdict,
        "because": encodable(entry.because) or None,
    }


def _target(target: Target) -> Value:
    return {
        "name": target.name,
        "version": encodable(target.version),
        "source": encodable(target.source),
        "range": encodable(target.admitted) or None,
    }


def suppressed_object(entry: Suppressed) -> dict[str, Value]:
    """A finding that is accepted, and why."""
    return {
        **finding_object(entry.finding),
        "gates": False,
        "reason": encodable(entry.reason),
        "by": entry.by,
        "changed": entry.changed,
    }


def finding_object(finding: Finding) -> dict[str, Value]:
    """A finding; ``fix`` and ``references`` are those of its rule."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "title": finding.title,
        "category": finding.category,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "effect": finding.effect,
        "message": encodable(finding.message),
        "location": location(finding.where),
        "subject": encodable(finding.subject),
        "count": finding.count,
        "target": None if finding.target is None else _target(finding.target),
        "fingerprint": finding.fingerprint,
        "gates": finding.gates,
        "fix": " ".join(finding.fix.split()),
        "references": list(finding.references),
    }
