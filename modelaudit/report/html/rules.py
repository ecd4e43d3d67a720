"""Findings by rule: what each rule finds, and in which files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.report.html.blocks import anchor_of
from modelaudit.report.order import worst_first
from modelaudit.report.paths import project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Report

MOST_MESSAGES: Final = 50
"""Messages of one rule that are listed; all of them are with their artifacts."""
MOST_LINKS: Final = 20
"""Files that are linked from one message."""


class Link(msgspec.Struct, frozen=True):
    """A file with a finding, and the anchor of the finding."""

    anchor: str
    path: str


class Message(msgspec.Struct, frozen=True):
    """What is found, in which files, and in how many more."""

    text: str
    links: tuple[Link, ...]
    more: int


class Rule(msgspec.Struct, frozen=True):
    """A rule that found something. ``links`` are the references that are web addresses."""

    first: Finding
    count: int
    files: int
    links: tuple[str, ...]
    names: tuple[str, ...]
    messages: tuple[Message, ...]
    more: int


def rules_of(report: Report) -> list[Rule]:
    """The rules, the worst first."""
    rules: dict[str, list[Finding]] = {}
    for finding in worst_first(report.findings):
        rules.setdefault(finding.rule, []).append(finding)
    return [_rule(report, findings) for findings in rules.values()]


def _rule(report: Report, findings: list[Finding]) -> Rule:
    messages: dict[str, list[Finding]] = {}
    for finding in findings:
        messages.setdefault(finding.message, []).append(finding)
    listed = list(messages.items())[:MOST_MESSAGES]
    references = findings[0].references
    links = tuple(one for one in references if one.startswith(("https://", "http://")))
    return Rule(
        first=findings[0],
        count=len(findings),
        files=len({finding.where.path for finding in findings}),
        links=links,
        names=tuple(one for one in references if one not in links),
        messages=tuple(_message(report, text, equal) for text, equal in listed),
        more=len(messages) - len(listed),
    )


def _message(report: Report, text: str, findings: list[Finding]) -> Message:
    links = {
        finding.where.path: Link(anchor_of(finding), project_path(report, finding.where.path))
        for finding in reversed(findings)
    }
    shown = list(reversed(links.values()))[:MOST_LINKS]
    return Message(text, tuple(shown), len(links) - len(shown))
