"""Saved reports as their records, one after another.

JSON Lines are read line by line, so memory does not grow with their number; a JSON object is read
whole. What names a file of another kind, another schema or a damaged line raises UsageError.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Finding, Suppressed
from modelaudit.core.limits import MIB
from modelaudit.core.report import Artifact, Skipped
from modelaudit.saved import schema
from modelaudit.saved.schema import SCHEMA

MOST: Final = 512 * MIB
"""Bytes of a JSON object, or of one line; what is larger is refused."""
_SNIFFED: Final = 512
_MARK: Final = re.compile(rb'"schema"\s*:\s*"modelaudit/report/')
_LINES: Final = re.compile(rb'\s*\{\s*"type"\s*:\s*"run"')
_DECODER: Final[msgspec.json.Decoder[schema.Line]] = msgspec.json.Decoder(schema.Line)


class Other(msgspec.Struct, frozen=True):
    """A file that is no model."""

    path: str


class Ending(msgspec.Struct, frozen=True):
    """How a run ended, and what it only counted.

    ``ended`` is false where it was cut short, ``complete`` where some part was not read. ``other``
    counts files that are no models.
    """

    ended: bool
    complete: bool
    other: int
    notes: tuple[str, ...] = ()


Record = Artifact | Finding | Suppressed | Skipped | Other | Ending
"""The last record of a report is its ``Ending``."""


def is_report(path: str) -> bool:
    """Whether a file is a saved report, by its name and by how it begins."""
    if not path.endswith((".json", ".jsonl")) or not Path(path).is_file():
        return False
    with Path(path).open("rb") as file:
        return _MARK.search(file.read(_SNIFFED)) is not None


def records(path: str) -> Iterator[Record]:
    """What a report says, in its order. Raises UsageError where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            start = file.read(_SNIFFED)
            file.seek(0)
            yield from _of_lines(path, file) if _LINES.match(start) else _of_object(path, file)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def _of_object(path: str, file: BinaryIO) -> Iterator[Record]:
    data = file.read(MOST + 1)
    if len(data) > MOST:
        raise UsageError(f"{path}: a report of more than {MOST // MIB} MiB is not read")
    try:
        report = msgspec.json.decode(data, type=schema.SavedReport)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: no report of modelaudit that can be read: {error}") from None
    _check(path, report.schema)
    yield from map(schema.artifact, report.artifacts)
    yield from map(schema.finding, report.findings)
    yield from map(schema.suppressed, report.suppressed)
    yield from map(schema.skipped, report.skipped)
    yield from map(Other, report.other)
    # `complete` is false, too, for a run that was interrupted while all that it read was whole.
    ended = report.complete or not all(one.complete for one in report.artifacts)
    yield Ending(ended, report.complete, report.summary.other, report.notes)


def _of_lines(path: str, file: BinaryIO) -> Iterator[Record]:
    notes: list[str] = []
    for number, line in enumerate(iter(lambda: file.readline(MOST + 1), b""), 1):
        if len(line) > MOST:
            raise UsageError(f"{path}:{number}: a line of more than {MOST // MIB} MiB is not read")
        if not line.endswith(b"\n"):
            break  # the run was ended while it wrote
        match _line(path, number, line):
            case schema.SavedRun() as run:
                _check(path, run.schema)
            case schema.SavedArtifact() as one:
                yield schema.artifact(one)
            case schema.SavedSuppressed() as one:
                yield schema.suppressed(one)
            case schema.SavedFinding() as one:
                yield schema.finding(one)
            case schema.SavedSkipped() as one:
                yield schema.skipped(one)
            case schema.SavedOther() as one:
                yield Other(one.path)
            case schema.SavedNote() as one:
                notes.append(one.note)
            case schema.SavedSummary() as last:
                yield Ending(True, last.complete, last.other, tuple(notes))  # noqa: FBT003
                return
    yield Ending(False, False, 0, tuple(notes))  # noqa: FBT003


def _line(path: str, number: int, line: bytes) -> schema.Line:
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = f"{path}:{number}: no line of a report of modelaudit: {error}"
        raise UsageError(problem) from None


def _check(path: str, found: str) -> None:
    if found != SCHEMA:
        raise UsageError(f"{path}: its schema is {found!r}, and {SCHEMA!r} is read")
