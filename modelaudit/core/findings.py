"""What a scan returns: findings, the artifacts they are about, and the report of one run."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from modelaudit.core.location import Location

Severity = Literal["critical", "high", "medium", "low", "info"]
Category = Literal["security", "compatibility", "integrity", "portability"]
Confidence = Literal["high", "medium", "low"]
Effect = Literal["breaks-load", "breaks-use", "may-break", "advice"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Worst first."""
PLATFORM: Final = "platform"
"""The target that is an operating system, one of ``PLATFORMS`` in place of a version."""
PLATFORMS: Final = ("linux", "windows", "macos", "linux-aarch64", "macos-x86_64")
OPTION: Final = "--target"
CONFIGURED: Final = "configuration"
"""The sources of targets that the command line and the configuration name."""
PLACES: Final = 5
"""Places of one finding that are named."""


def at_least(severity: Severity, gate: Severity) -> bool:
    """True where ``severity`` is as bad as ``gate`` or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(gate)


class Target(msgspec.Struct, frozen=True):
    """A package or runtime, and the version of it that the artifact has to load with.

    ``source`` says who asked for it: ``--target``, or a file and its line. ``admitted`` is the
    range (``>=1.16``) that this release is of, empty where one version is named; ``also`` is true
    for one that the range admits and that is not what installs today. ``implied`` is true where no
    file states the range and what is pinned beside it has only these.
    One without a version says nothing of versions: requirement files name the package, or, where
    ``installed`` is false, the environment that is the target does not have it. So too where
    ``required`` is false: ``source`` is then the file of a complete set that does not bring it.
    Of an installed one ``modules`` has the first parts of its modules' names, and ``folders`` the
    directories that it may be in.
    """

    name: str
    version: str
    source: str
    admitted: str = ""
    also: bool = False
    implied: bool = False
    installed: bool = True
    required: bool = True
    modules: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version}" if self.version else self.name


class Finding(msgspec.Struct, frozen=True):
    """What a fact means under the rules in force.

    ``where`` is the first place, ``places`` the first few, ``count`` all of them. ``fingerprint``
    is stable over re-training and names no other finding of the run. ``title`` says what the rule
    finds, in any file. ``gates`` is true for one at or above the gate.
    """

    rule: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    effect: Effect | None
    message: str
    why: str
    fix: str
    references: tuple[str, ...]
    subject: str
    where: Location
    places: tuple[Location, ...]
    count: int
    target: Target | None
    fingerprint: str
    title: str = ""
    gates: bool = False


class Suppressed(msgspec.Struct, frozen=True):
    """A finding that is accepted, the reason for it, and where that is written.

    ``changed`` is true for a finding of the baseline whose artifact has other bytes than when the
    baseline was written.
    """

    finding: Finding
    reason: str
    by: Literal["configuration", "baseline"] = "configuration"
    changed: bool = False
