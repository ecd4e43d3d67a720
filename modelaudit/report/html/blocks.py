"""The findings of one file: one block for each rule, in it one entry for each message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.order import worst_first
from modelaudit.report.paths import inside

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding


class Place(msgspec.Struct, frozen=True):
    """One finding of an entry: its anchor, its first places, and how many there are besides."""

    anchor: str
    places: tuple[str, ...]
    more: int


class Entry(msgspec.Struct, frozen=True):
    """Findings that say the same of the same target."""

    message: str
    target: str
    asked: str
    places: tuple[Place, ...]


class Block(msgspec.Struct, frozen=True):
    """The findings of one rule in one file; ``first`` has what they have in common."""

    first: Finding
    why: str
    fix: str
    entries: tuple[Entry, ...]
    count: int

    @property
    def rank(self) -> tuple[bool, int]:
        """Its place among blocks: what gates first, then by severity."""
        return not self.first.gates, SEVERITIES.index(self.first.severity)


def anchor_of(finding: Finding) -> str:
    """The fragment of the page at which a finding is."""
    return f"f-{finding.fingerprint}"


def by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by the path of their artifact, the worst first."""
    paths: dict[str, list[Finding]] = {}
    for finding in worst_first(findings):
        paths.setdefault(finding.where.path, []).append(finding)
    return paths


def blocks_of(findings: Iterable[Finding]) -> list[Block]:
    """The blocks of the findings of one file, which are the worst first."""
    rules: dict[tuple[str, str, bool], list[Finding]] = {}
    for finding in findings:
        rules.setdefault((finding.rule, finding.severity, finding.gates), []).append(finding)
    return [
        Block(
            first=group[0],
            why=" ".join(group[0].why.split()),
            fix=" ".join(group[0].fix.split()),
            entries=tuple(_entries(group)),
            count=len(group),
        )
        for group in rules.values()
    ]


def _entries(findings: Iterable[Finding]) -> list[Entry]:
    equal: dict[tuple[str, str, str], list[Place]] = {}
    for finding in findings:
        target = finding.target
        name, asked = ("", "") if target is None else (str(target), target.source)
        if target is not None and target.admitted:
            asked += f" {target.admitted}"
        equal.setdefault((finding.message, name, asked), []).append(_place(finding))
    return [Entry(*said, tuple(places)) for said, places in equal.items()]


def _place(finding: Finding) -> Place:
    places = finding.places or (finding.where,)
    texts = [text for text in dict.fromkeys(map(inside, places)) if text]
    return Place(anchor_of(finding), tuple(texts), max(finding.count - len(places), 0))
