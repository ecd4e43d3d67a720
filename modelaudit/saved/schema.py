"""What a saved report has, by the schema ``modelaudit/report/2``, and what is made of it.

A report says nothing of what artifacts contain, and not why a rule exists.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from modelaudit.core.findings import (
    Category,
    Confidence,
    Effect,
    Finding,
    Severity,
    Suppressed,
    Target,
)
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact, Skipped
from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety

SCHEMA: Final = "modelaudit/report/2"
UNREAD: Final = ("a part that its findings name",)
"""Of the parts that were not read, a report has the findings alone."""


class SavedLocation(msgspec.Struct):
    path: str
    members: tuple[str, ...] = ()
    offset: int | None = None
    line: int | None = None
    object: str | None = None


class SavedTarget(msgspec.Struct):
    name: str
    version: str
    source: str
    range: str | None = None


class SavedLoading(msgspec.Struct):
    target: SavedTarget
    verdict: Loading
    because: str | None = None


class SavedArtifact(msgspec.Struct, tag_field="type", tag="artifact"):
    path: str
    format: str
    size: int
    complete: bool
    safety: Safety
    loading: tuple[SavedLoading, ...] = ()
    sha256: str = ""


class SavedFinding(msgspec.Struct, tag_field="type", tag="finding"):
    rule: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    effect: Effect | None
    message: str
    location: SavedLocation
    subject: str
    count: int
    target: SavedTarget | None
    fingerprint: str
    gates: bool
    title: str = ""
    fix: str = ""
    references: tuple[str, ...] = ()


class SavedSuppressed(SavedFinding, tag_field="type", tag="suppressed"):
    reason: str = ""
    by: Literal["configuration", "baseline"] = "configuration"
    changed: bool = False


class SavedSkipped(msgspec.Struct, tag_field="type", tag="skipped"):
    path: str
    why: str


class SavedOther(msgspec.Struct, tag_field="type", tag="other"):
    """A file that is no model."""

    path: str


class SavedNote(msgspec.Struct, tag_field="type", tag="note"):
    note: str


class SavedRun(msgspec.Struct, tag_field="type", tag="run"):
    """The first line of JSON Lines."""

    schema: str


class SavedSummary(msgspec.Struct, tag_field="type", tag="summary"):
    """The last line of JSON Lines."""

    complete: bool = True
    other: int = 0


class SavedReport(msgspec.Struct):
    """A report in one JSON object."""

    schema: str
    artifacts: tuple[SavedArtifact, ...]
    findings: tuple[SavedFinding, ...]
    suppressed: tuple[SavedSuppressed, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()
    skipped: tuple[SavedSkipped, ...] = ()
    other: tuple[str, ...] = ()
    summary: SavedSummary = msgspec.field(default_factory=SavedSummary)


Line = (
    SavedRun
    | SavedArtifact
    | SavedFinding
    | SavedSuppressed
    | SavedSkipped
    | SavedOther
    | SavedNote
    | SavedSummary
)
"""A line of JSON Lines, of the kind that its ``type`` says."""


def artifact(one: SavedArtifact) -> Artifact:
    return Artifact(
        path=one.path,
        format=one.format,
        size=one.size,
        unread=() if one.complete else UNREAD,
        safety=one.safety,
        loading=tuple(
            LoadingVerdict(_target(entry.target), entry.verdict, entry.because or "")
            for entry in one.loading
        ),
        sha256=one.sha256,
    )


def skipped(one: SavedSkipped) -> Skipped:
    return Skipped(one.path, one.why)


def suppressed(one: SavedSuppressed) -> Suppressed:
    return Suppressed(finding(one), one.reason, one.by, one.changed)


def finding(one: SavedFinding) -> Finding:
    place = one.location
    where = Location(place.path, place.members, place.offset, place.line, place.object)
    return Finding(
        rule=one.rule,
        name=one.name,
        category=one.category,
        severity=one.severity,
        confidence=one.confidence,
        effect=one.effect,
        message=one.message,
        why="",
        fix=one.fix,
        references=one.references,
        subject=one.subject,
        where=where,
        places=(where,),
        count=one.count,
        target=None if one.target is None else _target(one.target),
        fingerprint=one.fingerprint,
        title=one.title,
        gates=one.gates,
    )


def _target(one: SavedTarget) -> Target:
    return Target(one.name, one.version, one.source, one.range or "")
