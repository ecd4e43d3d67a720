"""tar: its headers one after another, and its members as artifacts of their own.

ustar, PAX (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html) and GNU's long
names (https://www.gnu.org/software/tar/manual/html_node/Standard.html). Numbers are octal text,
or base 256 where the first bit is set; headers and data fill blocks of 512 bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Member, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.discovery.identify import HEAD, UNKNOWN, identify
from modelaudit.discovery.tarheader import BLOCK, checksum_fits, number
from modelaudit.formats.archives import members as shared
from modelaudit.formats.torch import oldtar

_MAGIC: Final = b"ustar"
_MAGIC_AT: Final = 257
_MOST_TEXT: Final = MIB
"""Bytes of one PAX header or long name."""
_KINDS: Final = {
    **dict.fromkeys((b"0", b"\0", b"7", b"S"), "file"),
    b"1": "hard link",
    b"2": "link",
    b"3": "device",
    b"4": "device",
    b"5": "directory",
    b"6": "device",
}
_DESCRIBES: Final = (b"x", b"g", b"X", b"L", b"K")
"""Kinds of header that describe the next member, or all that follow."""
_NEMO: Final = "model_config.yaml"
"""The member by which a model of NeMo is known."""
_RECORD: Final = re.compile(rb"(\d+) ([^=\n]+)=")


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member. ``header`` is the offset of its header, ``start`` that of its data."""

    name: str
    kind: str
    target: str
    header: int
    start: int
    size: int
    sparse: bool


@dataclass(slots=True)
class _State:
    """What extended headers declare for the next member, and PAX for all of them."""

    pax: dict[str, str] = field(default_factory=dict)
    everywhere: dict[str, str] = field(default_factory=dict)
    name: str = ""
    target: str = ""

    def clear(self) -> None:
        self.pax, self.name, self.target = {}, "", ""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """Each member with its anomalies, in the order of the archive; then names that repeat."""
    yield Identity("tar", "", source.at())
    names: Counter[str] = Counter()
    repeated: dict[str, int] = {}  # the header of the second member of a name
    for item in read(source, bounds):
        if not isinstance(item, TarMember):
            yield item
            continue
        where = source.at(item.header)
        method = "sparse" if item.sparse else "stored"
        yield Member(item.name, item.size, item.size, method, item.kind, listed=True, where=where)
        yield from _oddities(source, item)
        names[item.name] += 1
        if names[item.name] > 1 and item.kind != "directory":
            repeated.setdefault(item.name, item.header)
        if item.kind != "file":
            continue
        if item.sparse:
            yield Unreadable("sparse-member", {}, shared.within(source, item.name))
        inner = source.part(item.start, item.size, item.name, bounds.limits)
        if item.name.removeprefix("./") == _NEMO:
            yield from _configuration(inner)
        yield from shared.embedded(inner, item.name, bounds)
    for name, header in repeated.items():
        fields: Fields = {"name": name, "count": names[name]}
        yield Anomaly("duplicate-name", fields, source.at(header))
    yield from oldtar.facts(source, names)


def _configuration(inner: Source) -> Iterator[Fact]:
    """The configuration of a NeMo model, which is a tar."""
    from modelaudit.formats.folders import hydra  # noqa: PLC0415  few archives are one

    try:
        yield from hydra.nemo(inner.whole_bytes(MIB), inner.at())
    except Malformed as problem:
        yield shared.unreadable(inner.at(), problem)


def read(source: Source, bounds: Bounds) -> Iterator[TarMember | Fact]:
    """Members, and facts about the archive as a whole. Raises Malformed for what is not a tar."""
    position, count = 0, 0
    state = _State()
    ended = False
    while raw := source.read(position, BLOCK):
        if not raw.strip(b"\0"):
            ended = True
            position += BLOCK
            continue
        if len(raw) < BLOCK or not checksum_fits(raw):
            yield from _no_header(source, position, bounds, ended=ended)
            return
        if ended:
            yield Anomaly("members-after-end", {}, source.at(position))
            ended = False
        count += 1
        if problem := shared.limit(count, bounds):
            yield shared.unreadable(source.at(position), problem)
            return
        if raw[156:157] in _DESCRIBES and number(raw[124:136]) > _MOST_TEXT:
            fields: Fields = {"limit": "bytes of one extended header", "most": _MOST_TEXT}
            yield Unreadable("limit", fields, source.at(position))
        member, position = _header(source, raw, position, state)
        if member is not None:
            yield member
            missing = member.start + member.size - source.extent
            if missing > 0:
                yield shared.truncated(member.name, missing, source.at(member.header))
    if not count:
        raise Malformed("not-a-tar", {})
    if not ended:
        yield Unreadable("missing-end-marker", {}, source.at(position))


def _header(
    source: Source, raw: bytes, position: int, state: _State
) -> tuple[TarMember | None, int]:
    """A member, or None for a header that describes the next one; then the next header's offset."""
    kind, size = raw[156:157], number(raw[124:136])
    start = position + BLOCK
    if kind in _DESCRIBES:
        text = source.read(start, min(size, _MOST_TEXT))
        if kind == b"L":
            state.name = _text(text)
        elif kind == b"K":
            state.target = _text(text)
        elif kind == b"g":
            state.everywhere |= _pax(text)
        else:
            state.pax |= _pax(text)
        return None, start + _padded(size)
    pax = state.everywhere | state.pax
    name, prefix = _text(raw[:100]), _text(raw[345:500])
    if raw[257:263] == b"ustar\0" and prefix:
        name = f"{prefix}/{name}"
    name = pax.get("GNU.sparse.name") or pax.get("path") or state.name or name
    target = pax.get("linkpath") or state.target or _text(raw[157:257])
    if re.fullmatch(r"\d{1,18}", pax.get("size", "")):
        size = int(pax["size"])
    if kind == b"S":
        extended = raw[482]
        while extended:
            block = source.read(start, BLOCK)
            start += BLOCK
            extended = block[504] if len(block) == BLOCK else 0
    named = _KINDS.get(kind, "file")
    if named == "file" and name.endswith("/"):
        named = "directory"
    sparse = kind == b"S" or any(key.startswith("GNU.sparse.") for key in pax)
    size = size if named == "file" else 0
    state.clear()
    return TarMember(name, named, target, position, start, size, sparse), start + _padded(size)


def _oddities(source: Source, member: TarMember) -> Iterator[Fact]:
    where = source.at(member.header)
    yield from shared.name_anomalies(member.name, where)
    if member.kind in ("link", "hard link"):
        hard = member.kind == "hard link"
        yield shared.link(member.name, member.target, where, hard=hard)
    elif member.kind == "device":
        yield Anomaly("device", {"name": member.name}, where)


def _no_header(source: Source, position: int, bounds: Bounds, *, ended: bool) -> Iterator[Fact]:
    """Bytes where a header should be: data after the end, or damage."""
    left = source.extent - position
    if not position:
        if source.read(_MAGIC_AT, len(_MAGIC)) == _MAGIC:
            raise Malformed("tar-header-checksum", {"size": left})
        raise Malformed("not-a-tar", {})
    if ended:
        yield Anomaly("data-after-archive", {"size": left}, source.at(position))
    else:
        yield Unreadable("tar-header-checksum", {"size": left}, source.at(position))
    format_ = identify(source.read(position, HEAD))
    if format_ != UNKNOWN:
        inner = source.part(position, left, f"data@{position:#x}", bounds.limits)
        yield Embedded(format_, "", "", "member", inner.at(), inner)


def _pax(raw: bytes) -> dict[str, str]:
    """Records of a length, a key and a value each, as far as they are well-formed."""
    values: dict[str, str] = {}
    position = 0
    while match := _RECORD.match(raw, position):
        length = int(match[1]) if len(match[1]) < 10 else 0
        if position + length <= match.end() or position + length > len(raw):
            break
        value = raw[match.end() : position + length - 1]
        values[_text(match[2])] = value.decode("utf-8", "replace")
        position += length
    return values


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", "replace")
