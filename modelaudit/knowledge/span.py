"""Releases of a package: which of them speak for a version, and which of them have something.

A table is made of samples: releases that were looked into. One policy says what they mean for a
version, and every module of knowledge goes by it:

- A sampled release, and a later patch of its minor series, is judged as that release. So is an
  earlier patch of the oldest series, which no other sample could speak for.
- A version between two samples is judged where both say the same; where they differ, nothing is
  known of it.
- Nothing is known of a minor series that is newer than the newest sample or older than the oldest.

Versions compare as PEP 440 has it. https://packaging.python.org/specifications/version-specifiers/
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from packaging.version import Version

T = TypeVar("T")
Names = tuple[str, ...]
"""Sampled releases, oldest first."""
State = Literal["covered", "between", "newer", "older", "no-table"]


class Coverage(msgspec.Struct, frozen=True):
    """What a table can say of a version.

    ``positions`` are the samples that speak for it: one (``covered``), two that have to agree
    (``between``), or none. ``oldest`` and ``newest`` are the ends of the table, empty without
    a table (``no-table``).
    """

    state: State
    oldest: str = ""
    newest: str = ""
    positions: tuple[int, ...] = ()


class Span(msgspec.Struct, frozen=True):
    """Releases by position: in it from the first edge on, out from the second, in from the third.

    ``position in span`` asks for one release.
    """

    edges: tuple[int, ...]

    def __contains__(self, position: int) -> bool:
        return sum(edge <= position for edge in self.edges) % 2 == 1


@lru_cache(maxsize=8192)
def span(notation: str | tuple[str, ...], releases: Names) -> Span:
    """A span out of a table, in either notation.

    A text has ``first:end`` for each run of releases, with blanks between; ``end`` is the first
    release without it, and either is left out at an end of the table. A list has the edges: the
    first release with it, the first without it, and so on.
    """
    if not isinstance(notation, str):
        return Span(tuple(releases.index(edge) for edge in notation))
    edges: list[int] = []
    for run in notation.split(" "):
        first, _, end = run.partition(":")
        edges.append(releases.index(first) if first else 0)
        if end:
            edges.append(releases.index(end))
    return Span(tuple(edges))


def in_span(notation: str | tuple[str, ...], releases: Names, position: int) -> bool:
    """Whether a span, in either notation, takes in the release at a position."""
    return position in span(notation, releases)


@cache
def coverage(releases: Names, version: str) -> Coverage:
    """Which samples speak for a version. Raises ValueError for a text that is not a version."""
    from packaging.version import Version  # noqa: PLC0415  only with a target

    wanted = Version(version)
    known = [Version(release) for release in releases]
    oldest, newest = releases[0], releases[-1]
    before = sum(one <= wanted for one in known)
    if before and _series(known[before - 1]) == _series(wanted):
        return Coverage("covered", oldest, newest, (before - 1,))
    if before == len(known):
        return Coverage("newer", oldest, newest)
    if before:
        return Coverage("between", oldest, newest, (before - 1, before))
    if _series(known[0]) == _series(wanted):
        return Coverage("covered", oldest, newest, (0,))
    return Coverage("older", oldest, newest)


def _series(version: Version) -> tuple[int, int]:
    """The first two numbers: ``1`` is of the series ``1.0``."""
    return version.major, version.minor


def agreed(covered: Coverage, says: Callable[[int], T]) -> T | None:
    """What all releases that speak say alike; None where they differ, or where none speaks."""
    answers = [says(position) for position in covered.positions]
    return answers[0] if answers and all(answer == answers[0] for answer in answers) else None
