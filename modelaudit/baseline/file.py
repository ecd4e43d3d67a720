"""The file of a baseline: JSON that is sorted, so that a change of it reads well in a review."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from modelaudit.core.errors import UsageError

NAME = "modelaudit-baseline.json"
"""What the file is called where nothing else is said."""


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One finding that is known. ``date`` is the day on which it was taken in."""

    fingerprint: str
    rule: str
    subject: str
    reason: str
    date: datetime.date


class Artifact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An artifact by its path from the project's root, its SHA-256, and what is known of it."""

    path: str
    sha256: str
    findings: tuple[Known, ...]

    def finding(self, fingerprint: str) -> Known | None:
        """The entry with a fingerprint."""
        return next((one for one in self.findings if one.fingerprint == fingerprint), None)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["modelaudit/baseline/1"]
    artifacts: tuple[Artifact, ...]


Baseline = Mapping[str, Artifact]
"""Artifacts by path."""


@cache
def load(path: str) -> Baseline:
    """Read a baseline. Raises UsageError."""
    try:
        read = msgspec.json.decode(Path(path).read_bytes(), type=_File)
    except FileNotFoundError:
        hint = "'modelaudit baseline write PATHS' makes one"
        raise UsageError(f"there is no baseline {path}; {hint}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a baseline: {error}") from None
    return {artifact.path: artifact for artifact in read.artifacts}


def save(path: str, artifacts: Iterable[Artifact]) -> None:
    """Write a baseline; artifacts without findings are left out. Raises UsageError."""
    kept = sorted((one for one in artifacts if one.findings), key=lambda one: one.path)
    ordered = [
        msgspec.structs.replace(
            one, findings=tuple(sorted(one.findings, key=lambda f: (f.rule, f.fingerprint)))
        )
        for one in kept
    ]
    content = msgspec.json.encode(_File("modelaudit/baseline/1", tuple(ordered)))
    try:
        Path(path).write_bytes(msgspec.json.format(content, indent=2) + b"\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    load.cache_clear()
