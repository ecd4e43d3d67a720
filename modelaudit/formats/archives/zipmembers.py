"""A zip's members, found as leniently as any loader would find them, and opened one by one.

Members come from the central directory, from every other one that an end record leads to, and
from local headers that none of them names. Readers differ in which of these they believe: Python's
zipfile takes the directory that ends where the end record begins, miniz (torch's reader) the one
at the offset that is declared. Where a local header contradicts its entry, both are members.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import COPIED, Inflated, Source
from modelaudit.formats.archives import ziprecords as records
from modelaudit.formats.archives.decoders import METHODS, zip_member
from modelaudit.formats.archives.ziprecords import End, Header

_SEARCHED: Final = 64 * MIB
"""Bytes outside of members that are searched for more of them."""
_ENDS: Final = 16
"""End records that are followed, from the last one on."""
_DIRECTORY: Final = 256 * MIB
"""Bytes of one central directory that are read."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member. ``header`` is where its local header stands, ``start`` where its data does.

    ``size`` and ``packed`` are declared, and may lie. ``end`` is past its data and descriptor.
    ``mode`` holds the file type and permissions as Unix has them, 0 where none are told.
    """

    name: str
    header: int
    start: int
    packed: int
    size: int
    method: int
    crc: int
    flags: int
    from_central: bool
    mode: int
    end: int

    @property
    def is_directory(self) -> bool:
        return self.name.endswith("/") and not self.packed


@dataclass(frozen=True, slots=True)
class Archive:
    """All members, those of the central directory first, and what contradicts itself."""

    members: tuple[ZipMember, ...]
    anomalies: tuple[Fact, ...]

    def named(self, name: str) -> Iterator[ZipMember]:
        """Every member of one name: there may be several, and loaders differ in which they take."""
        return (member for member in self.members if member.name == name)


def read(source: Source, bounds: Bounds) -> Archive:
    """The members of a zip. Raises Malformed for bytes that hold none."""
    reader = _Reader(source, bounds)
    for end in records.ends(source)[:_ENDS]:
        reader.follow(end)
    reader.look_between()
    return Archive(tuple(reader.members), tuple(reader.facts))


def open_member(source: Source, member: ZipMember, bounds: Bounds) -> Source:
    """A member's content. Raises Malformed where it is encrypted or its method is not known."""
    if not is_plain(source, member):
        raise Malformed("encrypted", "the member is encrypted")
    room = max(0, min(member.packed, source.extent - member.start))
    if member.method == 0:
        return source.part(member.start, room, member.name, bounds.limits)
    decoder = zip_member(member.method, source, member.start, member.start + room)
    inner = Inflated(decoder, room, source, bounds.limits, member.name)
    if member.size <= COPIED:
        inner.settle()
    return inner


def is_plain(source: Source, member: ZipMember) -> bool:
    """False for data that is encrypted indeed: torch's reader does not look at the flag."""
    if not member.flags & records.ENCRYPTED:
        return True
    if member.method == 0:
        return member.packed == member.size  # encryption puts 12 bytes before the data
    try:
        decoder = zip_member(member.method, source, member.start, member.start + member.packed)
    except Malformed:
        return False
    return bool(decoder.read(64)) or not (member.size or decoder.problem)


class _Reader:
    """Collects members; ``covered`` are the stretches of the file that something accounts for."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.source = source
        self.bounds = bounds
        self.members: list[ZipMember] = []
        self.facts: list[Fact] = []
        self.covered: list[tuple[int, int]] = []
        self._seen: set[tuple[int, int, int, int, str]] = set()
        self._directories: set[int] = set()
        self._ends: set[int] = set()
        self._full = False

    def follow(self, end: End) -> None:
        """Read the directories that an end record may mean; the record may be a member's data."""
        inside = any(start <= end.position < stop for start, stop in self.covered)
        if inside and end.position not in self._ends:
            return
        if end.lies:
            self._add("zip64-lies", "the zip64 end record contradicts the end record", end.position)
        starts = [start for start in (end.limit - end.size, end.offset) if self._begins(start, end)]
        fresh = [start for start in dict.fromkeys(starts) if start not in self._directories]
        if self._directories and fresh:
            detail = "end records lead to several central directories"
            self._add("several-end-records", detail, end.position)
        elif len(fresh) > 1:
            detail = f"the central directory is at {fresh[0]:#x} or at {fresh[1]:#x}"
            self._add("several-directories", detail, end.position)
        elif not starts:
            return
        for start in fresh:
            self._directory(start, end)
        self._directories.update(starts)
        self._ends.add(end.position)
        self.covered.append((end.limit, end.finish))

    def _begins(self, start: int, end: End) -> bool:
        if not 0 <= start <= end.limit:
            return False
        return self.source.read(start, 4) == records.CENTRAL or (not end.count and not end.size)

    def _directory(self, start: int, end: End) -> None:
        raw = self.source.read(start, min(end.limit - start, _DIRECTORY))
        position = start
        count = 0
        for header in records.central(raw, self.bounds.limits.max_members):
            self._listed(header, start - end.offset, position)
            position += header.length
            count += 1
        if count % 0x10000 != end.count % 0x10000 or (end.wide and count != end.count):
            detail = f"{end.count} members are declared and {count} are listed"
            self._add("entry-count", detail, end.position)
        self.covered.append((start, max(position, start)))

    def _listed(self, header: Header, shift: int, position: int) -> None:
        source = self.source
        local = records.local(source, header.offset + shift)
        offset = header.offset + shift
        if local is None:
            detail = f"the member {header.name!r} has no header at {offset:#x}"
            self.facts.append(Unreadable("broken-member", detail, source.at(position)))
            return
        member = self._member(header, offset, local.length, listed=True)
        if not self._keep(member):
            return
        self.covered.append((offset, member.end))
        for lies in filter(None, (header.lies, local.lies)):
            self._add("zip64-lies", f"{header.name!r}: {lies}", offset)
        for other in {header.other_name, local.other_name} - {"", header.name}:
            detail = f"the member {header.name!r} is {other!r} for readers of the Unicode path"
            self._add("local-central-mismatch", detail, offset)
        contradictions = _contradictions(header, local)
        if contradictions:
            detail = f"the member {header.name!r}: its own header says {', '.join(contradictions)}"
            self._add("local-central-mismatch", detail, offset)
        if (local.method, local.packed) != (header.method, header.packed) and not (
            local.flags & records.DESCRIBED and local.packed in (0, 0xFFFFFFFF)
        ):
            self._keep(self._member(local, offset, local.length, listed=False))

    def _member(self, header: Header, offset: int, length: int, *, listed: bool) -> ZipMember:
        start = offset + length
        stop = start + header.packed
        stop += records.descriptor(self.source, stop, header)
        return ZipMember(
            header.name, offset, start, header.packed, header.size, header.method, header.crc,
            header.flags, listed, header.mode, stop,
        )  # fmt: skip

    def _keep(self, member: ZipMember) -> bool:
        key = (member.header, member.method, member.packed, member.size, member.name)
        if key in self._seen or self._full:
            return False
        limits = self.bounds.limits
        self._full = len(self.members) >= limits.max_members
        late = not len(self.members) % 1024 and time.monotonic() > self.bounds.deadline
        if self._full or late:
            self._full = True
            limit = (
                f"timeout ({limits.timeout} s)" if late else f"max-members ({len(self.members)})"
            )
            self.facts.append(
                Unreadable("limit", f"{limit} reached", self.source.at(member.header))
            )
            return False
        self._seen.add(key)
        self.members.append(member)
        if member.start + member.packed > self.source.extent:
            detail = f"the member {member.name!r} ends behind the end of the file"
            self.facts.append(Unreadable("broken-member", detail, self.source.at(member.header)))
        return True

    def look_between(self) -> None:
        """Look where nothing accounts for the bytes: for members, and for what else is there."""
        whole = bool(self._directories)
        extent = self.source.extent
        searched = 0
        for start, stop in _holes(sorted(self.covered), extent):
            if whole:
                self._report_hole(start, stop)
            found = self._search(start, stop, min(stop - start, _SEARCHED - searched))
            searched += found
        if whole:
            return
        if not self.members:
            raise Malformed("not-a-zip", "there is no zip archive in it")
        detail = "the archive's end is missing: its members were looked for one by one"
        self.facts.append(Unreadable("broken-archive", detail, self.source.at()))

    def _report_hole(self, start: int, stop: int) -> None:
        if not self.source.read(start, min(stop - start, MIB)).strip(b"\0"):
            return
        kind, place = "data-between-members", "stand between its members"
        if start == 0:
            kind, place = "data-before-archive", "come before the archive"
        elif stop == self.source.extent:
            kind, place = "data-after-archive", "follow the archive"
        self._add(kind, f"{stop - start} bytes {place}", start)

    def _search(self, start: int, stop: int, most: int) -> int:
        """Local headers in a hole; what is found is passed over, and counts for nothing."""
        searched, position = 0, start
        while position < stop and searched < most and not self._full:
            chunk = self.source.read(position, min(MIB, stop - position))
            at = chunk.find(records.LOCAL)
            if at < 0:
                searched += len(chunk)
                position += max(len(chunk) - 3, 1) if position + len(chunk) < stop else len(chunk)
                continue
            searched += at
            position = self._unlisted(position + at, stop)
        return searched

    def _unlisted(self, offset: int, stop: int) -> int:
        """A member that only its own header tells of; the position to go on from."""
        header = records.local(self.source, offset)
        if header is None or header.method not in METHODS or not header.name:
            return offset + 4
        start = offset + header.length
        if header.flags & records.DESCRIBED and header.packed in (0, 0xFFFFFFFF):
            header = _measured(self.source, header, start, stop)
        member = self._member(header, offset, header.length, listed=False)
        if self._keep(member) and self._directories:
            detail = f"the central directory does not name the member {member.name!r}"
            self._add("hidden-member", detail, offset)
        return max(start, min(member.end, stop))

    def _add(self, kind: str, detail: str, position: int) -> None:
        self.facts.append(Anomaly(kind, detail, self.source.at(position)))


def _measured(source: Source, header: Header, start: int, stop: int) -> Header:
    """A header whose sizes stand behind the data: up to the next record, as far as can be seen."""
    position = start
    while position < min(stop, start + _SEARCHED):
        chunk = source.read(position, min(MIB, stop - position))
        places = [chunk.find(mark) for mark in (b"PK\x07\x08", records.LOCAL, records.CENTRAL)]
        nearest = min((place for place in places if place >= 0), default=-1)
        if nearest >= 0:
            position += nearest
            break
        position += max(len(chunk) - 3, 1) if position + len(chunk) < stop else len(chunk)
    packed = position - start
    size = packed if header.method == 0 else header.size
    return Header(
        header.name, header.flags, header.method, header.crc, packed, size, header.offset,
        header.mode, header.length, header.other_name, header.lies,
    )  # fmt: skip


def _contradictions(entry: Header, local: Header) -> list[str]:
    """What a member's own header says otherwise than its entry in the directory."""
    texts = []
    if local.name != entry.name:
        texts.append(f"its name is {local.name!r}")
    if local.method != entry.method:
        texts.append(f"its method is {METHODS.get(local.method, local.method)}")
    if (local.flags ^ entry.flags) & records.ENCRYPTED:
        texts.append("something else about encryption")
    if not local.flags & records.DESCRIBED:
        for what, mine, listed in (
            ("size", local.size, entry.size),
            ("packed size", local.packed, entry.packed),
            ("CRC", local.crc, entry.crc),
        ):
            if mine != listed:
                texts.append(f"its {what} is {mine:#x} and not {listed:#x}")
    return texts


def _holes(covered: list[tuple[int, int]], extent: int) -> Iterator[tuple[int, int]]:
    position = 0
    for start, stop in covered:
        if start > position:
            yield position, min(start, extent)
        position = max(position, stop)
    if position < extent:
        yield position, extent
