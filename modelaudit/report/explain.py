"""One finding at length: what stands at its place, why it matters, what would change it."""

from __future__ import annotations

import glob
import json
import re
import shlex
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, TextIO

from modelaudit.report.answers import LOADING
from modelaudit.report.escape import encodable, escape, one_line
from modelaudit.report.inspection import describe
from modelaudit.report.numbers import plural
from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.core.verdicts import LoadingVerdict
    from modelaudit.excerpt.around import Excerpt, Line
    from modelaudit.explained import Explained, Explanation
    from modelaudit.report import Terminal

MOST_TEXT: Final = 300
"""Characters of one text of the artifact."""
MOST_OTHERS: Final = 20
ROW: Final = 16
"""Bytes of a row."""
_NAME: Final = 18
_NODE: Final = re.compile(r"node\[([0-9]+)\]")
_PRINTABLE: Final = range(0x20, 0x7F)


def write(explanation: Explanation, out: TextIO, terminal: Terminal) -> None:
    """Write the findings one after the other."""
    page = Page(terminal)
    for one in explanation.explained:
        _finding(page, one)
        page.add()
    if explanation.others:
        page.add(("title", f"{plural(len(explanation.others), 'more finding')}"))
        for finding in explanation.others[:MOST_OTHERS]:
            text = one_line(_cut(f"{finding.where}: {finding.message}"))
            page.wrapped(
                ("dim", f"  {escape(finding.fingerprint[:12])}  "),
                (finding.severity, finding.rule), ("", f" {text}"), indent=16,
            )  # fmt: skip
        left = len(explanation.others) - MOST_OTHERS
        if left > 0:
            page.add(("dim", f"  … and {left} more"))
        page.add(("dim", "Explain one: modelaudit explain FINGERPRINT PATH"))
    else:
        page.lines.pop()
    page.write(out)


def _finding(page: Page, one: Explained) -> None:
    finding, rule = one.finding, one.rule
    page.add(("title", escape(f"{rule.name} ({rule.id})")))
    about: list[str] = [rule.category, *([finding.effect] if finding.effect else [])]
    about += [f"confidence {finding.confidence}", f"fingerprint {finding.fingerprint}"]
    page.add((finding.severity, finding.severity), ("dim", escape(f" · {' · '.join(about)}")))
    page.wrapped(("", one_line(_cut(finding.message, 2000))), indent=0)
    if finding.target is not None:
        source = f", asked for by {finding.target.source}" if finding.target.source else ""
        page.wrapped(("dim", one_line(f"with {finding.target}{source}")), indent=0)
    if one.accepted is not None:
        text = f"Accepted by the {one.accepted.by}: {one.accepted.reason}"
        page.wrapped(("good", one_line(text)), indent=0)
    _place(page, one)
    _section(page, "Why it matters", rule.why)
    _section(page, "How to fix it", rule.fix)
    _changes(page, one)


def _heading(page: Page, text: str) -> None:
    page.add()
    page.add(("title", text))


def _section(page: Page, heading: str, text: str) -> None:
    _heading(page, heading)
    page.wrapped(("", one_line(text)), indent=0)


def _place(page: Page, one: Explained) -> None:
    """Where it is, and what stands there."""
    finding, excerpt = one.finding, one.excerpt
    _heading(page, "Where")
    page.add(("", escape(_cut(str(finding.where), 1000))))
    if finding.count > 1:
        more = ", ".join(_cut(str(place)) for place in finding.places[1:])
        text = f"the first of {finding.count} places" + (f"; others: {more}" if more else "")
        page.wrapped(("dim", one_line(text)), indent=2)
    if one.artifact is not None and one.artifact.packed:
        page.add(("dim", "The file is compressed: places count decompressed bytes."))
    for fact in one.facts:
        label = type(fact).__name__.lower()
        page.wrapped(
            ("label", f"  {label:<11} "), ("", one_line(_cut(describe(fact), 1000))), indent=16
        )
    if excerpt.steps:
        _opcodes(page, one)
    if excerpt.data:
        _bytes(page, excerpt, finding.where.offset or 0)
    if excerpt.lines:
        page.add()
        _lines(page, excerpt.lines, finding.where.line)
    if excerpt.nodes:
        number = _NODE.findall(finding.where.object or "")
        page.add()
        page.add(("label", "  nodes"))
        _lines(page, excerpt.nodes, int(number[-1]) if number else None)
    located = finding.where.offset is not None or finding.where.line is not None
    if located and not (excerpt.data or excerpt.lines):
        page.add(("dim", "What stands there was not reached: modelaudit inspect shows the facts."))


def _opcodes(page: Page, one: Explained) -> None:
    page.add()
    page.add(("label", "  opcodes"))
    for step in one.excerpt.steps:
        here = step.offset == one.finding.where.offset
        text = f"  {step.offset:#8x}  {step.name:<{_NAME}}{one_line(_cut(step.argument, 80))}"
        page.add(("", "  > " if here else "    "), ("title" if here else "", text.rstrip()))


def _bytes(page: Page, excerpt: Excerpt, here: int) -> None:
    """Bytes in hexadecimal and as ASCII; those of the place itself begin at a bracket."""
    page.add()
    page.add(("label", "  bytes"))
    for begin in range(0, len(excerpt.data), ROW):
        row = excerpt.data[begin : begin + ROW]
        start = excerpt.start + begin
        cells = "".join(
            f"{'[' if start + at == here else ' '}{byte:02x}" for at, byte in enumerate(row)
        )
        text = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in row)
        marked = start <= here < start + ROW
        page.add(
            ("", "  > " if marked else "    "), ("label", f"{start:#10x} "),
            ("", f"{cells:<{3 * ROW}}  "), ("dim", escape(text)),
        )  # fmt: skip


def _lines(page: Page, lines: Sequence[Line], here: int | None) -> None:
    for line in lines:
        marked = line.number == here
        page.add(
            ("", "  > " if marked else "    "), ("label", f"{line.number:>6} "),
            ("title" if marked else "", escape(_cut(line.text.expandtabs(4)))),
        )  # fmt: skip


def _changes(page: Page, one: Explained) -> None:
    """What would change the verdict: another release, or a line of the configuration."""
    finding = one.finding
    _heading(page, "What would change it")
    for text in _by_release(one.releases):
        page.wrapped(("", "- "), ("", one_line(text)), indent=2)
    if "allow" in one.rule.params and finding.subject:
        allowed = one.rule.params["allow"]
        given = [*allowed, finding.subject] if isinstance(allowed, list) else []
        page.add(("", "- allow it, in modelaudit.yaml:"))
        page.add(("", f"    rules: {{{one.rule.id}: {{params: {{allow: {_quoted(given)}}}}}}}"))
    if one.accepted is not None:
        page.add(("", f"- it counts again without the entry of the {one.accepted.by}"))
        return
    page.add(("", "- accept it after a review, in modelaudit.yaml:"))
    entry = [
        f"rule: {one.rule.id}", f"path: {_quoted(glob.escape(one.path))}",
        *([f"subject: {_quoted(finding.subject)}"] if finding.subject else []),
        *([f"sha256: {one.sha256}"] if one.sha256 else []), 'reason: "…"',
    ]  # fmt: skip
    page.add(("", f"    suppress: [{{{', '.join(entry)}}}]"))
    if one.unnamed:
        page.wrapped(
            ("dim", "  "),
            ("dim", "This holds only where the configuration is named: --config modelaudit.yaml"),
            indent=2,
        )
    known = escape(f"modelaudit baseline write {shlex.quote(_cut(finding.where.path))}")
    page.add(("", f"- or take what is known into a baseline: {known}"))


def _by_release(verdicts: Sequence[LoadingVerdict]) -> list[str]:
    """Which releases load it, in the order of the releases: runs of those that fare alike."""
    texts = []
    for verdict, several in groupby(verdicts, key=lambda one: one.verdict):
        run = list(several)
        first, last = run[0].target.version, run[-1].target.version
        span = first if first == last else f"{first} to {last}"
        texts.append(f"with {run[0].target.name} {span}: {LOADING[verdict][1]}")
    return texts


def _quoted(value: object) -> str:
    """JSON, which YAML takes too, in ASCII."""
    plain = [encodable(str(part)) for part in value] if isinstance(value, list) else value
    if isinstance(plain, str):
        plain = encodable(plain)
    return json.dumps(plain).replace("##", "\\u0023#")


def _cut(text: str, most: int = MOST_TEXT) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
