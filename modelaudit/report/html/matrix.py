"""Artifacts by targets: whether each is safe, and whether it loads there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.report.answers import (
    LOADING,
    LOADING_RANK,
    MOST_CLEAN,
    MOST_LISTED,
    SAFETY_RANK,
    accepted_of,
    is_clean,
)
from modelaudit.report.paths import project_path

if TYPE_CHECKING:
    from modelaudit.core.report import Artifact, Report
    from modelaudit.core.verdicts import Loading, LoadingVerdict

MOST_COLUMNS: Final = 6
"""Targets that have a column; the others share one."""
OTHERS: Final = "other targets"
NONE: Final = len(LOADING_RANK)
"""Where a cell without a verdict is sorted: behind all others."""


class Said(msgspec.Struct, frozen=True):
    """A verdict: its name in the style sheet, and its words, with the versions it is about."""

    kind: str
    words: str
    versions: str = ""


class Cell(msgspec.Struct, frozen=True):
    """The verdicts about one target, and where the cell is sorted."""

    said: tuple[Said, ...]
    rank: int


class Row(msgspec.Struct, frozen=True):
    """One artifact; ``rank`` is its place when sorted by safety, ``accepted`` counts findings.

    ``anchor`` is empty for one that has no section.
    """

    anchor: str
    path: str
    artifact: Artifact
    accepted: int
    rank: int
    cells: tuple[Cell, ...]


class Matrix(msgspec.Struct, frozen=True):
    """The columns, and the rows: those that are shown, more that are not clean, and clean ones."""

    columns: tuple[str, ...]
    shown: tuple[Row, ...]
    more: tuple[Row, ...]
    clean: tuple[Row, ...]


def said_of(verdict: Loading, versions: str = "") -> Said:
    """A verdict in words."""
    return Said(verdict, LOADING[verdict][1], versions)


def matrix_of(report: Report, anchors: Mapping[str, str]) -> Matrix:
    """The matrix of a report, the worst artifacts first; ``anchors`` are those of the paths."""
    names = _names(report)
    versions = _versions(report)
    accepted = accepted_of(report)
    rows = [
        Row(
            anchor=anchors.get(artifact.path, ""),
            path=project_path(report, artifact.path),
            artifact=artifact,
            accepted=accepted[artifact.path],
            rank=SAFETY_RANK.index(artifact.safety),
            cells=tuple(_cells(artifact, names, versions)),
        )
        for artifact in report.artifacts
    ]
    rows.sort(key=lambda row: (row.rank, min((cell.rank for cell in row.cells), default=NONE)))
    few = len(rows) <= MOST_CLEAN
    shown = [row for row in rows if few or row.accepted or not is_clean(row.artifact)]
    clean = () if few else tuple(r for r in rows if not r.accepted and is_clean(r.artifact))
    columns = [f"{name} {versions[name]}".rstrip() if name in versions else name for name in names]
    return Matrix(tuple(columns), tuple(shown[:MOST_LISTED]), tuple(shown[MOST_LISTED:]), clean)


def _names(report: Report) -> list[str]:
    """The columns by the target's name; of many targets, those with the worst verdicts."""
    worst: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for artifact in report.artifacts:
        for entry in artifact.loading:
            rank = LOADING_RANK.index(entry.verdict)
            worst[entry.target.name] = min(rank, worst.get(entry.target.name, rank))
            counts[entry.target.name] += 1
    names = sorted(worst, key=lambda name: (worst[name], -counts[name], name))
    return names if len(names) <= MOST_COLUMNS else [*names[: MOST_COLUMNS - 1], OTHERS]


def _versions(report: Report) -> dict[str, str]:
    """The version of each target that has only one in this run."""
    seen: dict[str, set[str]] = {}
    for artifact in report.artifacts:
        for entry in artifact.loading:
            seen.setdefault(entry.target.name, set()).add(entry.target.version)
    return {name: next(iter(found)) for name, found in seen.items() if len(found) == 1}


def _cells(artifact: Artifact, names: list[str], versions: Mapping[str, str]) -> list[Cell]:
    cells: dict[str, list[LoadingVerdict]] = {name: [] for name in names}
    for entry in artifact.loading:
        name = entry.target.name
        cells[name if name in cells else OTHERS].append(entry)
    return [_cell(entries, versions, other=name == OTHERS) for name, entries in cells.items()]


def _cell(entries: list[LoadingVerdict], versions: Mapping[str, str], *, other: bool) -> Cell:
    """What is said; releases of one range that fare alike are one."""
    groups: dict[tuple[str, str, Loading], list[str]] = {}
    for entry in entries:
        target = entry.target
        source = target.source if target.admitted else f"{target.source} {target.version}"
        label = target.name if other else ""
        groups.setdefault((label, source, entry.verdict), []).append(target.version)
        if not other and target.name in versions:
            groups[label, source, entry.verdict] = [""]
    said = {
        said_of(verdict, f"{label} {_span(found)}".strip()): None
        for (label, _, verdict), found in groups.items()
    }
    ranks = [LOADING_RANK.index(entry.verdict) for entry in entries]
    return Cell(tuple(said), min(ranks, default=NONE))


def _span(versions: list[str]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]}–{versions[-1]}"
