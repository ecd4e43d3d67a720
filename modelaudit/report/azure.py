"""Logging commands of Azure Pipelines: each finding is an issue of the run.

https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from modelaudit.report.escape import escape
from modelaudit.report.order import worst_first
from modelaudit.report.paths import inside, project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Report
    from modelaudit.report import Terminal


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write one command for each finding: what gates is an error, all else a warning."""
    out.writelines(_issue(report, finding) + "\n" for finding in worst_first(report.findings))


def _issue(report: Report, finding: Finding) -> str:
    properties = {
        "type": "error" if finding.gates else "warning",
        "sourcepath": project_path(report, finding.where.path),
        "linenumber": str(finding.where.line or 1),
        "columnnumber": "1",
        "code": finding.rule,
    }
    listed = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    place = inside(finding.where)
    message = f"{finding.severity}: {finding.message}" + (f", at {place}" if place else "")
    return f"##vso[task.logissue {listed}]{_data(message)}"


def _data(text: str) -> str:
    return escape(text).replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
