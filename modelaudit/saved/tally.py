"""What saved reports come to: by rule, package, target, or owner of the paths.

Rules and owners have findings by severity, packages and targets have artifacts by the verdict on
loading. Memory grows with what is counted, by some hundred bytes for each finding or verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, Literal, get_args

import msgspec

from modelaudit.core.findings import SEVERITIES, Finding
from modelaudit.core.report import Artifact
from modelaudit.core.verdicts import Loading
from modelaudit.saved.owners import Owners
from modelaudit.saved.read import Record, records

By = Literal["rule", "package", "target", "owner"]
BY: Final[tuple[By, ...]] = get_args(By)
VERDICTS: Final[tuple[Loading, ...]] = (
    "breaks-load", "breaks-use", "may-break", "not-judged", "loads",
)  # fmt: skip
"""Worst first."""
COLUMNS: Final[dict[By, tuple[str, ...]]] = {
    "rule": SEVERITIES, "package": VERDICTS, "target": VERDICTS, "owner": SEVERITIES,
}  # fmt: skip
NOBODY: Final = "(nobody)"
"""The owner of paths that no pattern fits."""


class Row(msgspec.Struct):
    """What is counted under one name. ``files`` counts the paths that it concerns."""

    name: str
    files: int = 0
    counts: Counter[str] = msgspec.field(default_factory=Counter)


class Tally(msgspec.Struct, frozen=True):
    """The rows, worst first. ``columns`` are the keys of their counts, in order."""

    by: By
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def tally(paths: Iterable[str], by: By, owners: Owners) -> Tally:
    """Count what reports say; what two of them say alike is counted once.

    Raises UsageError for what is no report.
    """
    rows: dict[str, Row] = {}
    seen: set[tuple[str, ...]] = set()

    def new(*key: str) -> bool:
        before = len(seen)
        seen.add(key)
        return len(seen) > before

    for path in paths:
        for record in records(path):
            for name, file, column, identity in _entries(record, by, owners):
                row = rows.setdefault(name, Row(name))
                row.files += new(name, file)
                if column:
                    row.counts[column] += new(name, file, column, identity)
    columns = COLUMNS[by]
    worst_first = sorted(rows.values(), key=lambda r: ([-r.counts[c] for c in columns], r.name))
    return Tally(by, columns, tuple(worst_first))


def _entries(record: Record, by: By, owners: Owners) -> Iterator[tuple[str, str, str, str]]:
    """The rows that a record counts in, its file, the column (empty for none), and its identity."""
    if isinstance(record, Finding):
        file = record.where.path
        identity = f"{record.fingerprint} {record.target}"
        if by == "rule":
            yield f"{record.rule} {record.name}", file, record.severity, identity
        elif by == "owner":
            for owner in owners.of(file) or (NOBODY,):
                yield owner, file, record.severity, identity
    elif isinstance(record, Artifact):
        if by == "owner":
            for owner in owners.of(record.path) or (NOBODY,):
                yield owner, record.path, "", ""
        elif by in ("package", "target"):
            for name, verdict in _verdicts(record, by).items():
                yield name, record.path, verdict, ""


def _verdicts(artifact: Artifact, by: By) -> dict[str, Loading]:
    """The worst that is said of each package or target."""
    worst: dict[str, Loading] = {}
    for entry in artifact.loading:
        name = entry.target.name if by == "package" else str(entry.target)
        worst[name] = min(entry.verdict, worst.get(name, "loads"), key=VERDICTS.index)
    return worst
