"""The sides of a comparison: what was read and judged of two paths, or of two saved reports."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from modelaudit.comparison.compare import compare
from modelaudit.comparison.model import Comparison, Side, Version
from modelaudit.comparison.saved import below_common, read_report
from modelaudit.core.errors import UsageError
from modelaudit.core.report import Outcome
from modelaudit.discovery.digest import digest_of
from modelaudit.run import Job, Run
from modelaudit.saved.read import is_report


def compared(old: str, new: str, job_of: Callable[[str], Job]) -> Comparison:
    """Two artifacts, directories or saved reports, compared.

    ``job_of`` gives the job that judges a path. Raises UsageError.
    """
    sides = [read_report(p) if is_report(p) else _read(p, job_of(p)) for p in (old, new)]
    if any(side.saved for side in sides):
        sides = below_common(sides)
    return compare(*_digested(sides))


def _read(path: str, job: Job) -> Side:
    """What a path is judged to be, with the facts. Raises UsageError where nothing is there."""
    if not os.path.lexists(path):
        raise UsageError(f"{path}: no such file or directory")
    run = Run(replace(job, facts=True))
    outcomes = list(run.each())
    versions = tuple(_version(path, outcome) for outcome in outcomes if _says(outcome))
    if not any(version.artifact for version in versions):
        raise UsageError(f"{path}: no model artifact, by content or name")
    report = run.report()
    single = len(report.artifacts) == 1 and _is_itself(path, report.artifacts[0].path)
    if single:
        versions = tuple(v for v in versions if v.artifact) + tuple(
            v for v in versions if not v.artifact
        )
    return Side(path, versions, single=single, targeted=report.targeted, notes=report.notes)


def _says(outcome: Outcome) -> bool:
    return outcome.artifact is not None or bool(outcome.findings)


def _is_itself(path: str, found: str) -> bool:
    """Whether an artifact is what was named, or what a file of it leads to."""
    return not Path(path).is_dir() or os.path.abspath(path) == os.path.abspath(found)  # noqa: PTH100


def _version(top: str, outcome: Outcome) -> Version:
    artifact = outcome.artifact
    path = artifact.path if artifact is not None else outcome.findings[0].where.path
    return Version(
        path=path,
        name=_below(top, path),
        artifact=artifact,
        facts=outcome.facts,
        findings=outcome.findings,
        suppressed=len(outcome.suppressed),
    )


def _below(top: str, path: str) -> str:
    """A path as it is called below the directory that was named; else its last part."""
    if not Path(top).is_dir():
        return Path(path).name
    below = os.path.relpath(path, top)
    if below == os.curdir:
        return Path(os.path.abspath(path)).name  # noqa: PTH100
    return below.replace(os.sep, "/")


def _digested(sides: Sequence[Side]) -> list[Side]:
    """The sides with the digests of what may be the same on both, which reads these whole."""
    sizes = [{v.artifact.size for v in side.versions if v.artifact} for side in sides]
    both = sizes[0] & sizes[1]
    if any(side.saved for side in sides):
        return list(sides)
    return [
        replace(side, versions=tuple(_with_digest(version, both) for version in side.versions))
        for side in sides
    ]


def _with_digest(version: Version, sizes: set[int]) -> Version:
    artifact = version.artifact
    if artifact is None or artifact.sha256 or artifact.size not in sizes:
        return version
    return replace(version, artifact=replace(artifact, sha256=digest_of(artifact.path)))
