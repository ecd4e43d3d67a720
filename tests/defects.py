"""Whether a run met a defect of modelaudit itself, for the tests that feed it bad input."""

from __future__ import annotations

from modelaudit.core.report import Report

REASONS = frozenset({"inspector-failed", "reader-died", "defective-rule"})
"""Reasons of ``Unreadable`` that are never the file's fault."""


def defects(report: Report) -> list[tuple[str, str]]:
    """Where each defect showed, and its message. Findings about unread parts merge by reason."""
    return [
        (str(finding.where), finding.message)
        for finding in report.findings
        if finding.subject in REASONS
    ]
