"""The members of a zip as files of a model."""

from __future__ import annotations

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import within
from modelaudit.formats.archives.zipmembers import Archive, open_member
from modelaudit.formats.folders.files import Files


def of_archive(source: Source, archive: Archive, bounds: Bounds) -> Files:
    """Of members of the same name the last, which unpacking the archive leaves."""
    members = {member.name: member for member in archive.members}

    def read(name: str, most: int) -> bytes:
        inner = open_member(source, members[name], bounds)
        raw = inner.read(0, most + 1)
        if len(raw) > most:
            raise Malformed("limit", {"limit": "bytes of one configuration", "most": most})
        return raw

    def at(name: str) -> Location:
        return within(source, name)

    return Files(members, read, at)
