"""What is wrong with a zip's members taken together, and with their data."""

from __future__ import annotations

import stat
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Member, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives import members as shared
from modelaudit.formats.archives import ziprecords as records
from modelaudit.formats.archives.decoders import METHODS, zip_member
from modelaudit.formats.archives.zipmembers import Archive, ZipMember, is_plain

CHECKED: Final = 16 * MIB
"""Bytes of a member up to which its CRC is worked out."""
CHECKED_IN_ALL: Final = 32 * MIB
"""Bytes of all members together for which that is done: a checkpoint is mostly numbers."""
_REPORTED: Final = 64 * MIB
_ODD_FLAGS: Final = {0x20: "patched data", 0x40: "strong encryption", 0x2000: "masked headers"}
_LINK_LENGTH: Final = 4096


def facts(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """Members, what the archive says against itself, and what is wrong with the data."""
    for member in archive.members:
        yield _member(source, member)
    yield from archive.anomalies
    for member in archive.members:
        where = source.at(member.header)
        yield from shared.name_anomalies(member.name, where)
        yield from _flags(source, member)
        if stat.S_ISLNK(member.mode):
            target = _text(source, member)
            yield shared.link(member.name, target, where)
        elif _is_device(member.mode):
            yield Anomaly("device", f"the member {member.name!r} is a device or a pipe", where)
    yield from _together(source, archive, bounds)
    yield from _checksums(source, archive)


def _member(source: Source, member: ZipMember) -> Member:
    kind = "directory" if member.is_directory else "file"
    if stat.S_ISLNK(member.mode):
        kind = "link"
    elif _is_device(member.mode):
        kind = "device"
    method = METHODS.get(member.method, str(member.method))
    where = source.at(member.header)
    return Member(member.name, member.size, member.packed, method, kind, member.from_central, where)


def _is_device(mode: int) -> bool:
    return stat.S_ISBLK(mode) or stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _text(source: Source, member: ZipMember) -> str:
    """A link's target. Empty where it cannot be read."""
    try:
        stop = member.start + min(member.packed, _LINK_LENGTH)
        raw = zip_member(member.method, source, member.start, stop).read(_LINK_LENGTH)
    except Malformed:
        return ""
    return raw.decode("utf-8", "replace")


def _flags(source: Source, member: ZipMember) -> Iterator[Fact]:
    where = source.at(member.header)
    if member.flags & records.ENCRYPTED and is_plain(source, member):
        detail = f"the member {member.name!r} is marked as encrypted and is not"
        yield Anomaly("encrypted-flag", detail, where)
    odd = [text for bit, text in _ODD_FLAGS.items() if member.flags & bit]
    if odd:
        detail = f"the member {member.name!r} is marked for {', '.join(odd)}"
        yield Anomaly("odd-flag", detail, where)


def _together(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    listed = [member for member in archive.members if member.from_central]
    counts = Counter(member.name for member in listed)
    seen: set[str] = set()
    for member in listed:
        if counts[member.name] > 1 and member.name in seen:
            detail = f"{counts.pop(member.name)} members are called {member.name!r}"
            yield Anomaly("duplicate-name", detail, source.at(member.header))
        seen.add(member.name)
    ordered = sorted(listed, key=lambda member: member.header)
    overlapping = [
        second for first, second in pairwise(ordered) if second.header < first.start + first.packed
    ]
    if overlapping:
        detail = f"{len(overlapping)} members share bytes with another one"
        yield Anomaly("overlapping-members", detail, source.at(overlapping[0].header))
    size, packed = sum(m.size for m in listed), sum(m.packed for m in listed)
    limits = bounds.limits
    enormous = size > limits.max_expansion or (
        size > _REPORTED and size > limits.max_ratio * packed
    )
    if enormous and any(member.method for member in listed):
        detail = f"{packed} bytes of members expand to {size}"
        yield Anomaly("expansion", detail, source.at())


def _checksums(source: Source, archive: Archive) -> Iterator[Fact]:
    left = CHECKED_IN_ALL
    for member in archive.members:
        size = max(member.size, member.packed)
        if size > min(CHECKED, left) or not is_plain(source, member):
            continue
        where = shared.within(source, member.name)
        try:
            crc, length, problem = _crc(source, member)
        except Malformed as malformed:
            yield shared.unreadable(where, malformed)
            continue
        left -= max(length, size)
        if problem:
            yield Unreadable("damaged-compression", problem, where)
        elif length != member.size and not _is_open(member):
            detail = f"the member {member.name!r} has {length} bytes and declares {member.size}"
            yield Anomaly("size-lies", detail, source.at(member.header))
        elif crc != member.crc and not _is_open(member):
            detail = f"the member {member.name!r} has another CRC than is declared"
            yield Anomaly("bad-crc", detail, source.at(member.header))


def _is_open(member: ZipMember) -> bool:
    """True for a member whose numbers stand behind its data and in no directory."""
    return not member.from_central and bool(member.flags & records.DESCRIBED)


def _crc(source: Source, member: ZipMember) -> tuple[int, int, str]:
    """CRC-32 and length of the content, and what was wrong with it; at most CHECKED bytes."""
    stop = min(member.start + member.packed, source.extent)
    decoder = zip_member(member.method, source, member.start, stop)
    crc = length = 0
    while length <= CHECKED and (chunk := decoder.read(MIB)):
        crc = zlib.crc32(chunk, crc)
        length += len(chunk)
    return crc, length, decoder.problem
