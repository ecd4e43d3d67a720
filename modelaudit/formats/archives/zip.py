"""Zip: its records, and its members as artifacts of their own.

Nothing is unpacked, and no member is inflated further than its inspector asks for, except small
ones, whose CRCs are checked. The names of the members decide which format a zip is of (a
checkpoint, a Keras model); the inspector of that format then knows the role of each member.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Inflated, Source
from modelaudit.discovery.identify import HEAD, UNKNOWN, identify, identify_members
from modelaudit.formats import INSPECTORS
from modelaudit.formats.archives import members as shared
from modelaudit.formats.archives import zipchecks
from modelaudit.formats.archives.zipmembers import Archive, ZipMember, open_member, read
from modelaudit.formats.archives.ziprecords import in_a_row

__all__ = ["Archive", "ZipMember", "embedded", "inspect", "open_member", "read"]


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The archive's own facts, then those of its format or, for a generic one, all members."""
    if source.path.endswith(".distcp") and (parts := in_a_row(source, bounds.limits.max_members)):
        yield from _saved_in_a_row(source, parts, bounds)
        return
    archive = read(source, bounds)
    format_ = identify_members([member.name for member in archive.members])
    inspector = INSPECTORS.get(format_)
    delegate = inspector.load_archive() if inspector is not None else None
    if delegate is None:
        yield Identity(format_, "", source.at())
    yield from zipchecks.facts(source, archive, bounds)
    if delegate is None:
        yield from embedded(source, archive, bounds)
        yield from _after_archive(source, archive, bounds)
    else:
        yield from delegate(source, archive, bounds)


def _saved_in_a_row(source: Source, parts: list[tuple[int, int]], bounds: Bounds) -> Iterator[Fact]:
    """A part of a distributed checkpoint: one archive of torch.save for each tensor.

    torch.distributed.checkpoint reads each by the place that the file .metadata has of it.
    """
    yield Identity("pytorch", "", source.at())
    for start, stop in parts:
        if problem := shared.timeout(bounds):
            yield shared.unreadable(source.at(start), problem)
            return
        inner = source.part(start, stop - start, f"archive@{start:#x}", bounds.limits)
        yield Embedded("zip", "", "", "member", inner.at(), inner)


def embedded(
    source: Source, archive: Archive, bounds: Bounds, skip: Collection[ZipMember] = ()
) -> Iterator[Fact]:
    """Every member that is or claims to be an artifact, except those in ``skip``."""
    passed = {id(member) for member in skip}
    for member in archive.members:
        if member.is_directory or id(member) in passed:
            continue
        if problem := shared.timeout(bounds):
            yield shared.unreadable(source.at(member.header), problem)
            return
        try:
            inner = open_member(source, member, bounds)
        except Malformed as malformed:
            yield shared.unreadable(shared.within(source, member.name), malformed)
            continue
        yield from shared.embedded(inner, member.name, bounds)
        if isinstance(inner, Inflated) and inner.problem and member.size > zipchecks.CHECKED:
            yield zipchecks.damaged(member, inner.problem, inner.at())


def _after_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The data after the archive, where it is an artifact."""
    for fact in archive.anomalies:
        start = fact.where.offset
        if getattr(fact, "kind", "") == "data-after-archive" and start is not None:
            format_ = identify(source.read(start, HEAD))
            if format_ != UNKNOWN:
                inner = source.part(start, source.extent, f"data@{start:#x}", bounds.limits)
                yield Embedded(format_, "", "", "member", inner.at(), inner)
