"""Annotations of GitHub Actions: commands on standard output that a pull request shows.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TextIO

from modelaudit.core.findings import at_least
from modelaudit.report.escape import escape
from modelaudit.report.numbers import plural
from modelaudit.report.order import worst_first
from modelaudit.report.paths import inside, project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Report
    from modelaudit.report import Terminal

MOST: Final = 10
"""Annotations of one level that GitHub takes from one step; it drops others without a word."""
LEVELS: Final = ("error", "warning", "notice")


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write annotations, the worst first; where there are too many, one for each file."""
    by_level: dict[str, list[Finding]] = {level: [] for level in LEVELS}
    for finding in worst_first(report.findings):
        by_level[_level(finding)].append(finding)
    for level, findings in by_level.items():
        out.writelines(line + "\n" for line in _annotations(report, level, findings))


def _level(finding: Finding) -> str:
    if finding.gates:
        return "error"
    return "warning" if at_least(finding.severity, "medium") else "notice"


def _annotations(report: Report, level: str, findings: Sequence[Finding]) -> list[str]:
    if len(findings) <= MOST:
        return [_annotation(report, level, [finding]) for finding in findings]
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.where.path, []).append(finding)
    groups = list(files.values())
    if len(groups) <= MOST:
        return [_annotation(report, level, group) for group in groups]
    lines = [_annotation(report, level, group) for group in groups[: MOST - 1]]
    left = groups[MOST - 1 :]
    count = plural(sum(map(len, left)), "more finding")
    text = f"{count} in {plural(len(left), 'file')}: see the log and the summary of the job"
    return [*lines, f"::{level} title=modelaudit::{_data(text)}"]


def _annotation(report: Report, level: str, group: Sequence[Finding]) -> str:
    """One command about findings in one file, of which the first is described."""
    first = group[0]
    properties = {
        "file": project_path(report, first.where.path),
        "line": str(first.where.line or 1),
        "title": f"{first.rule} {first.name} ({first.severity})",
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    place = inside(first.where)
    text = first.message + (f", at {place}" if place else "")
    if len(group) > 1:
        rules = ", ".join(dict.fromkeys(finding.rule for finding in group[1:]))
        text += f"; and {plural(len(group) - 1, 'more finding')} ({rules})"
    return f"::{level} {listed}::{_data(text)}"


def _data(text: str) -> str:
    return escape(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
