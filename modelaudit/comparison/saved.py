"""A saved report, ``modelaudit scan --format json`` or ``jsonl``, as one side of a comparison.

It has verdicts and findings, and nothing of what artifacts contain.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import takewhile

import msgspec

from modelaudit.comparison.model import Side, Version
from modelaudit.core.findings import Finding, Suppressed
from modelaudit.core.report import Artifact
from modelaudit.saved.read import Ending, Record, records


def read_report(path: str) -> Side:
    """A saved report as a side. Raises UsageError for one that is damaged or of another schema."""
    found = list(records(path))
    complete = all(record.complete for record in found if isinstance(record, Ending))
    notes = () if complete else (f"{path}: not every part was read when it was written",)
    versions = _versions(found)
    targeted = any(version.artifact and version.artifact.loading for version in versions)
    single = len(versions) == 1
    return Side(path, versions, single=single, saved=True, targeted=targeted, notes=notes)


def _versions(found: Sequence[Record]) -> tuple[Version, ...]:
    artifacts: dict[str, Artifact] = {}
    findings: dict[str, list[Finding]] = {}
    suppressed: dict[str, int] = {}
    for record in found:
        match record:
            case Artifact():
                artifacts[record.path] = record
            case Finding():
                findings.setdefault(record.where.path, []).append(record)
            case Suppressed():
                path = record.finding.where.path
                suppressed[path] = suppressed.get(path, 0) + 1
    return tuple(
        Version(
            path, path.replace(os.sep, "/"), artifacts.get(path), None,
            tuple(findings.get(path, ())), suppressed.get(path, 0),
        )
        for path in dict.fromkeys([*artifacts, *findings])
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
