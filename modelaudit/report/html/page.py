"""What the page shows of a report, in the order in which it is shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.answers import accepted_of, is_clean, untargeted
from modelaudit.report.html.blocks import Block, anchor_of, blocks_of, by_path
from modelaudit.report.html.matrix import Matrix, Said, matrix_of, said_of
from modelaudit.report.html.pictures import Picture, pictures_of
from modelaudit.report.html.rules import Rule, rules_of
from modelaudit.report.html.unread import NotJudged, Silenced, not_judged_of, silenced_of
from modelaudit.report.numbers import plural
from modelaudit.report.paths import project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Artifact, Report

BAR: Final = 1000
"""Units of the bar's width."""
MOST_PLAIN: Final = 1000
"""Artifacts without a finding that have a section: a browser takes seconds for ten thousand."""
AGAINST: Final = ("breaks-load", "breaks-use", "may-break")
"""Verdicts against loading, worst first."""


class Share(msgspec.Struct, frozen=True):
    """One severity, how many findings have it, and its part of the bar."""

    severity: str
    count: int
    start: int
    width: int


class Verdict(msgspec.Struct, frozen=True):
    """What is said of one target of an artifact, and who asked for the target."""

    target: str
    source: str
    said: Said
    because: str


class Section(msgspec.Struct, frozen=True):
    """A file and what was found about it; ``artifact`` is None for one that is no model."""

    anchor: str
    path: str
    artifact: Artifact | None
    accepted: int
    verdicts: tuple[Verdict, ...]
    unread: tuple[str, ...]
    blocks: tuple[Block, ...]
    picture: Picture | None = None

    @property
    def is_undrawn(self) -> bool:
        """Whether there is an outline that the page has no room for."""
        return self.artifact is not None and self.artifact.outline is not None and not self.picture

    @property
    def worst(self) -> Said | None:
        """The worst that is said of loading; None where it is not against it."""
        said = [verdict.said for verdict in self.verdicts if verdict.said.kind in AGAINST]
        return min(said, key=lambda one: AGAINST.index(one.kind), default=None)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many findings there are of each severity, worst first."""
        counts: Counter[str] = Counter()
        for block in self.blocks:
            counts[block.first.severity] += block.count
        return [(severity, counts[severity]) for severity in SEVERITIES if counts[severity]]


class Page(msgspec.Struct, frozen=True):
    """All that the page shows. ``found`` are the files with findings, ``others`` of the rest those
    with a section, and ``brief`` counts those that are in the matrix alone.
    """

    report: Report
    answers: tuple[str, ...]
    bar: tuple[Share, ...]
    matrix: Matrix
    found: tuple[Section, ...]
    others: tuple[Section, ...]
    brief: int
    rules: tuple[Rule, ...]
    categories: tuple[str, ...]
    not_judged: tuple[NotJudged, ...]
    incomplete: tuple[Section, ...]
    silenced: tuple[Silenced, ...]
    untargeted: str
    anchors: frozenset[str]

    @property
    def limited(self) -> bool:
        """Whether the configuration does not decide about everything."""
        return any(setting.limited for setting in self.report.settings)


def page_of(report: Report) -> Page:
    """What is shown of a report."""
    findings = by_path(report.findings)
    sections = _drawn(_sections(report, findings))
    found = [section for section in sections if section.blocks]
    found.sort(key=_rank)
    others, brief = _at_length([section for section in sections if not section.blocks])
    anchors = {one.artifact.path: one.anchor for one in (*found, *others) if one.artifact}
    return Page(
        report=report,
        answers=tuple(_answers(report)),
        bar=tuple(_bar(report.findings)),
        matrix=matrix_of(report, anchors),
        found=tuple(found),
        others=tuple(others),
        brief=brief,
        rules=tuple(rules_of(report)),
        categories=tuple(sorted({finding.category for finding in report.findings})),
        not_judged=tuple(not_judged_of(report, anchors)),
        incomplete=tuple(section for section in sections if section.unread),
        silenced=tuple(silenced_of(report)),
        untargeted=untargeted(targeted=report.targeted),
        anchors=frozenset(
            (
                *map(anchor_of, report.findings),
                *(f"s-{entry.finding.fingerprint}" for entry in report.suppressed),
            )
        ),
    )


def _at_length(sections: list[Section]) -> tuple[list[Section], int]:
    """Of the files without a finding those to show, the clean ones last, and how many are left."""
    if len(sections) <= MOST_PLAIN:
        return sections, 0
    shown = sorted(sections, key=lambda one: one.artifact is None or is_clean(one.artifact))
    return shown[:MOST_PLAIN], len(sections) - MOST_PLAIN


def _drawn(sections: list[Section]) -> list[Section]:
    """The sections with their pictures, for which the worst come first."""
    order = sorted(range(len(sections)), key=lambda number: _rank(sections[number]))
    outlines = [one.artifact.outline if one.artifact else None for one in sections]
    pictures = pictures_of(outlines[number] for number in order)
    for number, picture in zip(order, pictures, strict=True):
        sections[number] = replace(sections[number], picture=picture)
    return sections


def _rank(section: Section) -> tuple[bool, int]:
    return section.blocks[0].rank if section.blocks else (True, len(SEVERITIES))


def _sections(report: Report, findings: dict[str, list[Finding]]) -> list[Section]:
    accepted = accepted_of(report)
    artifacts = {artifact.path: artifact for artifact in report.artifacts}
    paths = [*artifacts, *(path for path in findings if path not in artifacts)]
    sections = []
    for number, path in enumerate(paths, 1):
        artifact = artifacts.get(path)
        loading = artifact.loading if artifact else ()
        sections.append(
            Section(
                anchor=f"a-{number}",
                path=project_path(report, path),
                artifact=artifact,
                accepted=accepted[path],
                verdicts=tuple(
                    Verdict(
                        str(entry.target),
                        f"{entry.target.source} {entry.target.admitted}".rstrip(),
                        said_of(entry.verdict),
                        " ".join(entry.because.split()),
                    )
                    for entry in loading
                ),
                unread=tuple(" ".join(line.split()) for line in artifact.unread)
                if artifact
                else (),
                blocks=tuple(blocks_of(findings.get(path, []))),
            )
        )
    return sections


def _answers(report: Report) -> list[str]:
    """A sentence or two for each question: is it safe, and does it load."""
    states = Counter(artifact.safety for artifact in report.artifacts)
    sentences = []
    security = [finding for finding in report.findings if finding.category == "security"]
    unsafe = [artifact for artifact in report.artifacts if artifact.safety == "unsafe"]
    if unsafe:
        of_unsafe = {artifact.path for artifact in unsafe}
        named = [finding for finding in security if finding.where.path in of_unsafe]
        sentences.append(_unsafe(report, unsafe, named))
    if states["unknown"]:
        one = states["unknown"] == 1
        sentences.append(
            f"Whether {plural(states['unknown'], 'artifact')} {'is' if one else 'are'} safe is not"
            " known: not every part was read."
        )
    if states and states["safe"] == states.total():
        count = len(report.suppressed)
        also = f"; {plural(count, 'finding')} suppressed" if count else ""
        sentences.append(f"Every artifact is safe to load{also}.")
    elif states["unreviewed"]:
        verb = "uses" if states["unreviewed"] == 1 else "use"
        what = f"{plural(states['unreviewed'], 'artifact')} {verb} names that nobody has reviewed."
        sentences.append(what)
    return [*sentences, _loads(report)] if states else sentences


def _loads(report: Report) -> str:
    """Whether the artifacts load, and of those that do not the worst."""
    broken = [
        (artifact, entry)
        for artifact in report.artifacts
        for entry in artifact.loading
        if entry.verdict in ("breaks-load", "breaks-use")
    ]
    if broken:
        artifact, entry = min(broken, key=lambda pair: pair[1].verdict != "breaks-load")
        verb = "does not load" if entry.verdict == "breaks-load" else "does not work"
        count = len({one.path for one, _ in broken}) - 1
        also = _others(count, "fails", "fail", "with a target too")
        path = project_path(report, artifact.path)
        return f"{path} {verb} with {entry.target}: {_sentence(entry.because)}{also}"
    verdicts = [{entry.verdict for entry in artifact.loading} for artifact in report.artifacts]
    if not any(verdicts):
        why = "no target concerns them" if report.targeted else "no target is known"
        return f"Whether they load was not judged, since {why}: name one with --target."
    counts = {
        "may break": sum("may-break" in one for one in verdicts),
        "not judged with every target": sum("not-judged" in one for one in verdicts),
        "without a target": sum(not one for one in verdicts),
    }
    rest = [f"{count} {what}" for what, count in counts.items() if count]
    if not rest:
        return "Every artifact loads with its targets."
    return f"No artifact is known to fail with its targets; {', '.join(rest)}."


def _unsafe(report: Report, unsafe: list[Artifact], named: list[Finding]) -> str:
    also = _others(len(unsafe) - 1, "is", "are", "unsafe")
    if not named:
        return f"{project_path(report, unsafe[0].path)} is not safe to load.{also}"
    worst = min(named, key=lambda finding: SEVERITIES.index(finding.severity))
    path = project_path(report, worst.where.path)
    return f"{path} is not safe to load: {_sentence(worst.message)}{also}"


def _sentence(text: str) -> str:
    folded = " ".join(text.split())
    return f"{folded}." if folded else "see below."


def _others(count: int, verb: str, verbs: str, what: str) -> str:
    if not count:
        return ""
    return f" {plural(count, 'other artifact')} {verb if count == 1 else verbs} {what}."


def _bar(findings: tuple[Finding, ...]) -> list[Share]:
    counts = Counter(finding.severity for finding in findings)
    shares, done = [], 0
    for severity in SEVERITIES:
        if counts[severity]:
            start = done * BAR // len(findings)
            done += counts[severity]
            width = max(done * BAR // len(findings) - start, 1)
            shares.append(Share(severity, counts[severity], start, width))
    return shares
