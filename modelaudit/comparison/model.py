"""Two sides that are compared, and what a comparison comes to."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from modelaudit.core.facts import Fact
from modelaudit.core.findings import Finding
from modelaudit.core.report import Artifact
from modelaudit.core.verdicts import LoadingVerdict

Status = Literal["same", "changed", "moved", "added", "removed"]
"""``moved``: the same bytes at another path."""
Direction = Literal["added", "removed", "changed"]
Fate = Literal["new", "gone", "changed"]
MOST_VALUES: Final = 50
"""Values of one field that are named on either side."""


class Version(msgspec.Struct, frozen=True):
    """One artifact as one side has it.

    ``path`` is what it is called in findings, ``name`` what it is called below the side. ``facts``
    is None where nothing is known of them, as in a saved report. ``artifact`` is None for a file
    that is no model and that has findings, such as a requirement file. ``suppressed`` counts
    findings that are accepted.
    """

    path: str
    name: str
    artifact: Artifact | None
    facts: tuple[Fact, ...] | None
    findings: tuple[Finding, ...]
    suppressed: int = 0


class Side(msgspec.Struct, frozen=True):
    """An artifact, a directory or a saved report. ``single`` is true for one artifact.

    ``targeted`` is false where no target is known at all.
    """

    path: str
    versions: tuple[Version, ...]
    single: bool
    saved: bool = False
    targeted: bool = True
    notes: tuple[str, ...] = ()


class FieldChange(msgspec.Struct, frozen=True):
    """The values of a field that only one side has, and how many more there are of them.

    A field that counts has one value on either side.
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    more_before: int = 0
    more_after: int = 0


class Change(msgspec.Struct, frozen=True):
    """Something that an artifact contains and that is not as it was.

    ``topic`` is one of ``topics.TOPICS``. The ``fields`` of what is added or removed are all that
    is known of it. ``minor`` is true where only what training changes is other: how often, how
    many bytes, with which data as arguments.
    """

    topic: str
    direction: Direction
    name: str
    fields: tuple[FieldChange, ...]
    minor: bool = False


class FindingChange(msgspec.Struct, frozen=True):
    """A finding that one side has and the other has not, or that says something else now.

    ``gates`` is true where it fails the run now and did not.
    """

    fate: Fate
    before: Finding | None
    after: Finding | None

    @property
    def gates(self) -> bool:
        """Whether it fails the run now, and did not before."""
        return bool(self.after and self.after.gates and not (self.before and self.before.gates))

    @property
    def finding(self) -> Finding:
        """The one that is shown: as it is now, or as it was."""
        found = self.after or self.before
        assert found is not None  # one of them is what the change is about
        return found


class LoadingChange(msgspec.Struct, frozen=True):
    """The verdicts on one target; None where a side has none."""

    target: str
    before: LoadingVerdict | None
    after: LoadingVerdict | None


class Difference(msgspec.Struct, frozen=True):
    """One artifact in both sides, or in one of them.

    ``identical`` is true where both have the same bytes, and None where that is not known.
    ``facts`` is false where what the artifacts contain could not be compared. ``kept`` counts what
    is the same by topic, ``findings_kept`` the findings that both sides have, ``loading_kept`` the
    targets with the same verdict.
    """

    status: Status
    name: str
    old: Version | None
    new: Version | None
    identical: bool | None
    facts: bool
    changes: tuple[Change, ...]
    kept: tuple[tuple[str, int], ...]
    findings: tuple[FindingChange, ...]
    findings_kept: int
    loading: tuple[LoadingChange, ...]
    loading_kept: int

    @property
    def artifacts(self) -> tuple[Artifact | None, Artifact | None]:
        """The artifact as it was and as it is; None where a side has none."""
        return (
            self.old.artifact if self.old is not None else None,
            self.new.artifact if self.new is not None else None,
        )


class Comparison(msgspec.Struct, frozen=True):
    """What changed between two versions of a model.

    ``gates`` is true where the new side has a finding at or above the gate that the old one has
    not. ``facts`` is false where a side is a saved report, which has verdicts and findings only,
    ``targeted`` where no target is known for either.
    """

    old: str
    new: str
    differences: tuple[Difference, ...]
    gates: bool
    facts: bool
    targeted: bool = True
    notes: tuple[str, ...] = ()
