"""GitLab's Code Quality report, which a merge request shows.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from modelaudit.report.escape import one_line
from modelaudit.report.json import Value, dumps
from modelaudit.report.paths import inside, project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding, Severity
    from modelaudit.core.report import Report
    from modelaudit.report import Terminal

FILE: Final = "gl-code-quality-report.json"
"""The name that GitLab's documentation gives to the report."""
_SEVERITIES: Final[dict[Severity, str]] = {
    "critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info",
}  # fmt: skip


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the findings as one list."""
    out.write(dumps([_entry(report, finding) for finding in report.findings], indent=2) + "\n")


def _entry(report: Report, finding: Finding) -> Value:
    place = inside(finding.where)
    at = f", at {place}" if place else ""
    path = one_line(project_path(report, finding.where.path))
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": one_line(f"{finding.message}{at} ({finding.rule} {finding.name})"),
        "categories": ["Security" if finding.category == "security" else "Compatibility"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint,
        "location": {"path": path, "lines": {"begin": finding.where.line or 1}},
    }
