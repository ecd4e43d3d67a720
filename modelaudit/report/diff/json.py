"""The comparison for programs, schema ``modelaudit/diff/1``: keys may be added, never changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO, get_args

from modelaudit.comparison.model import Fate, Status
from modelaudit.report.escape import encodable
from modelaudit.report.json import Value, artifact_object, dumps, finding_object
from modelaudit.version import VERSION

if TYPE_CHECKING:
    from modelaudit.comparison.model import (
        Change,
        Comparison,
        Difference,
        FindingChange,
        LoadingChange,
        Version,
    )
    from modelaudit.core.verdicts import LoadingVerdict
    from modelaudit.report import Terminal

SCHEMA: Final = "modelaudit/diff/1"


def write(comparison: Comparison, out: TextIO, terminal: Terminal) -> None:
    """Write the comparison as one JSON object, with every change."""
    out.write(dumps(as_object(comparison), indent=2) + "\n")


def as_object(comparison: Comparison) -> dict[str, Value]:
    """The comparison as plain values, in the order that is written."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "modelaudit", "version": VERSION},
        "old": encodable(comparison.old),
        "new": encodable(comparison.new),
        "gates": comparison.gates,
        "facts": comparison.facts,
        "artifacts": [_difference(one) for one in comparison.differences],
        "notes": [encodable(note) for note in comparison.notes],
        "summary": _summary(comparison),
    }


def _summary(comparison: Comparison) -> dict[str, Value]:
    statuses = Counter(one.status for one in comparison.differences)
    fates = Counter(change.fate for one in comparison.differences for change in one.findings)
    return {
        "artifacts": {name: statuses[name] for name in get_args(Status)},
        "findings": {
            **{name: fates[name] for name in get_args(Fate)},
            "same": sum(one.findings_kept for one in comparison.differences),
        },
        "changes": sum(len(one.changes) for one in comparison.differences),
    }


def _difference(one: Difference) -> Value:
    return {
        "name": encodable(one.name),
        "status": one.status,
        "identical": one.identical,
        "facts": one.facts,
        "old": _version(one.old),
        "new": _version(one.new),
        "loading": [_loading(change) for change in one.loading],
        "loading_same": one.loading_kept,
        "findings": [_finding(change) for change in one.findings],
        "findings_same": one.findings_kept,
        "changes": [_change(change) for change in one.changes],
        "same": dict(one.kept),
    }


def _version(version: Version | None) -> Value:
    if version is None:
        return None
    whole: dict[str, Value] = {"path": encodable(version.path), "suppressed": version.suppressed}
    if version.artifact is not None:
        about = artifact_object(version.artifact)
        del about["loading"]  # what changed of it is beside
        whole |= about
    return whole


def _loading(change: LoadingChange) -> Value:
    return {
        "target": encodable(change.target),
        "before": _verdict(change.before),
        "after": _verdict(change.after),
    }


def _verdict(verdict: LoadingVerdict | None) -> Value:
    if verdict is None:
        return None
    return {"verdict": verdict.verdict, "because": encodable(verdict.because) or None}


def _finding(change: FindingChange) -> Value:
    return {
        "fate": change.fate,
        "gates": change.gates,
        "before": None if change.before is None else finding_object(change.before),
        "after": None if change.after is None else finding_object(change.after),
    }


def _change(change: Change) -> Value:
    return {
        "topic": change.topic,
        "direction": change.direction,
        "name": encodable(change.name),
        "minor": change.minor,
        "fields": [
            {
                "name": field.name,
                "before": [encodable(value) for value in field.before],
                "after": [encodable(value) for value in field.after],
                "more_before": field.more_before,
                "more_after": field.more_after,
            }
            for field in change.fields
        ],
    }
