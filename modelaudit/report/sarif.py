"""SARIF 2.1.0, shaped for the code scanning of GitHub and GitLab.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TextIO
from urllib.parse import quote

from msgspec.structs import replace

from modelaudit.core.findings import SEVERITIES
from modelaudit.report.escape import encodable, escape, one_line
from modelaudit.report.json import Value, dumps
from modelaudit.report.markup import prose
from modelaudit.report.numbers import plural
from modelaudit.report.order import worst_first
from modelaudit.report.paths import inside, project_path, uri
from modelaudit.version import VERSION

if TYPE_CHECKING:
    from modelaudit.core.findings import Confidence, Finding, Severity
    from modelaudit.core.location import Location
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report import Terminal

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT: Final = "%SRCROOT%"
MOST_RESULTS: Final = 25_000
"""Results of one run that GitHub takes; it refuses a file with more."""
MOST_TEXT: Final = 1024
"""Characters of a description that GitHub shows."""
_LEVELS: Final[dict[Severity, str]] = {
    "critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note",
}  # fmt: skip
_SECURITY: Final[dict[Severity, str]] = {
    "critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.5",
}  # fmt: skip
"""Scores that GitHub shows as the severities of the same names; it has none for ``info``."""
_PROBLEM: Final[dict[str, str]] = {
    "error": "error", "warning": "warning", "note": "recommendation",
}  # fmt: skip
_PRECISION: Final[dict[Confidence, str]] = {"high": "very-high", "medium": "medium", "low": "low"}
_CWE: Final = re.compile(r"\bcwe\.mitre\.org/data/definitions/(\d+)")
_NOTIFICATIONS: Final = {
    "not-read": "A part of an artifact was not read.",
    "not-judged": "Whether an artifact loads with a target was not judged.",
    "skipped": "A path was passed over.",
    "interrupted": "The run was ended before it had looked at everything.",
    "note": "About the run itself.",
}


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the report as one log with one run."""
    log: dict[str, Value] = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    out.write(dumps(log, indent=2) + "\n")


def _run(report: Report) -> Value:
    accepted = [entry.finding for entry in report.suppressed]
    files = _Files(report, [*report.findings, *accepted])
    rules = _worst_of_each([*report.findings, *accepted])
    numbers = {finding.rule: number for number, finding in enumerate(rules)}
    results: list[Value] = [
        _result(finding, files, numbers) for finding in worst_first(report.findings)
    ]
    for entry in report.suppressed:
        suppression: Value = {
            "kind": "external", "status": "accepted",
            "justification": one_line(entry.reason) or "accepted",
        }  # fmt: skip
        result = _result(replace(entry.finding, gates=False), files, numbers)
        results.append({**result, "suppressions": [suppression]})
    left = len(results) - MOST_RESULTS
    run: dict[str, Value] = {
        "tool": {"driver": _driver(rules)},
        "automationDetails": {"id": "modelaudit/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, files, left)],
        "artifacts": list(files.listed),
        "results": results[:MOST_RESULTS],
    }
    if report.root:
        root = uri(report.root.replace("\\", "/")).rstrip("/") + "/"
        run["originalUriBaseIds"] = {ROOT: {"uri": root}}
    return run


def _driver(rules: Sequence[Finding]) -> Value:
    return {
        "name": "modelaudit",
        "version": VERSION,
        "semanticVersion": VERSION,
        "rules": [_rule(finding) for finding in rules],
        "notifications": [
            {"id": name, "shortDescription": {"text": text}}
            for name, text in _NOTIFICATIONS.items()
        ],
    }


def _worst_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """For each rule the finding that is rated worst, by the rule's id."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        known = worst.get(finding.rule)
        if known is None or SEVERITIES.index(finding.severity) < SEVERITIES.index(known.severity):
            worst[finding.rule] = finding
    return [worst[rule] for rule in sorted(worst)]


def _rule(finding: Finding) -> Value:
    """What is said of a rule. GitHub rates an alert by its rule, so a finding of it has a say."""
    why, fix = " ".join(finding.why.split()), " ".join(finding.fix.split())
    references = list(finding.references)
    links = [reference for reference in references if reference.startswith("https://")]
    markdown = f"{prose(why)}\n\n**How to fix it:** {prose(fix)}"
    if links:
        markdown += "\n\n" + "\n".join(f"- <{link}>" for link in links)
    level = _LEVELS[finding.severity]
    cwes = [f"external/cwe/cwe-{number}" for number in _CWE.findall(" ".join(references))]
    properties: dict[str, Value] = {
        "tags": [finding.category, *cwes],
        "precision": _PRECISION[finding.confidence],
    }
    if finding.category == "security":
        properties["security-severity"] = _SECURITY[finding.severity]
    else:
        properties["problem.severity"] = _PROBLEM[level]
    rule: dict[str, Value] = {
        "id": finding.rule,
        "name": finding.name,
        "shortDescription": {"text": (finding.title or finding.name)[:MOST_TEXT]},
        "fullDescription": {"text": why[:MOST_TEXT]},
        "help": {"text": f"{why}\n\nHow to fix it: {fix}", "markdown": markdown},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }
    if links:
        rule["helpUri"] = links[0]
    return rule


class _Files:
    """The artifacts of a run as SARIF lists them, and where each of them is in the list."""

    def __init__(self, report: Report, findings: Sequence[Finding]) -> None:
        self._report = report
        self._sizes = {a.path: 0 if a.packed else a.size for a in report.artifacts}
        self._packed = {artifact.path for artifact in report.artifacts if artifact.packed}
        self._numbers: dict[tuple[str, ...], int] = {}
        self.listed: list[Value] = []
        for artifact in report.artifacts:
            self._add((artifact.path,), self._artifact(artifact))
        for where in (finding.where for finding in findings):
            if (where.path,) not in self._numbers:
                self._add((where.path,), {"location": self.location(where.path)})
            for depth in range(1, len(where.members) + 1):
                self._nested(where, depth)

    def _add(self, key: tuple[str, ...], entry: Value) -> None:
        self._numbers[key] = len(self.listed)
        self.listed.append(entry)

    def _artifact(self, artifact: Artifact) -> Value:
        entry: dict[str, Value] = {
            "location": self.location(artifact.path),
            "length": artifact.size,
            "roles": ["analysisTarget"],
            "properties": {"format": artifact.format, "safety": artifact.safety},
        }
        if artifact.sha256:
            entry["hashes"] = {"sha-256": artifact.sha256}
        return entry

    def _nested(self, where: Location, depth: int) -> None:
        """A member of a container: its place is given from that container on."""
        key = (where.path, *where.members[:depth])
        if key not in self._numbers:
            name = where.members[depth - 1].lstrip("/") or "."
            location: Value = {"uri": quote(name, safe="/", errors="backslashreplace")}
            self._add(key, {"location": location, "parentIndex": self._numbers[key[:-1]]})

    def location(self, path: str) -> dict[str, Value]:
        """Where a file is: from the project's root, or in full for one that is not below it."""
        address = uri(project_path(self._report, path))
        if not self._report.root or address.startswith("file:"):
            return {"uri": address}
        return {"uri": address, "uriBaseId": ROOT}

    def place(self, where: Location) -> dict[str, Value]:
        """A location. A byte's place is of the file itself; that in a member, or in what a file
        holds compressed, is said in words.
        """
        line = where.line or 1
        region: dict[str, Value] = {
            "startLine": line, "startColumn": 1, "endLine": line, "endColumn": 1,
        }  # fmt: skip
        inner = where.offset is None or where.members
        if not inner and where.offset is not None and where.offset < self._sizes.get(where.path, 0):
            region |= {"byteOffset": where.offset, "byteLength": 1}
        artifact = self.location(where.path) | {"index": self._numbers.get((where.path,), -1)}
        place: dict[str, Value] = {
            "physicalLocation": {"artifactLocation": artifact, "region": region}
        }
        inside_packed = where.path in self._packed and where.offset is not None
        if where.members or where.object is not None or inside_packed:
            place["logicalLocations"] = [self._logical(where)]
        return place

    def _logical(self, where: Location) -> Value:
        whole = "!".join((project_path(self._report, where.path), *where.members))
        name = where.members[-1] if where.members else whole
        if where.object is not None:
            name, whole = where.object, f"{whole}#{where.object}"
        kind = "member" if where.object is None else "object"
        if where.path in self._packed and not where.members and where.object is None:
            name, kind = f"decompressed byte {where.offset:#x}", "content"
            whole = f"{whole}@{where.offset:#x}"
        return {
            "name": escape(name) or "(no name)", "fullyQualifiedName": escape(whole), "kind": kind,
        }  # fmt: skip


def _result(finding: Finding, files: _Files, numbers: dict[str, int]) -> dict[str, Value]:
    result: dict[str, Value] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [files.place(finding.where)],
        "occurrenceCount": finding.count,
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "modelaudit/v1": finding.fingerprint,
        },
        "properties": _properties(finding),
    }
    others = [place for place in finding.places if place != finding.where]
    if others:
        result["relatedLocations"] = [
            {**files.place(place), "id": number, "message": {"text": escape(inside(place)) or "-"}}
            for number, place in enumerate(dict.fromkeys(others), 1)
        ]
    return result


def _message(finding: Finding) -> str:
    place = inside(finding.where)
    target = finding.target
    text = escape(finding.message)
    if target is not None and str(target) not in finding.message:
        text += f" ({escape(f'{target} from {target.source}')})"
    if place:
        text += f", at {escape(place)}"
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text


def _properties(finding: Finding) -> Value:
    target = finding.target
    return {
        "severity": finding.severity,
        "category": finding.category,
        "confidence": finding.confidence,
        "effect": finding.effect,
        "subject": encodable(finding.subject),
        "target": None if target is None else encodable(str(target)),
        "offset": finding.where.offset,
        "gates": finding.gates,
    }


def _invocation(report: Report, files: _Files, left: int) -> Value:
    """What was not read, not judged, passed over or, where ``left`` is positive, left out."""
    notifications: list[Value] = []

    def add(name: str, level: str, text: str, path: str = "") -> None:
        entry: dict[str, Value] = {
            "descriptor": {"id": name},
            "level": level,
            "message": {"text": one_line(text) or "-"},
        }
        if path:
            where: Value = {"artifactLocation": files.location(path)}
            entry["locations"] = [{"physicalLocation": where}]
        notifications.append(entry)

    if report.missed:
        add("interrupted", "error", f"{plural(report.missed, 'file')} not looked at")
    for artifact in report.artifacts:
        for reason in artifact.unread:
            add("not-read", "warning", reason, artifact.path)
        for entry in artifact.loading:
            if entry.verdict == "not-judged":
                add("not-judged", "note", f"{entry.target}: {entry.because}", artifact.path)
    for skipped in report.skipped:
        add("skipped", "note", skipped.why, skipped.path)
    for note in report.notes:
        add("note", "note", note)
    if left > 0:
        add("note", "warning", f"GitHub takes {MOST_RESULTS} results; left out: {left}")
    return {
        "executionSuccessful": report.whole and not report.missed,
        "toolExecutionNotifications": notifications,
    }
