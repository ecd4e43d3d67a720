"""A saved report, ``modelaudit scan --format json``, as one side of a comparison.

It has verdicts and findings, and nothing of what artifacts contain.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.comparison.model import Side, Version
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Category, Confidence, Effect, Finding, Severity, Target
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact
from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety

MOST: Final = 512 * MIB
"""Bytes of a report; a larger one is refused."""
_SNIFFED: Final = 512
_MARK: Final = re.compile(rb'"schema"\s*:\s*"modelaudit/report/')
SCHEMA: Final = "modelaudit/report/2"


class _Location(msgspec.Struct):
    path: str
    members: tuple[str, ...] = ()
    offset: int | None = None
    line: int | None = None
    object: str | None = None


class _Target(msgspec.Struct):
    name: str
    version: str
    source: str
    range: str | None = None


class _Loading(msgspec.Struct):
    target: _Target
    verdict: Loading
    because: str | None = None


class _Artifact(msgspec.Struct):
    path: str
    format: str
    size: int
    complete: bool
    safety: Safety
    loading: tuple[_Loading, ...] = ()
    sha256: str = ""


class _Finding(msgspec.Struct):
    rule: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    effect: Effect | None
    message: str
    location: _Location
    subject: str
    count: int
    target: _Target | None
    fingerprint: str
    gates: bool
    title: str = ""
    fix: str = ""
    references: tuple[str, ...] = ()


class _Report(msgspec.Struct):
    schema: str
    artifacts: tuple[_Artifact, ...]
    findings: tuple[_Finding, ...]
    suppressed: tuple[_Finding, ...] = ()
    complete: bool = True


def is_report(path: str) -> bool:
    """Whether a path is a report that was saved, by how it begins."""
    if not path.endswith(".json") or not Path(path).is_file():
        return False
    with Path(path).open("rb") as file:
        start = file.read(_SNIFFED)
    return _MARK.search(start) is not None


def read_report(path: str) -> Side:
    """A saved report as a side. Raises UsageError for one that is damaged or of another schema."""
    if Path(path).stat().st_size > MOST:
        raise UsageError(f"{path}: a report of more than {MOST // MIB} MiB is not read")
    try:
        report = msgspec.json.decode(Path(path).read_bytes(), type=_Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: no report of modelaudit that can be read: {error}") from None
    if report.schema != SCHEMA:
        raise UsageError(f"{path}: its schema is {report.schema!r}, and {SCHEMA!r} is read")
    notes = () if report.complete else (f"{path}: not every part was read when it was written",)
    versions = _versions(report)
    targeted = any(artifact.loading for artifact in report.artifacts)
    single = len(versions) == 1
    return Side(path, versions, single=single, saved=True, targeted=targeted, notes=notes)


def _versions(report: _Report) -> tuple[Version, ...]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.location.path, []).append(_finding(finding))
    suppressed: dict[str, int] = {}
    for finding in report.suppressed:
        suppressed[finding.location.path] = suppressed.get(finding.location.path, 0) + 1
    artifacts = {one.path: _artifact(one) for one in report.artifacts}
    return tuple(
        Version(
            path, path.replace(os.sep, "/"), artifacts.get(path), None,
            tuple(found.get(path, ())), suppressed.get(path, 0),
        )
        for path in dict.fromkeys([*artifacts, *found])
    )  # fmt: skip


def below_common(sides: Sequence[Side]) -> list[Side]:
    """The sides with the names of their artifacts as they are below the directory of all of them,
    where no name is the same in both: what was scanned is then called differently.
    """
    names = [{version.name for version in side.versions} for side in sides]
    if not all(names) or names[0] & names[1]:
        return list(sides)
    return [_below(side) for side in sides]


def _below(side: Side) -> Side:
    folders = [version.name.split("/")[:-1] for version in side.versions]
    shared = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    length = sum(len(parts[0]) + 1 for parts in shared)
    versions = tuple(
        msgspec.structs.replace(version, name=version.name[length:]) for version in side.versions
    )
    return msgspec.structs.replace(side, versions=versions)


def _artifact(one: _Artifact) -> Artifact:
    return Artifact(
        path=one.path,
        format=one.format,
        size=one.size,
        unread=() if one.complete else ("see its findings",),
        safety=one.safety,
        loading=tuple(
            LoadingVerdict(_target(entry.target), entry.verdict, entry.because or "")
            for entry in one.loading
        ),
        sha256=one.sha256,
    )


def _target(one: _Target) -> Target:
    return Target(one.name, one.version, one.source, one.range or "")


def _finding(one: _Finding) -> Finding:
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
