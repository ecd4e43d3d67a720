"""Markdown for the summary of a job or a comment: verdicts, findings, and how to fix them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.answers import LOADING, accepted_of, is_clean, untargeted
from modelaudit.report.escape import one_line
from modelaudit.report.markup import code, prose
from modelaudit.report.numbers import plural
from modelaudit.report.order import worst_first
from modelaudit.report.paths import inside, project_path

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report import Terminal

MOST_ROWS: Final = 100
"""Rows of one table: GitHub drops a summary of more than a mebibyte whole."""
MOST_CELL: Final = 300
"""Characters of a cell."""
MOST_TARGETS: Final = 8


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the whole report; of long tables the first rows, and how many more there are."""
    lines = ["## modelaudit", "", _headline(report), ""]
    lines += _artifacts(report)
    lines += _findings(report)
    lines += _fixes(report)
    lines += _unread(report)
    if report.suppressed:
        lines += [f"{plural(len(report.suppressed), 'finding')} suppressed.", ""]
    lines += [f"- {code(note)}" for note in report.notes]
    out.write("\n".join(lines).rstrip("\n") + "\n")


def _headline(report: Report) -> str:
    count = plural(len(report.artifacts), "artifact")
    if not report.findings:
        found = f"No findings in {count}"
    else:
        severities = Counter(finding.severity for finding in report.findings)
        parts = ", ".join(f"{severities[name]} {name}" for name in SEVERITIES if severities[name])
        found = f"{plural(len(report.findings), 'finding')} in {count}: {parts}"
    return f"**{'Failed' if report.gates else 'Passed'}.** {found}."


def _artifacts(report: Report) -> list[str]:
    """A table of the verdicts: those that are not the best come first."""
    if not report.artifacts:
        return []
    lines = ["| artifact | format | safe to load? | loads? |", "|---|---|---|---|"]
    ordered = sorted(report.artifacts, key=is_clean)
    accepted = accepted_of(report)
    for artifact in ordered[:MOST_ROWS]:
        number = accepted[artifact.path]
        also = f" ({number} suppressed)" if number else ""
        cells = (
            _cell(project_path(report, artifact.path)), _cell(artifact.format),
            f"{_mark(artifact)} {artifact.safety}{also}", _loading(report, artifact),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", *_more(len(ordered), "artifact")]


def _mark(artifact: Artifact) -> str:
    return {"safe": "✅", "unsafe": "❌"}.get(artifact.safety, "⚠️")


def _loading(report: Report, artifact: Artifact) -> str:
    shown = [
        f"{_cell(str(entry.target))} {LOADING[entry.verdict][1]}" for entry in artifact.loading
    ]
    if len(shown) > MOST_TARGETS:
        shown[MOST_TARGETS:] = [f"and {len(shown) - MOST_TARGETS} more"]
    return ", ".join(shown) or untargeted(targeted=report.targeted)


def _findings(report: Report) -> list[str]:
    if not report.findings:
        return []
    lines = ["| severity | rule | where | what |", "|---|---|---|---|"]
    ordered = worst_first(report.findings)
    for finding in ordered[:MOST_ROWS]:
        cells = (
            f"**{finding.severity}**" if finding.gates else finding.severity,
            f"{finding.rule} {prose(finding.name)}",
            _where(report, finding), _cell(finding.message),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", *_more(len(ordered), "finding")]


def _where(report: Report, finding: Finding) -> str:
    place = inside(finding.where)
    path = _cell(project_path(report, finding.where.path))
    return f"{path} {_cell(place)}" if place else path


def _fixes(report: Report) -> list[str]:
    """How to fix it, once for each rule."""
    if not report.findings:
        return []
    fixes = {finding.rule: finding for finding in reversed(worst_first(report.findings))}
    lines = ["<details><summary>How to fix it</summary>", ""]
    for rule, finding in reversed(fixes.items()):
        lines.append(f"- **{rule}** {prose(finding.title)}. {prose(finding.fix)}")
    return [*lines, "", "</details>", ""]


def _unread(report: Report) -> list[str]:
    reasons = [reason for artifact in report.artifacts for reason in artifact.unread]
    if not reasons:
        return []
    listed = [f"- {_cell(reason)}" for reason in reasons[:MOST_ROWS]]
    return ["Not read to the end:", "", *listed, "", *_more(len(reasons), "part")]


def _more(count: int, noun: str) -> list[str]:
    left = count - MOST_ROWS
    return [f"… and {plural(left, f'more {noun}')}.", ""] if left > 0 else []


def _cell(text: str) -> str:
    shown = one_line(text)
    return code(shown if len(shown) <= MOST_CELL else f"{shown[:MOST_CELL]}…")
