"""Findings in a line or two each, equal ones as one, and how to fix them once for each rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from modelaudit.report.escape import escape, one_line
from modelaudit.report.numbers import plural
from modelaudit.report.order import worst_first

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.report.page import Page

MOST_OF_RULE: Final = 10
"""Lines about one rule; what it finds besides is counted."""
MOST_PATHS: Final = 4
"""Places that are named of those where the same is found."""
INDENT: Final = 4
ROOM: Final = 32
"""Columns that a line has to have left behind the place, for the severity, the rule and a word."""


def add_findings(page: Page, findings: Iterable[Finding]) -> None:
    """Add the findings, the worst first."""
    shown: dict[str, int] = {}
    left: dict[str, list[Finding]] = {}
    ordered = worst_first(findings)
    for group in _equal(ordered):
        rule = group[0].rule
        shown[rule] = shown.get(rule, 0) + 1
        if shown[rule] <= MOST_OF_RULE:
            _line(page, group)
        else:
            left.setdefault(rule, []).extend(group)
    for rule, rest in left.items():
        files = len({finding.where.path for finding in rest})
        count = plural(len(rest), f"more finding of {rule}") if len(rest) == 1 else ""
        count = count or f"{len(rest)} more findings of {rule}"
        page.add(("dim", f"… and {count} in {plural(files, 'file')}: --verbose lists them"))


def add_fixes(page: Page, findings: Iterable[Finding]) -> None:
    """Add what to do about each rule that found something, the worst first."""
    rules: dict[str, Finding] = {}
    for finding in worst_first(findings):
        rules.setdefault(finding.rule, finding)
    if not rules:
        return
    page.add(("title", "How to fix it"))
    width = max(map(len, rules))
    for rule, finding in rules.items():
        page.wrapped(
            ("label", f"  {rule:<{width}}  "), ("", one_line(finding.fix)), indent=width + INDENT
        )


def _equal(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that differ in nothing but their places, together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        target = None if finding.target is None else (str(finding.target), finding.target.source)
        key = (finding.rule, finding.severity, finding.gates, finding.message, target)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _line(page: Page, group: Sequence[Finding]) -> None:
    first = group[0]
    place = f"{escape(str(first.where))}:"
    gap = " "
    width = page.terminal.width
    if width is not None and len(place) > width - ROOM:
        page.add(("title", place))  # a path stays one word to copy
        place, gap = "", " " * INDENT
    page.wrapped(
        ("title", place), ("", gap), (first.severity, first.severity),
        ("label", f" {first.rule} "), ("", _said(first) + _elsewhere(group)), indent=INDENT,
    )  # fmt: skip


def _said(finding: Finding) -> str:
    """The message; the target and who asked for it, unless that is said; and how often it is so."""
    text = escape(finding.message)
    target = finding.target
    if target is not None:
        named = [] if target.version in finding.message else [str(target)]
        if target.source not in ("--target", *finding.message.split()):
            named.append(target.source)
        text += f" ({one_line(', '.join(named))})" if named else ""
    return text + (f" ({finding.count} times)" if finding.count > 1 else "")


def _elsewhere(group: Sequence[Finding]) -> str:
    others = group[1:]
    if not others:
        return ""
    named = ", ".join(escape(str(finding.where)) for finding in others[:MOST_PATHS])
    files = len({finding.where.path for finding in others} - {group[0].where.path})
    if len(others) <= MOST_PATHS:
        return f"; also {named}"
    where = f"in {plural(files, 'other file')}" if files else "elsewhere in this file"
    return f"; also {plural(len(others), 'time')} {where}: {named}, …"
