"""The superblock of an HDF5 file, read without libhdf5, which refuses many damaged files.

It is at offset 0 or, after a user block, at 512, 1024, 2048 and so on. All numbers are
little-endian.
https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t4.html (II.A)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Metadata
from modelaudit.core.source import Source
from modelaudit.discovery.identify import HEAD, UNKNOWN, identify

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
WRITE_ACCESS: Final = 1
"""The consistency flag of a file that is open for writing, or was when its writer died."""
SWMR_ACCESS: Final = 4


@dataclass(frozen=True, slots=True)
class Superblock:
    """``start`` is its offset in the file, ``base`` the offset that addresses are relative to,
    ``end`` the declared end of the file, relative to ``base``. ``offsets`` and ``lengths`` are the
    widths of these numbers in bytes.
    """

    start: int
    version: int
    offsets: int
    lengths: int
    flags: int
    base: int
    end: int


def find(source: Source) -> Iterator[int]:
    """The offsets of all signatures where readers look for them."""
    extent = source.extent
    position = 0
    while position + len(SIGNATURE) <= extent:
        if source.read(position, len(SIGNATURE)) == SIGNATURE:
            yield position
        position = position * 2 or 512


def read(source: Source, start: int) -> Superblock:
    """Raises Malformed for a superblock that is truncated or of an unknown version."""
    raw = source.read(start, 96)
    if len(raw) <= 8:
        raise Malformed("truncated", {"what": "the superblock"}, start)
    version = raw[8]
    if version in (0, 1):
        widths, flags_at = raw[13:15], 20
        fields = 24 if version == 0 else 28
    elif version in (2, 3):
        widths, flags_at = raw[9:11], 11
        fields = 12
    else:
        raise Malformed("hdf5-superblock-version", {"version": version}, start)
    offsets, lengths = (widths[0], widths[1]) if len(widths) == 2 else (0, 0)
    base, end = (raw[fields + n * offsets : fields + (n + 1) * offsets] for n in (0, 2))
    if len(end) < offsets or not offsets:
        raise Malformed("truncated", {"what": "the superblock"}, start)
    return Superblock(
        start,
        version,
        offsets,
        lengths,
        int.from_bytes(raw[flags_at : flags_at + (4 if version < 2 else 1)], "little"),
        int.from_bytes(base, "little"),
        int.from_bytes(end, "little"),
    )


def facts(source: Source, block: Superblock) -> Iterator[Fact]:
    """Its version, flags and widths, and whether the file ends where the superblock declares."""
    where = source.at(block.start)
    yield Metadata("hdf5-superblock", str(block.version), block.version, where)
    if (block.offsets, block.lengths) != (8, 8):
        widths: Fields = {"offsets": block.offsets, "lengths": block.lengths}
        yield Anomaly("hdf5-widths", widths, where)
    if block.version > 1 and block.flags & (WRITE_ACCESS | SWMR_ACCESS):
        yield Metadata("hdf5-open-for-writing", "", block.flags, where)
    end = block.start + block.end
    # Since HDF5 1.8 the declared end includes the base address, where there is a user block.
    end = block.end if block.base and block.end >= block.base else end
    extent = source.extent
    if extent < end:
        yield Anomaly("hdf5-truncated", {"declared": end, "size": extent}, where)
    elif extent > end:
        yield from _trailing(source, end, extent)


def _trailing(source: Source, end: int, extent: int) -> Iterator[Fact]:
    yield Anomaly("hdf5-trailing", {"size": extent - end}, source.at(end))
    format_ = identify(source.read(end, HEAD))
    if format_ != UNKNOWN:
        inner = source.inner(source.read(end, min(extent - end, 1 << 26)), f"data@{end:#x}")
        yield Embedded(format_, "", "", "member", inner.at(), inner)


def user_block(source: Source, length: int) -> Iterator[Fact]:
    """The bytes before the superblock: readers of other formats take them for the file."""
    yield Metadata("hdf5-user-block", "", length, source.at(0))
    format_ = identify(source.read(0, HEAD))
    if format_ != UNKNOWN and any(source.read(0, HEAD)):
        yield Anomaly("hdf5-user-block-content", {"format": format_}, source.at())
