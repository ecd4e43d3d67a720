"""Saved reports put together, with what rules say that reports leave out."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from modelaudit.core.findings import Finding, Severity, at_least
from modelaudit.core.report import Report
from modelaudit.judge.catalogue import load
from modelaudit.saved.merge import Merged


def merged(paths: Iterable[str], gate: Severity | None = None) -> Report:
    """The reports as one. A finding fails it from ``gate`` on, else where it failed its own run.

    Raises UsageError for what is no report.
    """
    together = Merged()
    for path in paths:
        together.add(path)
    report = together.report()
    whys = {rule.id: rule.why.strip() for rule in load().rules.values()} if report.findings else {}

    def again(finding: Finding) -> Finding:
        gates = finding.gates if gate is None else at_least(finding.severity, gate)
        return replace(finding, why=whys.get(finding.rule, ""), gates=gates)

    findings = tuple(map(again, report.findings))
    return replace(report, findings=findings, gates=any(one.gates for one in findings))
