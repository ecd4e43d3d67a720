"""Zip: what its directory says, and its members as artifacts of their own.

Nothing is unpacked, and no member is inflated further than its inspector asks for, but for the
CRCs of small ones. Which format a zip is of (a checkpoint, a model of Keras) its members' names
tell; an inspector of that format then says which members are what.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Embedded, Fact, Identity, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Inflated, Source
from modelaudit.discovery.identify import HEAD, UNKNOWN, identify, identify_members
from modelaudit.formats import INSPECTORS
from modelaudit.formats.archives import members as shared
from modelaudit.formats.archives import zipchecks
from modelaudit.formats.archives.zipmembers import Archive, ZipMember, open_member, read

__all__ = ["Archive", "ZipMember", "embedded", "inspect", "open_member", "read"]


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The archive's own facts, then those of its format or, for a generic one, all members."""
    archive = read(source, bounds)
    format_ = identify_members([member.name for member in archive.members])
    inspector = INSPECTORS.get(format_)
    delegate = inspector.load_archive() if inspector is not None else None
    if delegate is None:
        yield Identity(format_, "", source.at())
    yield from zipchecks.facts(source, archive, bounds)
    if delegate is None:
        yield from embedded(source, archive, bounds)
        yield from _behind(source, archive, bounds)
    else:
        yield from delegate(source, archive, bounds)


def embedded(
    source: Source, archive: Archive, bounds: Bounds, skip: Collection[ZipMember] = ()
) -> Iterator[Fact]:
    """Every member that is or claims to be an artifact, but for those that are skipped."""
    passed = {id(member) for member in skip}
    for member in archive.members:
        if member.is_directory or id(member) in passed:
            continue
        if time.monotonic() > bounds.deadline:
            detail = f"timeout ({bounds.limits.timeout} s) reached"
            yield Unreadable("limit", detail, source.at(member.header))
            return
        try:
            inner = open_member(source, member, bounds)
        except Malformed as problem:
            yield shared.unreadable(shared.within(source, member.name), problem)
            continue
        yield from shared.embedded(inner, member.name)
        if isinstance(inner, Inflated) and inner.problem and member.size > zipchecks.CHECKED:
            yield Unreadable("damaged-compression", inner.problem, inner.at())


def _behind(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """What follows the archive, where that is an artifact."""
    for fact in archive.anomalies:
        start = fact.where.offset
        if getattr(fact, "kind", "") == "data-after-archive" and start is not None:
            format_ = identify(source.read(start, HEAD))
            if format_ != UNKNOWN:
                inner = source.part(start, source.extent, f"data@{start:#x}", bounds.limits)
                yield Embedded(format_, "", "", "member", inner.at(), inner)
