"""The report for people: the answers, findings by artifact, and what was not read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.answers import add_answers
from modelaudit.report.escape import escape, one_line
from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.location import Location
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report import Terminal

INDENT = 12
"""Column of a finding's text: two blanks, the longest severity, two blanks."""
UNREAD_SHOWN = 3


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the report as text."""
    page = Page(terminal)
    artifacts = {artifact.path: artifact for artifact in report.artifacts}
    if artifacts:
        add_answers(page, report.artifacts)
        page.add()
    for path, findings in _by_artifact(report.findings):
        _heading(page, path, artifacts.get(path))
        for finding in findings:
            page.add()
            _finding(page, finding)
        page.add()
    _summary(page, report)
    page.write(out)


def _by_artifact(findings: tuple[Finding, ...]) -> list[tuple[str, list[Finding]]]:
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


def _summary(page: Page, report: Report) -> None:
    count = len(report.artifacts)
    incomplete = [artifact for artifact in report.artifacts if not artifact.complete]
    if report.findings:
        _counts(page, report)
    if incomplete:
        part = f"{len(incomplete)} of {plural(count, 'artifact')}"
        page.add(("medium", f"{part} not read to the end:"))
        for artifact in incomplete:
            _unread(page, artifact)
    if not report.findings:
        found = f"No findings in {plural(count, 'artifact')}." if count else "No model artifacts."
        page.add(("" if incomplete else "good", found))
    elif not incomplete:
        page.add(("", f"{plural(count, 'artifact')} read to the end."))
    for by in ("configuration", "baseline"):
        accepted = sum(entry.by == by for entry in report.suppressed)
        if accepted:
            page.add(("", f"{plural(accepted, 'finding')} suppressed by {by}."))
    if report.other:
        page.add(("dim", f"{plural(report.other, 'other file')}, not a model by content or name."))
    if report.configuration:
        page.add(("dim", f"Configuration in force: {escape(report.configuration)}"))
    for note in report.notes:
        page.wrapped(("label", "note: "), ("", one_line(note)), indent=6)
    if report.findings:
        worst = min(report.findings, key=_rank).rule
        page.add(("dim", f"Explain a rule: modelaudit rules {worst}"))


def _counts(page: Page, report: Report) -> None:
    severities = Counter(finding.severity for finding in report.findings)
    pieces = [("title", f"{plural(len(report.findings), 'finding')}: ")]
    for name in SEVERITIES:
        if severities[name]:
            comma = ", " if len(pieces) > 1 else ""
            pieces += [("", comma), (name, f"{severities[name]} {name}")]
    page.add(*pieces, ("", "."))


def _unread(page: Page, artifact: Artifact) -> None:
    for reason in artifact.unread[:UNREAD_SHOWN]:
        page.wrapped(("", "  "), ("", one_line(reason)), indent=4)
    left = len(artifact.unread) - UNREAD_SHOWN
    if left > 0:
        page.add(("dim", f"  {escape(artifact.path)}: and {plural(left, 'more part')}"))


def plural(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def size(count: int) -> str:
    """Bytes as people read them."""
    amount = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < 1024:  # noqa: PLR2004
            return plural(count, "byte") if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"
