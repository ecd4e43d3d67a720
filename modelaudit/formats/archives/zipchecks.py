"""Checks of a zip: its members one by one and together, and their content."""

from __future__ import annotations

import stat
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Member, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives import members as shared
from modelaudit.formats.archives import ziprecords as records
from modelaudit.formats.archives.decoders import METHODS, zip_member
from modelaudit.formats.archives.zipmembers import Archive, ZipMember, is_plain

CHECKED: Final = 16 * MIB
"""Bytes of the largest member whose CRC is checked."""
CHECKED_IN_ALL: Final = 32 * MIB
"""Bytes of all members whose CRCs are checked: a checkpoint is mostly numbers."""
STORED_PART: Final = 400
"""Of an archive that is larger, one byte of so many is checked where nothing is compressed."""
_HARMLESS: Final = 64 * MIB
"""Bytes that members may inflate to at any ratio."""
_UNUSUAL_FLAGS: Final = {0x20: "patched data", 0x40: "strong encryption", 0x2000: "masked headers"}
_LINK_LENGTH: Final = 4096


def facts(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """Members, where the archive contradicts itself, and what is wrong with the content."""
    for member in archive.members:
        yield _member(source, member)
    yield from archive.anomalies
    for member in archive.members:
        where = source.at(member.header)
        yield from shared.name_anomalies(member.name, where)
        yield from _flags(source, member)
        if stat.S_ISLNK(member.mode):
            yield shared.link(member.name, _link_target(source, member), where)
        elif _is_device(member.mode):
            yield Anomaly("device", {"name": member.name}, where)
    yield from _across_members(source, archive, bounds)
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


def _link_target(source: Source, member: ZipMember) -> str:
    """The path that is a link's content. Empty where it cannot be read."""
    try:
        stop = member.start + min(member.packed, _LINK_LENGTH)
        raw = zip_member(member.method, source, member.start, stop).read(_LINK_LENGTH)
    except Malformed:
        return ""
    return raw.decode("utf-8", "replace")


def _flags(source: Source, member: ZipMember) -> Iterator[Fact]:
    where = source.at(member.header)
    if member.flags & records.ENCRYPTED and is_plain(source, member):
        yield Anomaly("false-encryption-flag", {"name": member.name}, where)
    for bit, feature in _UNUSUAL_FLAGS.items():
        if member.flags & bit:
            yield Anomaly("unusual-flag", {"name": member.name, "feature": feature}, where)


def _across_members(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    listed = [member for member in archive.members if member.from_central]
    counts = Counter(member.name for member in listed)
    seen: set[str] = set()
    for member in listed:
        if counts[member.name] > 1 and member.name in seen:
            fields: Fields = {"name": member.name, "count": counts.pop(member.name)}
            yield Anomaly("duplicate-name", fields, source.at(member.header))
        seen.add(member.name)
    ordered = sorted(listed, key=lambda member: member.header)
    overlapping = [
        second for first, second in pairwise(ordered) if second.header < first.start + first.packed
    ]
    if overlapping:
        fields = {"name": overlapping[0].name, "count": len(overlapping)}
        yield Anomaly("overlapping-members", fields, source.at(overlapping[0].header))
    yield from _decompression_bomb(source, listed, bounds)


def _decompression_bomb(source: Source, listed: list[ZipMember], bounds: Bounds) -> Iterator[Fact]:
    """Whether the members inflate to far more than they take in the archive."""
    size, packed = sum(m.size for m in listed), sum(m.packed for m in listed)
    limits = bounds.limits
    enormous = size > limits.max_expansion or (
        size > _HARMLESS and size > limits.max_ratio * packed
    )
    if enormous and any(member.method for member in listed):
        yield Anomaly("decompression-bomb", {"packed": packed, "size": size}, source.at())


def _checksums(source: Source, archive: Archive) -> Iterator[Fact]:
    left = CHECKED_IN_ALL
    small = _small_enough(archive, source.extent)
    for member in archive.members:
        size = max(member.size, member.packed)
        if size > min(CHECKED, left) or id(member) not in small or not is_plain(source, member):
            continue
        where = shared.within(source, member.name)
        try:
            crc, length, problem = _crc(source, member)
        except Malformed as malformed:
            yield shared.unreadable(where, malformed)
            continue
        left -= max(length, size)
        if problem:
            yield damaged(member, problem, where)
        elif not _is_open(member):
            yield from _content(source, member, crc, length)


def _small_enough(archive: Archive, extent: int) -> set[int]:
    """The members that are checked if there is time: of those that are stored, the smallest."""
    left = extent if extent <= CHECKED_IN_ALL else max(extent // STORED_PART, MIB)
    chosen = {id(member) for member in archive.members if member.method}
    for member in sorted(archive.members, key=lambda one: one.packed):
        if not member.method and left >= member.packed:
            left -= member.packed
            chosen.add(id(member))
    return chosen


def _content(source: Source, member: ZipMember, crc: int, size: int) -> Iterator[Fact]:
    """Whether the content has the size and the CRC that are declared."""
    where = source.at(member.header)
    if size != member.size:
        fields: Fields = {"name": member.name, "declared": member.size, "size": size}
        yield Anomaly("size-mismatch", fields, where)
    elif crc != member.crc:
        fields = {"name": member.name, "declared": f"{member.crc:08x}", "crc": f"{crc:08x}"}
        yield Anomaly("crc-mismatch", fields, where)


def damaged(member: ZipMember, problem: str, where: Location) -> Fact:
    """The compressed data of a member is damaged."""
    method = METHODS.get(member.method, str(member.method))
    return Unreadable("damaged-compression", {"format": method, "problem": problem}, where)


def _is_open(member: ZipMember) -> bool:
    """True for a member whose size and CRC come after its data and in no directory."""
    return not member.from_central and bool(member.flags & records.DESCRIBED)


def _crc(source: Source, member: ZipMember) -> tuple[int, int, str]:
    """CRC-32 and length of the content, up to about CHECKED bytes, and what was wrong with it."""
    stop = min(member.start + member.packed, source.extent)
    decoder = zip_member(member.method, source, member.start, stop)
    crc = length = 0
    while length <= CHECKED and (chunk := decoder.read(MIB)):
        crc = zlib.crc32(chunk, crc)
        length += len(chunk)
    return crc, length, decoder.problem
