"""What a scan returns: the artifacts with their verdicts, and the findings about them."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from modelaudit.core.facts import Fact
from modelaudit.core.findings import Finding, Suppressed
from modelaudit.core.outline import Outline
from modelaudit.core.verdicts import LoadingVerdict, Safety


class Artifact(msgspec.Struct, frozen=True):
    """One file or directory that is, or claims to be, a model.

    ``format`` is ``unknown`` where the bytes were not recognised. ``unread`` has one line for each
    part that could not be inspected. ``producers`` name what wrote it (``scikit-learn 1.2.2``).
    ``sha256`` is 64 hexadecimal digits, empty where no digest was asked for. ``requires`` are the
    packages that loading it takes (``scikit-learn==1.2.2``), where an output asks for them.
    ``packed`` is true for a compressed file, in which places count decompressed bytes. ``outline``
    says what it is made of, where an output asks for it.
    """

    path: str
    format: str
    size: int
    unread: tuple[str, ...]
    safety: Safety
    loading: tuple[LoadingVerdict, ...] = ()
    producers: tuple[str, ...] = ()
    sha256: str = ""
    requires: tuple[str, ...] = ()
    packed: bool = False
    outline: Outline | None = None

    @property
    def complete(self) -> bool:
        """Whether every part of it was read."""
        return not self.unread


Use = Literal["used", "changed", "expired", "idle"]
"""What became of a suppression: it accepted a finding, it would have if the artifact or the day
were another, or it is about an artifact that has no such finding."""
USES: Final[tuple[Use, ...]] = get_args(Use)
"""The one that says most first."""


class Skipped(msgspec.Struct, frozen=True):
    """A path that was passed over, and why."""

    path: str
    why: str


class Setting(msgspec.Struct, frozen=True):
    """A key of the configuration in force, and a line for each of its values.

    ``limited`` is true where findings that are severe, and parts that were not read, are judged
    without it, since the configuration was found and not named.
    """

    key: str
    values: tuple[str, ...]
    limited: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """One artifact and its findings; ``artifact`` is None for a file that is no model.

    ``gates`` is true where a finding is at or above the gate. ``spared`` counts the findings that
    the configuration would silence if the user had named it. ``uses`` pairs the numbers of
    suppressions that are about the artifact with what became of them, and ``returned`` counts
    findings of the baseline that count again since the artifact changed. ``facts`` is what was
    read, where the job asks for it; None too where the reader was lost.
    """

    artifact: Artifact | None
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    gates: bool = False
    spared: int = 0
    uses: tuple[tuple[int, Use], ...] = ()
    returned: int = 0
    facts: tuple[Fact, ...] | None = None


class Report(msgspec.Struct, frozen=True):
    """The outcome of one run. ``other`` counts files that are no models.

    ``gates`` is true where a finding is at or above the gate, so that a build should fail.

    ``notes`` are about the run itself, such as a target that no table knows. ``configuration`` is
    the path of the configuration file in force, empty without one. ``root`` is the absolute
    path of the project; outputs that other programs read give paths from there. Where it is empty,
    they give paths as they are. ``settings`` are what is in force, and ``spared`` counts the
    findings that stay although the configuration would silence them. ``unchanged`` counts files
    that were left out as they are what they were in the commit that the run was asked about.
    ``missed`` counts the files that a run did not come to since it was interrupted. ``targeted`` is
    false where no target is known at all. ``whole`` is false for a report that was put together
    from others, of which one ends before its run did. ``others`` are the paths of the files that
    ``other`` counts.
    """

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    other: int
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    configuration: str = ""
    gates: bool = False
    root: str = ""
    unchanged: int = 0
    missed: int = 0
    targeted: bool = True
    settings: tuple[Setting, ...] = ()
    spared: int = 0
    whole: bool = True
    others: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every file was looked at, and every part of every artifact was read."""
        return (
            self.whole and not self.missed and all(artifact.complete for artifact in self.artifacts)
        )


class Interrupted(KeyboardInterrupt):
    """The run was interrupted; ``report`` has what it found until then."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
