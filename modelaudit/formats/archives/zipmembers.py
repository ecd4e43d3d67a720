"""The members of a zip, found as leniently as the most lenient loader, and opened one by one.

Members come from the central directory, from every other one that an end record leads to, and
from local headers that no directory lists. Readers differ in which of these they use: Python's
zipfile takes the directory that ends where the end record begins, miniz (the reader of torch) the
one at the declared offset. Where a local header contradicts its entry, both are members.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import COPIED, Inflated, Source
from modelaudit.formats.archives import members as shared
from modelaudit.formats.archives import ziprecords as records
from modelaudit.formats.archives.decoders import METHODS, zip_member
from modelaudit.formats.archives.ziprecords import End, Header

_SEARCHED: Final = 64 * MIB
"""Bytes outside of members that are searched for unlisted ones."""
_ENDS: Final = 16
"""End records that are followed, from the last one on."""
_DIRECTORY: Final = 256 * MIB
"""Bytes of one central directory that are read."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member. ``header`` is the offset of its local header, ``start`` that of its data.

    ``size`` and ``packed`` are what the archive declares. ``end`` is the offset after its data and
    its data descriptor. ``mode`` has the bits of Unix's ``st_mode``, and is 0 where the archive
    has none. ``from_central`` is false for a member that no central directory lists.
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
    """All members, those of the central directory first, and contradictions between the records."""

    members: tuple[ZipMember, ...]
    anomalies: tuple[Fact, ...]

    def named(self, name: str) -> Iterator[ZipMember]:
        """Every member of one name: loaders differ in which of several they take."""
        return (member for member in self.members if member.name == name)


def read(source: Source, bounds: Bounds) -> Archive:
    """The members of a zip. Raises Malformed where there are none."""
    reader = _Reader(source, bounds)
    for end in records.ends(source):
        reader.follow(end)
    reader.search_unaccounted()
    return Archive(tuple(reader.members), tuple(reader.facts))


def open_member(source: Source, member: ZipMember, bounds: Bounds) -> Source:
    """A member's content. Raises Malformed where it is encrypted or its method is not supported."""
    if not is_plain(source, member):
        raise Malformed("encrypted", {"what": "the member"})
    room = max(0, min(member.packed, source.extent - member.start))
    if member.method == 0:
        return source.part(member.start, room, member.name, bounds.limits)
    begin = partial(zip_member, member.method, source, member.start, member.start + room)
    inner = Inflated(begin, room, source, bounds, member.name)
    if member.size <= COPIED:
        inner.settle()
    return inner


def is_plain(source: Source, member: ZipMember) -> bool:
    """False for data that is really encrypted; the flag alone proves nothing: torch ignores it."""
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
    """Collects members; ``covered`` are the stretches of the file that a record accounts for."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.source = source
        self.bounds = bounds
        self.members: list[ZipMember] = []
        self.facts: list[Fact] = []
        self.covered: list[tuple[int, int]] = []
        self._seen: set[tuple[int, int, int, int, str]] = set()
        self._directories: set[int] = set()
        self._ends: set[int] = set()
        self._open: list[tuple[int, int]] = []
        self._sorted = 0
        self._followed = 0
        self._full = False
        self._limits: set[str] = set()

    def follow(self, end: End) -> None:
        """Read every directory that readers may take an end record to declare."""
        if end.position not in self._ends and self._accounted_for(end.position):
            return
        if self._followed >= _ENDS:
            self._reached("end records of one archive", _ENDS, end.position)
            return
        self._followed += 1
        if end.contradicted:
            self._add("zip64-end-mismatch", {}, end.position)
        candidates = (end.limit - end.size, end.offset)
        starts = [start for start in dict.fromkeys(candidates) if self._is_directory(start, end)]
        if not starts:
            return
        new = [start for start in starts if start not in self._directories]
        if self._directories and new:
            self._add("concatenated-archives", {}, end.position)
        elif len(new) > 1:
            self._add("ambiguous-directory", {"first": new[0], "second": new[1]}, end.position)
        for start in new:
            self._read_directory(start, end)
        self._directories.update(starts)
        self._ends.add(end.position)
        self.covered.append((end.limit, end.finish))

    def _accounted_for(self, position: int) -> bool:
        """Whether a record covers a position. Sorts again only once more is covered."""
        if self._sorted != len(self.covered):
            self._open = list(_holes(sorted(self.covered), self.source.extent))
            self._sorted = len(self.covered)
        index = bisect_right(self._open, (position, self.source.extent)) - 1
        return bool(self.covered) and not (index >= 0 and position < self._open[index][1])

    def _is_directory(self, start: int, end: End) -> bool:
        if not 0 <= start <= end.limit:
            return False
        return self.source.read(start, 4) == records.CENTRAL or (not end.count and not end.size)

    def _read_directory(self, start: int, end: End) -> None:
        room = end.limit - start
        if room > _DIRECTORY:
            self._reached("bytes of one central directory", _DIRECTORY, start)
        raw = self.source.read(start, min(room, _DIRECTORY))
        shift = start - end.offset  # of an archive that was appended to other data
        position = start
        count = 0
        for entry in records.central(raw, self.bounds.limits.max_members + 1):
            self._read_entry(entry, entry.offset + shift, position)
            position += entry.length
            count += 1
        # The short form of the count wraps at 65536.
        if count % 0x10000 != end.count % 0x10000 or (end.wide and count != end.count):
            fields: Fields = {"declared": end.count, "listed": count}
            self._add("member-count-mismatch", fields, end.position)
        self.covered.append((start, max(position, start)))

    def _read_entry(self, entry: Header, offset: int, position: int) -> None:
        """Add the member of an entry at ``position``, whose local header is at ``offset``."""
        local = records.local(self.source, offset)
        if local is None:
            fields: Fields = {"name": entry.name, "offset": offset}
            where = self.source.at(position)
            self.facts.append(Unreadable("missing-local-header", fields, where))
            return
        member = self._member(entry, offset, local.length, listed=True)
        if not self._keep(member):
            return
        self.covered.append((offset, member.end))
        self._compare(entry, local, offset)
        sizes_follow = local.flags & records.DESCRIBED and local.packed in (0, 0xFFFFFFFF)
        if (local.method, local.packed) != (entry.method, entry.packed) and not sizes_follow:
            self._keep(self._member(local, offset, local.length, listed=False))

    def _compare(self, entry: Header, local: Header, offset: int) -> None:
        """Report where the two headers of a member contradict each other or themselves."""
        name = entry.name
        if entry.lacks_zip64 or local.lacks_zip64:
            self._add("zip64-size-missing", {"name": name}, offset)
        for other in sorted({entry.other_name, local.other_name} - {"", name}):
            self._add("unicode-path-mismatch", {"name": name, "other": other}, offset)
        for what, mine, listed in _differences(entry, local):
            fields: Fields = {"name": name, "property": what, "local": mine, "central": listed}
            self._add("local-central-mismatch", fields, offset)

    def _member(self, header: Header, offset: int, length: int, *, listed: bool) -> ZipMember:
        start = offset + length
        stop = start + header.packed
        stop += records.descriptor(self.source, stop, header)
        return ZipMember(
            header.name, offset, start, header.packed, header.size, header.method, header.crc,
            header.flags, listed, header.mode, stop,
        )  # fmt: skip

    def _keep(self, member: ZipMember) -> bool:
        """Add a member. False for one that is there already, and once a limit is reached."""
        key = (member.header, member.method, member.packed, member.size, member.name)
        if key in self._seen or self._full:
            return False
        where = self.source.at(member.header)
        if problem := shared.limit(len(self.members) + 1, self.bounds):
            self._full = True
            self.facts.append(shared.unreadable(where, problem))
            return False
        self._seen.add(key)
        self.members.append(member)
        missing = member.start + member.packed - self.source.extent
        if missing > 0:
            self.facts.append(shared.truncated(member.name, missing, where))
        return True

    def search_unaccounted(self) -> None:
        """Search the bytes that no record accounts for: for members, and for other data."""
        has_directory = bool(self._directories)
        extent = self.source.extent
        searched = 0
        for start, stop in _holes(sorted(self.covered), extent):
            if has_directory:
                self._report_hole(start, stop)
            searched += self._search(start, stop, _SEARCHED - searched)
        if has_directory:
            return
        if not self.members:
            is_zip = self.source.read(0, 4) == records.LOCAL
            raise Malformed("zip-without-members" if is_zip else "not-a-zip", {})
        self.facts.append(Unreadable("missing-end-record", {}, self.source.at()))

    def _report_hole(self, start: int, stop: int) -> None:
        if not self.source.read(start, min(stop - start, MIB)).strip(b"\0"):
            return
        fields: Fields = {"size": stop - start}
        if start == 0:
            self._add("data-before-archive", fields, start)
        elif stop == self.source.extent:
            self._add("data-after-archive", fields, start)
        else:
            self._add("data-between-members", fields, start)

    def _search(self, start: int, stop: int, most: int) -> int:
        """Add members whose local headers are in a hole; how many other bytes were searched."""
        searched, position = 0, start
        while position < stop and searched < most and not self._full:
            chunk = self.source.read(position, min(MIB, stop - position))
            if not chunk:  # the source ends before the extent that it declares
                return searched
            at = chunk.find(records.LOCAL)
            if at < 0:
                searched += len(chunk)
                position = _next_chunk(position, chunk, stop)
                continue
            searched += at
            position = self._read_unlisted(position + at, stop)
        if position < stop and searched >= most:
            self._reached("bytes searched for unlisted members", _SEARCHED, position)
        return searched

    def _read_unlisted(self, offset: int, stop: int) -> int:
        """Add a member that has only a local header; the position to go on from."""
        header = records.local(self.source, offset)
        if header is None or header.method not in METHODS or not header.name:
            return offset + 4
        start = offset + header.length
        if header.flags & records.DESCRIBED and header.packed in (0, 0xFFFFFFFF):
            header = _measured(self.source, header, start, stop)
        member = self._member(header, offset, header.length, listed=False)
        if self._keep(member) and self._directories:
            self._add("hidden-member", {"name": member.name}, offset)
        return max(start, min(member.end, stop))

    def _reached(self, limit: str, most: int, position: int) -> None:
        """Report a limit, once."""
        if limit not in self._limits:
            self._limits.add(limit)
            fields: Fields = {"limit": limit, "most": most}
            self.facts.append(Unreadable("limit", fields, self.source.at(position)))

    def _add(self, kind: str, fields: Fields, position: int) -> None:
        self.facts.append(Anomaly(kind, fields, self.source.at(position)))


def _next_chunk(position: int, chunk: bytes, stop: int) -> int:
    """The next position to search from: a signature of four bytes may begin in this chunk."""
    if position + len(chunk) >= stop:
        return position + len(chunk)
    return position + max(len(chunk) - 3, 1)


def _measured(source: Source, header: Header, start: int, stop: int) -> Header:
    """A header whose sizes come after the data: they are taken to reach to the next record."""
    position = start
    while position < min(stop, start + _SEARCHED):
        chunk = source.read(position, min(MIB, stop - position))
        if not chunk:
            break
        places = [chunk.find(mark) for mark in (b"PK\x07\x08", records.LOCAL, records.CENTRAL)]
        nearest = min((place for place in places if place >= 0), default=-1)
        if nearest >= 0:
            position += nearest
            break
        position = _next_chunk(position, chunk, stop)
    packed = position - start
    return replace(header, packed=packed, size=packed if header.method == 0 else header.size)


def _differences(entry: Header, local: Header) -> Iterator[tuple[str, str | int, str | int]]:
    """What a local header declares otherwise than its entry: property, its value, the entry's."""
    compared: list[tuple[str, str | int, str | int]] = [
        ("name", local.name, entry.name),
        (
            "method",
            METHODS.get(local.method, local.method),
            METHODS.get(entry.method, entry.method),
        ),
        ("encryption", _encryption(local), _encryption(entry)),
    ]
    if not local.flags & records.DESCRIBED:
        compared += [
            ("size", local.size, entry.size),
            ("packed size", local.packed, entry.packed),
            ("CRC", f"{local.crc:08x}", f"{entry.crc:08x}"),
        ]
    return (values for values in compared if values[1] != values[2])


def _encryption(header: Header) -> str:
    return "yes" if header.flags & records.ENCRYPTED else "no"


def _holes(covered: list[tuple[int, int]], extent: int) -> Iterator[tuple[int, int]]:
    """The stretches between those that are covered, which are sorted and may overlap."""
    position = 0
    for start, stop in covered:
        if start > position:
            yield position, min(start, extent)
        position = max(position, stop)
    if position < extent:
        yield position, extent
