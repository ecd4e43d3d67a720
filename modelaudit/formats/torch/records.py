"""The records of a torch archive: members below one folder, as torch's own reader sees them.

The reader takes the folder of the first member for that of the archive, and refuses an archive with
a member outside of it. A version is required, as ``version`` or, from 6 on, as ``.data/version``.
It finds a member whatever the case of its letters: ``DATA.PKL`` is loaded as ``data.pkl``.
https://github.com/pytorch/pytorch/blob/main/caffe2/serialize/inline_container.cc
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Metadata, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.zipmembers import Archive, ZipMember, open_member

VERSIONS: Final = ("version", ".data/version")
_SHORT: Final = 64
"""Bytes of a record that consists of one number or one word."""
_NUMBER: Final = re.compile(rb"\s*(\d{1,18})")


class Records:
    """The records of an archive by name, without the folder that they share."""

    def __init__(self, source: Source, archive: Archive, bounds: Bounds) -> None:
        self.source = source
        self.bounds = bounds
        listed = [member for member in archive.members if member.from_central]
        listed = listed or list(archive.members)
        first = listed[0].name if listed else ""
        self.root, slash, _ = first.partition("/")
        self.rooted = bool(slash)
        prefix = f"{self.root}/".lower()
        self.by_name: dict[str, ZipMember] = {}
        self.outside: list[str] = []
        for member in listed:
            if member.name.lower().startswith(prefix):
                self.by_name.setdefault(member.name[len(prefix) :], member)
            else:
                self.outside.append(member.name)
        self._folded: dict[str, ZipMember] = {}
        for name, member in self.by_name.items():
            self._folded.setdefault(name.lower(), member)

    def find(self, name: str) -> ZipMember | None:
        """The member that torch reads as a record; of several that differ in case, one of them."""
        found = self.by_name.get(name)
        return found if found is not None else self._folded.get(name.lower())

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def alike(self) -> str:
        """The name of a record that another one has in other letters, empty where none does."""
        shared = (m.name for n, m in self.by_name.items() if self._folded[n.lower()] is not m)
        return next(shared, "")

    def open(self, name: str) -> Source:
        """The bytes of a record. Raises Malformed where they cannot be read."""
        member = self.find(name)
        if member is None:
            raise KeyError(name)
        return open_member(self.source, member, self.bounds)

    def guarded(self, name: str, facts: Iterator[Fact]) -> Iterator[Fact]:
        """The facts of one record: where it cannot be read, the others still can."""
        try:
            yield from facts
        except Malformed as problem:
            member = self.find(name)
            named = member.name if member is not None else name
            where = self.source.inner(b"", named).at(problem.position)
            yield Unreadable(problem.reason, problem.fields, where)

    def size(self, name: str) -> int:
        """Bytes of a record once it is inflated; -1 for a name that no record has."""
        entry = self.find(name)
        return entry.size if entry is not None else -1

    def short(self, name: str) -> bytes:
        """The first bytes of a record that should have few; none where it cannot be read."""
        if name not in self:
            return b""
        try:
            inner = self.open(name)
            while inner.growing and inner.size < _SHORT:
                inner.grow()
            return bytes(inner.data[:_SHORT])
        except Malformed:
            return b""  # whoever reads the member as an artifact reports why


def version(records: Records) -> int:
    """The file format's version; -1 where no record declares it."""
    for name in VERSIONS:
        if found := _NUMBER.match(records.short(name)):
            return int(found[1])
    return -1


def properties(records: Records) -> Iterator[Fact]:
    """What the small records declare, and how the archive differs from what torch writes."""
    where = records.source.at()
    yield Metadata("torch-container", "zip", -1, where)
    number = version(records)
    if number >= 0:
        yield Metadata("torch-file-version", str(number), number, where)
    if not records.rooted:
        yield Anomaly("torch-no-root", {"member": records.root}, where)
    elif records.outside:
        fields: Fields = {"member": records.outside[0], "folder": records.root}
        yield Anomaly("torch-second-root", fields, where)
    if shared := records.alike():
        yield Anomaly("duplicate-name", {"count": 2, "name": shared}, where)
    if not any(name in records for name in VERSIONS):
        yield Anomaly("torch-no-version", {}, where)
    elif number < 0:
        yield Anomaly("torch-bad-version", {}, where)
    if "byteorder" in records:
        order = records.short("byteorder").decode("ascii", "replace")
        yield Metadata("torch-byteorder", order, -1, where)
    if ".format_version" in records:
        declared = records.short(".format_version").decode("ascii", "replace")
        yield Metadata("torch-format-version", declared, -1, where)
