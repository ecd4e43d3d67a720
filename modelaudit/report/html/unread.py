"""What no answer is about: targets that were not judged, and findings that were accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.report.html.rules import Link
from modelaudit.report.paths import inside, project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Report

MOST_LINKS: Final = 20
"""Artifacts that are named where one target was not judged."""


class NotJudged(msgspec.Struct, frozen=True):
    """A target, why nothing is said of it, for which artifacts, and for how many more."""

    target: str
    because: str
    links: tuple[Link, ...]
    more: int


class Silenced(msgspec.Struct, frozen=True):
    """An accepted finding; ``by`` is the configuration or the baseline."""

    finding: Finding
    path: str
    place: str
    reason: str
    by: str
    changed: bool


def not_judged_of(report: Report, anchors: Mapping[str, str]) -> list[NotJudged]:
    """What was not judged, by target and reason."""
    groups: dict[tuple[str, str], dict[str, Link]] = {}
    for artifact in report.artifacts:
        for entry in artifact.loading:
            if entry.verdict == "not-judged":
                key = str(entry.target), " ".join(entry.because.split())
                anchor = anchors.get(artifact.path, "")
                link = Link(anchor, project_path(report, artifact.path))
                groups.setdefault(key, {})[artifact.path] = link
    return [_not_judged(key, list(links.values())) for key, links in groups.items()]


def _not_judged(key: tuple[str, str], links: list[Link]) -> NotJudged:
    shown = [link for link in links if link.anchor][:MOST_LINKS]
    return NotJudged(*key, tuple(shown), len(links) - len(shown))


def silenced_of(report: Report) -> list[Silenced]:
    """The findings that the configuration and the baseline accept."""
    return [
        Silenced(
            finding=entry.finding,
            path=project_path(report, entry.finding.where.path),
            place=inside(entry.finding.where),
            reason=" ".join(entry.reason.split()),
            by=entry.by,
            changed=entry.changed,
        )
        for entry in report.suppressed
    ]
