"""JUnit's XML: a test case for each artifact, a failure for each finding that gates.

There is no standard; the schema that the Jenkins plug-in publishes is what others follow:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import escape as xml
from xml.sax.saxutils import quoteattr

from modelaudit.report.escape import escape, one_line
from modelaudit.report.order import worst_first
from modelaudit.report.paths import project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report import Terminal


@dataclass(slots=True)
class _Case:
    """One artifact, or a file that findings are about; ``unread`` is what was not looked at."""

    path: str
    about: str
    unread: tuple[str, ...] = ()
    failures: list[Finding] = field(default_factory=list)
    others: list[Finding] = field(default_factory=list)

    @property
    def skipped(self) -> bool:
        """Whether it neither failed nor was read to its end."""
        return bool(self.unread) and not self.failures


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write one suite; what does not gate is in the output of its test case."""
    cases = _cases(report)
    failed = sum(bool(case.failures) for case in cases)
    skipped = sum(case.skipped for case in cases)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0"'
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites name="modelaudit" {counts}>\n')
    out.write(f'  <testsuite name="modelaudit" {counts} skipped="{skipped}">\n')
    for case in cases:
        out.writelines(f"    {line}\n" for line in _lines(report, case))
    out.write("  </testsuite>\n</testsuites>\n")


def _cases(report: Report) -> list[_Case]:
    cases = {artifact.path: _of(artifact) for artifact in report.artifacts}
    for finding in worst_first(report.findings):
        path = finding.where.path
        case = cases.setdefault(path, _Case(path, "file"))
        (case.failures if finding.gates else case.others).append(finding)
    return list(cases.values())


def _of(artifact: Artifact) -> _Case:
    return _Case(artifact.path, artifact.format, artifact.unread)


def _lines(report: Report, case: _Case) -> Iterator[str]:
    name = _attribute(project_path(report, case.path))
    yield f"<testcase classname={_attribute(f'modelaudit.{case.about}')} name={name}>"
    for finding in case.failures:
        message = _attribute(f"{finding.rule}: {finding.message}")
        body = f"{_text(finding)}\n{one_line(finding.why)}\nHow to fix it: {one_line(finding.fix)}"
        yield f"  <failure type={_attribute(finding.rule)} message={message}>{xml(body)}</failure>"
    if case.skipped:
        text = f"not read to the end: {'; '.join(case.unread)}"
        yield f'  <skipped type="not-read" message={_attribute(text)}/>'
    if case.others:
        listed = "\n".join(map(_text, case.others))
        yield f"  <system-out>{xml(listed)}</system-out>"
    yield "</testcase>"


def _text(finding: Finding) -> str:
    where = escape(str(finding.where))
    return f"{where}: {finding.severity} {finding.rule} {escape(finding.message)}"


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))
