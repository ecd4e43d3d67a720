"""Several saved reports as one: shards of a large scan, or one scan for each target.

What two reports say alike is in the result once. An artifact that several judged for different
targets has the verdicts of all. Of one that is not the same in two of them, because it changed
between the scans, both are kept, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from modelaudit.core.findings import Finding, Suppressed
from modelaudit.core.report import Artifact, Report, Skipped
from modelaudit.core.verdicts import LoadingVerdict, Safety
from modelaudit.saved.read import Ending, Other, records

_WORST_FIRST: Final[tuple[Safety, ...]] = ("unsafe", "unknown", "unreviewed", "safe")
MOST_NAMED: Final = 5
"""Artifacts that a note names."""


class Merged:
    """What was read so far. ``add`` takes one more report and raises UsageError as reading does."""

    def __init__(self) -> None:
        self._artifacts: dict[tuple[str, str, int, str], Artifact] = {}
        self._findings: dict[Finding, None] = {}
        self._suppressed: dict[Suppressed, None] = {}
        self._skipped: dict[Skipped, None] = {}
        self._notes: dict[str, None] = {}
        self._others: dict[str, None] = {}
        self._unnamed = 0
        self._whole = True

    def add(self, path: str) -> None:
        named = 0
        for record in records(path):
            match record:
                case Artifact():
                    self._add_artifact(record)
                case Finding():
                    self._findings[record] = None
                case Suppressed():
                    self._suppressed[record] = None
                case Skipped():
                    self._skipped[record] = None
                case Other():
                    self._others[record.path] = None
                    named += 1
                case Ending():
                    self._end(path, record, named)

    def _add_artifact(self, one: Artifact) -> None:
        key = (one.path, one.format, one.size, one.sha256)
        known = self._artifacts.get(key)
        self._artifacts[key] = one if known is None else _both(known, one)

    def _end(self, path: str, ending: Ending, named: int) -> None:
        self._unnamed += max(ending.other - named, 0)  # of a report that only counts them
        self._notes |= dict.fromkeys(ending.notes)
        if not ending.ended:
            self._whole = False
            self._notes[f"{path}: the run did not come to its end, and its report is in part"] = (
                None
            )

    def report(self) -> Report:
        """All that was read, as one report."""
        artifacts = tuple(self._artifacts.values())
        return Report(
            artifacts=artifacts,
            findings=tuple(self._findings),
            suppressed=tuple(self._suppressed),
            other=len(self._others) + self._unnamed,
            notes=(*self._notes, *_changed(artifacts)),
            skipped=tuple(self._skipped),
            gates=any(finding.gates for finding in self._findings),
            targeted=not artifacts or any(artifact.loading for artifact in artifacts),
            whole=self._whole,
            others=tuple(self._others),
        )


def _both(one: Artifact, other: Artifact) -> Artifact:
    """The verdicts of two scans of the same bytes."""
    return replace(
        one,
        unread=one.unread or other.unread,
        safety=min(one.safety, other.safety, key=_WORST_FIRST.index),
        loading=tuple(_once([*one.loading, *other.loading])),
    )


def _once(verdicts: Sequence[LoadingVerdict]) -> Iterator[LoadingVerdict]:
    """What is said of each target, once, whoever asked for it."""
    said: set[tuple[str, str, str]] = set()
    for one in verdicts:
        key = (str(one.target), one.verdict, one.because)
        if key not in said:
            yield one
        said.add(key)


def _changed(artifacts: Sequence[Artifact]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for artifact in artifacts:
        seen[artifact.path] = seen.get(artifact.path, 0) + 1
    several = [path for path, count in seen.items() if count > 1]
    if several:
        named = ", ".join(several[:MOST_NAMED])
        more = f" and {len(several) - MOST_NAMED} more" if len(several) > MOST_NAMED else ""
        yield f"not the same in all reports, so they are listed more than once: {named}{more}"
