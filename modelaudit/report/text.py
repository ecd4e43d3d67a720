"""The report for people: the answers, the findings, and what was not read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.answers import add_answers
from modelaudit.report.escape import escape, one_line
from modelaudit.report.numbers import plural
from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report import Terminal

UNREAD_SHOWN = 3
"""Parts of one artifact that are named where they were not read."""
UNREAD_ARTIFACTS = 10
"""Artifacts of which they are named."""


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the report as text."""
    page = Page(terminal)
    quiet, verbose = terminal.detail == "quiet", terminal.detail == "verbose"
    if report.artifacts and not quiet:
        add_answers(page, report, everything=verbose)
        page.add()
    if report.findings:
        _findings(page, report)
    _summary(page, report)
    page.write(out)


def _findings(page: Page, report: Report) -> None:
    if page.terminal.detail == "verbose":
        from modelaudit.report import verbose  # noqa: PLC0415  few runs have findings

        verbose.add_findings(page, report)
        return
    from modelaudit.report import compact  # noqa: PLC0415  few runs have findings

    if page.terminal.detail == "quiet":
        compact.add_findings(page, [finding for finding in report.findings if finding.gates])
        return
    compact.add_findings(page, report.findings)
    page.add()
    compact.add_fixes(page, report.findings)
    page.add()


def _summary(page: Page, report: Report) -> None:
    count = len(report.artifacts)
    incomplete = [artifact for artifact in report.artifacts if not artifact.complete]
    if report.findings:
        _counts(page, report)
    if incomplete:
        _incomplete(page, incomplete, count)
    if not report.findings:
        among = " among what changed" if report.unchanged else ""
        if count:
            page.add(("" if incomplete else "good", f"No findings in {plural(count, 'artifact')}."))
        elif not report.missed:
            page.add(("good", f"No model artifacts{among}."))
    elif not incomplete:
        page.add(("", f"{plural(count, 'artifact')} read to the end."))
    for by in ("configuration", "baseline"):
        accepted = sum(entry.by == by for entry in report.suppressed)
        if accepted:
            page.add(("", f"{plural(accepted, 'finding')} suppressed by {by}."))
    _beside(page, report)
    for note in report.notes:
        page.wrapped(("label", "note: "), ("", one_line(note)), indent=6)
    if report.findings and page.terminal.detail != "quiet":
        worst = min(report.findings, key=lambda f: SEVERITIES.index(f.severity)).rule
        also = "" if page.terminal.detail == "verbose" else "; every finding at length: --verbose"
        page.wrapped(("dim", f"Explain a rule: modelaudit rules {worst}{also}"), indent=4)


def _counts(page: Page, report: Report) -> None:
    severities = Counter(finding.severity for finding in report.findings)
    pieces = [("title", f"{plural(len(report.findings), 'finding')}: ")]
    for name in SEVERITIES:
        if severities[name]:
            comma = ", " if len(pieces) > 1 else ""
            pieces += [("", comma), (name, f"{severities[name]} {name}")]
    page.add(*pieces, ("", "."))


def _beside(page: Page, report: Report) -> None:
    """What else there is to say of the paths that were given."""
    detail = page.terminal.detail
    if report.other and detail != "quiet":
        what = "not a model" if report.other == 1 else "not models"
        others = plural(report.other, "other file")
        page.add(("dim", f"{others}, {what} by content or name."))
    if detail == "verbose":
        for entry in report.skipped:
            page.wrapped(
                ("dim", "skipped: "), ("dim", one_line(f"{entry.path}: {entry.why}")), indent=9
            )
    elif report.skipped and detail != "quiet":
        page.add(("dim", f"{plural(len(report.skipped), 'path')} skipped: --verbose says why."))
    if report.configuration:
        page.add(("dim", f"Configuration in force: {escape(report.configuration)}"))


def _incomplete(page: Page, incomplete: list[Artifact], count: int) -> None:
    page.add(("medium", f"{len(incomplete)} of {plural(count, 'artifact')} not read to the end:"))
    shown = incomplete if page.terminal.detail == "verbose" else incomplete[:UNREAD_ARTIFACTS]
    for artifact in shown:
        _unread(page, artifact)
    left = len(incomplete) - len(shown)
    if left:
        page.add(("dim", f"  and {plural(left, 'more artifact')}: --verbose lists them"))


def _unread(page: Page, artifact: Artifact) -> None:
    for reason in artifact.unread[:UNREAD_SHOWN]:
        page.wrapped(("", "  "), ("", one_line(reason)), indent=4)
    left = len(artifact.unread) - UNREAD_SHOWN
    if left > 0:
        page.add(("dim", f"  {escape(artifact.path)}: and {plural(left, 'more part')}"))
