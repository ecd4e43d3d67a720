"""The comparison for people: what matters, then what changed, folded where it is long."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, TextIO

from modelaudit.comparison.topics import TOPICS
from modelaudit.report.diff.words import (
    SIGNS,
    about,
    badness,
    change_line,
    counts_of,
    finding_line,
    headline,
    loading_said,
)
from modelaudit.report.escape import escape, one_line
from modelaudit.report.numbers import plural
from modelaudit.report.page import Page
from modelaudit.report.paths import inside

if TYPE_CHECKING:
    from modelaudit.comparison.model import Change, Comparison, Difference, FindingChange
    from modelaudit.report import Terminal

MOST_ROWS: Final = 15
"""Rows of one section."""
MOST_ARTIFACTS: Final = 30
"""Artifacts that have a block of their own."""
_TITLES: Final = {topic.name: topic.heading for topic in TOPICS}
_STYLES: Final = {"added": "good", "removed": "medium", "changed": "info"}


def write(comparison: Comparison, out: TextIO, terminal: Terminal) -> None:
    """Write the comparison as text."""
    page = Page(terminal)
    page.add(("title", f"{escape(comparison.old)} → {escape(comparison.new)}"))
    for said in headline(comparison):
        page.wrapped(("", "  "), (said.style, one_line(said.text)), indent=4)
    if not comparison.facts:
        page.wrapped(
            ("", "  "),
            ("dim", "A saved report has no facts: what the artifacts contain was not compared."),
            indent=4,
        )
    everything = terminal.detail == "verbose"
    _moved(page, comparison)
    changed = [one for one in comparison.differences if one.status not in {"same", "moved"}]
    changed += [one for one in comparison.differences if one.status == "moved" and one.findings]
    changed.sort(key=badness)
    shown = changed if everything else changed[:MOST_ARTIFACTS]
    for one in shown:
        page.add()
        _block(page, one, named=len(comparison.differences) > 1)
    if len(changed) > len(shown):
        left = plural(len(changed) - len(shown), "more artifact")
        page.add()
        page.add(("dim", f"… and {left} that changed: --verbose shows all"))
    if comparison.notes and terminal.detail != "quiet":
        page.add()
        for note in comparison.notes:
            page.wrapped(("label", "note: "), ("", one_line(note)), indent=6)
    page.write(out)


def _moved(page: Page, comparison: Comparison) -> None:
    moved = [one for one in comparison.differences if one.status == "moved" and one.old]
    if not moved:
        return
    page.add()
    page.add(("title", f"Moved, with the same bytes: {len(moved)}"))
    rows = moved if page.terminal.detail == "verbose" else moved[:MOST_ROWS]
    for one in rows:
        before = escape(one.old.name) if one.old else ""
        page.add(("", f"  {before} → {escape(one.name)}"))
    _left(page, len(moved) - len(rows))


def _left(page: Page, count: int) -> None:
    if count > 0:
        page.add(("dim", f"  … and {count} more: --verbose shows all"))


def _block(page: Page, one: Difference, *, named: bool) -> None:
    sign = {"added": "+ ", "removed": "- "}.get(one.status, "")
    if named:
        page.add(("title", f"{sign}{escape(one.name)}"), ("dim", f"  {one_line(about(one))}"))
    else:
        page.add(("dim", one_line(about(one))))
    if named and one.old and one.new and one.loading:
        for change in one.loading:
            said = loading_said(change)
            page.wrapped(("", "  "), (said.style, one_line(said.text)), indent=4)
    _findings(page, one)
    kept = dict(one.kept)
    for topic, changes in groupby(one.changes, key=lambda change: change.topic):
        _section(page, topic, list(changes), kept.pop(topic, 0))
    same = [f"{name} ({count})" for name, count in kept.items()]
    if same and one.facts and one.changes:
        page.wrapped(("dim", "As before: "), ("dim", ", ".join(same)), indent=4)
    elif one.facts and not one.changes and not one.identical and one.old and one.new:
        page.add(("dim", "What is read of it is as before; the rest, such as weights, is not."))


def _findings(page: Page, one: Difference) -> None:
    if not one.findings:
        return
    counts = [
        f"{sum(change.fate == fate for change in one.findings)} {fate}"
        for fate in ("new", "changed", "gone")
        if any(change.fate == fate for change in one.findings)
    ]
    same = [f"{one.findings_kept} as before"] if one.findings_kept else []
    page.add(("title", "Findings"), ("dim", f"  {', '.join([*counts, *same])}"))
    rows = one.findings if page.terminal.detail == "verbose" else one.findings[:MOST_ROWS]
    for change in rows:
        _finding(page, change)
    _left(page, len(one.findings) - len(rows))


def _finding(page: Page, change: FindingChange) -> None:
    finding = change.finding
    place = inside(finding.where)
    at = f"  ({place})" if place else ""
    was = ""
    if change.before is not None and change.after is not None:
        was = f", was {change.before.severity}: {finding_line(change.before)}"
    page.wrapped(
        ("", f"  {SIGNS[change.fate]} "), (finding.severity, finding.severity),
        ("", f" {escape(finding.rule)} "), ("", one_line(f"{finding_line(finding)}{was}{at}")),
        indent=6,
    )  # fmt: skip


def _section(page: Page, topic: str, changes: list[Change], kept: int) -> None:
    page.add(("title", _TITLES[topic]), ("dim", f"  {counts_of(changes, kept)}"))
    everything = page.terminal.detail == "verbose"
    telling = changes if everything else [change for change in changes if not change.minor]
    rows = telling if everything else telling[:MOST_ROWS]
    for change in rows:
        style = "dim" if change.minor else _STYLES[change.direction]
        page.wrapped(
            (style, f"  {SIGNS[change.direction]} "), ("", one_line(change_line(change))), indent=6
        )
    _left(page, len(telling) - len(rows))
