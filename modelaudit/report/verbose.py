"""Findings at length, by artifact: each with every place, why it matters, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.escape import escape, one_line
from modelaudit.report.numbers import size

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.location import Location
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report.page import Page

INDENT = 12
"""Column of a finding's text: two blanks, the longest severity, two blanks."""


def add_findings(page: Page, report: Report) -> None:
    """Add all findings, the artifacts in the order of their worst."""
    artifacts = {artifact.path: artifact for artifact in report.artifacts}
    for path, findings in _by_artifact(report.findings):
        _heading(page, path, artifacts.get(path))
        for finding in findings:
            page.add()
            _finding(page, finding)
        page.add()


def _by_artifact(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings by path; both the paths and the findings of each in order of the worst."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_rank):
        groups.setdefault(finding.where.path, []).append(finding)
    return sorted(groups.items(), key=lambda group: (_rank(group[1][0]), group[0]))


def _rank(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _heading(page: Page, path: str, artifact: Artifact | None) -> None:
    about = "" if artifact is None else f" · {escape(artifact.format)} · {size(artifact.size)}"
    page.add(("title", escape(path)), ("dim", about))


def _finding(page: Page, finding: Finding) -> None:
    severity = finding.severity
    rule = f"{finding.rule} {finding.name}: "
    gap = " " * (INDENT - 2 - len(severity))
    page.wrapped(
        ("", "  "), (severity, severity), ("", gap), ("label", rule),
        ("title", escape(finding.message)), indent=INDENT,
    )  # fmt: skip
    _labelled(page, "where", _where(finding))
    if finding.target is not None:
        target = finding.target
        asked = f", {target.admitted}" if target.admitted else ""
        _labelled(page, "target", one_line(f"{target} (from {target.source}{asked})"))
    _labelled(page, "why", one_line(finding.why))
    _labelled(page, "fix", one_line(finding.fix))


def _labelled(page: Page, label: str, text: str) -> None:
    page.wrapped(("label", f"  {label:<{INDENT - 2}}"), ("", text), indent=INDENT)


def _where(finding: Finding) -> str:
    """The first place, and of a merged finding the next ones without what they have in common."""
    first = finding.where
    text = escape(str(first))
    if finding.count == 1:
        return text
    others = [_shorter(place, first) for place in finding.places if place != first]
    also = ""
    if others:
        more = ", …" if finding.count > len(others) + 1 else ""
        also = f", also {', '.join(others)}{more}"
    return f"{text} ({finding.count} times{also})"


def _shorter(place: Location, first: Location) -> str:
    text, common = str(place), "!".join((first.path, *first.members))
    same = (place.path, place.members) == (first.path, first.members)
    return escape(text.removeprefix(common) if same else text) or "itself"
