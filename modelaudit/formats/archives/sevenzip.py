"""7z, by py7zr of the extra ``archives``: listed, then read into memory within bounds.

https://py7zr.readthedocs.io/en/latest/archive_format.html
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Protocol

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Fact, Identity, Member, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives import members as shared
from modelaudit.formats.archives.decoders import extra


class _Info(Protocol):
    """What py7zr knows about a member."""

    filename: str
    uncompressed: int
    compressed: int | None
    is_directory: bool
    is_symlink: bool


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """Members as the archive lists them, then those that are artifacts."""
    yield Identity("7z", "", source.at())
    listed, contents, problem = _read(source, bounds)
    for info in listed:
        kind = "directory" if info.is_directory else "link" if info.is_symlink else "file"
        packed = info.compressed or 0
        yield Member(
            info.filename, info.uncompressed, packed, "7z", kind, listed=True, where=source.at()
        )
        yield from shared.name_anomalies(info.filename, source.at())
        if info.is_symlink and info.filename in contents:
            target = contents[info.filename].decode("utf-8", "replace")
            yield shared.link(info.filename, target, source.at())
        elif info.filename in contents:
            inner = source.inner(contents[info.filename], info.filename)
            yield from shared.embedded(inner, info.filename, bounds)
    if problem is not None:
        yield Unreadable(problem.reason, problem.fields, source.at())


class _Memory:
    """Where py7zr writes members; raises Malformed once they exceed ``limit`` bytes together."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.limit = limit
        self.buffers: dict[str, _Buffer] = {}

    def create(self, filename: str) -> _Buffer:
        buffer = self.buffers[filename] = _Buffer(self)
        return buffer


class _Buffer(io.BytesIO):
    def __init__(self, memory: _Memory) -> None:
        super().__init__()
        self._memory = memory

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._memory.left -= len(data)
        if self._memory.left < 0:
            raise _too_large(self._memory.limit)
        return super().write(data)

    def size(self) -> int:
        return self.getbuffer().nbytes

    def close(self) -> None:
        """py7zr closes what it has written; it is read afterwards."""


def _read(source: Source, bounds: Bounds) -> tuple[list[_Info], dict[str, bytes], Malformed | None]:
    """Members, their contents, and why some are missing."""
    py7zr = extra("py7zr")
    limits = bounds.limits
    memory = _Memory(limits.max_structure)
    listed: list[_Info] = []
    problem: Malformed | None = None
    try:
        with py7zr.SevenZipFile(io.BytesIO(source.whole_bytes(limits.max_structure))) as archive:
            listed = list(archive.list())
            if len(listed) > limits.max_members:
                listed = listed[: limits.max_members]
                fields: Fields = {"limit": "max-members", "most": limits.max_members}
                problem = Malformed("limit", fields)
            elif archive.needs_password():
                problem = Malformed("encrypted", {"what": "the archive"})
            elif sum(info.uncompressed for info in listed) > limits.max_structure:
                problem = _too_large(limits.max_structure)
            else:
                archive.extract(factory=memory)
    except Malformed as limit:
        problem = limit
    except Exception as error:  # noqa: BLE001  a foreign decoder raises what it likes
        what = f"{type(error).__name__}: {error}"
        problem = Malformed("damaged-compression", {"format": "7z", "problem": what})
    contents = {name: buffer.getvalue() for name, buffer in memory.buffers.items()}
    return listed, contents, problem


def _too_large(most: int) -> Malformed:
    return Malformed("limit", {"limit": "max-structure", "most": most})
