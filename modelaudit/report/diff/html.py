"""The comparison as one page for a browser, in the shell of the report's page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, TextIO

import msgspec

from modelaudit.comparison.topics import TOPICS
from modelaudit.report.diff.words import (
    SIGNS,
    Said,
    about,
    badness,
    change_line,
    counts_of,
    finding_line,
    headline,
)
from modelaudit.report.html.matrix import Said as Words
from modelaudit.report.html.matrix import said_of
from modelaudit.report.html.page import AGAINST
from modelaudit.report.html.shell import render
from modelaudit.report.paths import inside

if TYPE_CHECKING:
    from modelaudit.comparison.model import (
        Change,
        Comparison,
        Difference,
        FindingChange,
        LoadingChange,
    )
    from modelaudit.report import Terminal

SHOWN: Final = 20
"""Rows of a section that are not folded."""
MOST_ROWS: Final = 500
"""Rows of a section that are on the page."""
MOST_BLOCKS: Final = 500
"""Artifacts that have a block of their own."""
_TITLES: Final = {topic.name: topic.heading for topic in TOPICS}


class Row(msgspec.Struct, frozen=True):
    """Something that changed; ``kind`` is a severity for a finding, else empty."""

    sign: str
    text: str
    kind: str = ""
    rule: str = ""
    was: str = ""
    place: str = ""


class Section(msgspec.Struct, frozen=True):
    """What changed of one kind. ``more`` counts the rows that are not on the page."""

    title: str
    counts: str
    shown: tuple[Row, ...]
    folded: tuple[Row, ...]
    more: int


class Loading(msgspec.Struct, frozen=True):
    """How the verdict on one target changed; None where a side has none."""

    target: str
    now: Words | None
    was: Words | None
    because: str


class Block(msgspec.Struct, frozen=True):
    """One artifact; ``safety`` and ``was`` are empty where a side does not have it."""

    anchor: str
    name: str
    status: str
    about: str
    safety: str
    was: str
    digests: tuple[str, ...]
    loading: tuple[Loading, ...]
    sections: tuple[Section, ...]
    kept: str

    @property
    def worst(self) -> Words | None:
        """The worst verdict that is new; None where none is against loading."""
        now = [one.now for one in self.loading if one.now is not None and one.now.kind in AGAINST]
        return min(now, key=lambda words: AGAINST.index(words.kind), default=None)


class Page(msgspec.Struct, frozen=True):
    """All that the page shows, in the order in which it is shown."""

    comparison: Comparison
    said: tuple[Said, ...]
    blocks: tuple[Block, ...]
    more: int
    moved: tuple[tuple[str, str], ...]
    same: tuple[str, ...]


def write(comparison: Comparison, out: TextIO, terminal: Terminal) -> None:
    """Write the comparison as one file that needs no other."""
    render("diff.jinja", out, _page(comparison))


def _page(comparison: Comparison) -> Page:
    differences = comparison.differences
    quiet = {"same", "moved"}
    changed = [one for one in differences if one.status not in quiet or one.findings]
    changed.sort(key=badness)
    return Page(
        comparison=comparison,
        said=tuple(headline(comparison)),
        blocks=tuple(_block(n, one) for n, one in enumerate(changed[:MOST_BLOCKS], 1)),
        more=max(len(changed) - MOST_BLOCKS, 0),
        moved=tuple((o.old.name, o.name) for o in differences if o.status == "moved" and o.old),
        same=tuple(one.name for one in differences if one.status == "same"),
    )


def _block(number: int, one: Difference) -> Block:
    old, new = one.artifacts
    kept = dict(one.kept)
    sections = [_findings(one)] if one.findings else []
    for topic, changes in groupby(one.changes, key=lambda change: change.topic):
        sections.append(_section(topic, list(changes), kept.pop(topic, 0)))
    return Block(
        anchor=f"d-{number}",
        name=one.name,
        status=one.status,
        about=about(one),
        safety=new.safety if new else "",
        was=old.safety if old else "",
        digests=tuple(side.sha256 for side in (old, new) if side and side.sha256),
        loading=tuple(map(_loading, one.loading)),
        sections=tuple(sections),
        kept=", ".join(f"{name} ({count})" for name, count in kept.items()),
    )


def _loading(change: LoadingChange) -> Loading:
    now, was = change.after, change.before
    return Loading(
        change.target,
        said_of(now.verdict) if now else None,
        said_of(was.verdict) if was else None,
        " ".join(now.because.split()) if now else "",
    )


def _findings(one: Difference) -> Section:
    fates = [change.fate for change in one.findings]
    counts = [f"{fates.count(fate)} {fate}" for fate in dict.fromkeys(fates)]
    if one.findings_kept:
        counts.append(f"{one.findings_kept} as before")
    rows = [_finding(change) for change in one.findings[:MOST_ROWS]]
    return _folded("Findings", ", ".join(counts), rows, len(one.findings))


def _finding(change: FindingChange) -> Row:
    finding, was = change.finding, ""
    if change.before is not None and change.after is not None:
        was = f"{change.before.severity}: {finding_line(change.before)}"
    return Row(
        sign=SIGNS[change.fate],
        text=finding_line(finding),
        kind=finding.severity,
        rule=finding.rule,
        was=was,
        place=inside(finding.where),
    )


def _section(topic: str, changes: list[Change], kept: int) -> Section:
    ordered = sorted(changes, key=lambda change: change.minor)
    rows = [Row(SIGNS[one.direction], change_line(one)) for one in ordered[:MOST_ROWS]]
    shown = sum(not one.minor for one in ordered)
    return _folded(_TITLES[topic], counts_of(changes, kept), rows, len(changes), min(shown, SHOWN))


def _folded(title: str, counts: str, rows: list[Row], count: int, shown: int = SHOWN) -> Section:
    return Section(title, counts, tuple(rows[:shown]), tuple(rows[shown:]), count - len(rows))
