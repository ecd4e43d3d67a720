"""Source: the bytes of one artifact, read at an offset and never past their end.

A source is a file (read where it is small, else mapped, so that skipped bytes cost nothing), bytes
in memory, a part of one of these, or a stream that is inflated only as far as a parser asks.
Parsers index and slice ``data`` directly; that of a ``Growing`` source becomes longer by
``grow()``, and a parser passes over bytes that it does not need with ``skip()``. A parser that
jumps about (to an archive's directory) uses ``read()``, which keeps nothing.
"""

from __future__ import annotations

import mmap
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from modelaudit.core.limits import KIB, MIB, Bounds, Limits, check_ratio, reached
from modelaudit.core.location import Location
from modelaudit.core.paths import open_regular

Buffer = bytes | mmap.mmap
AHEAD: Final = 64 * KIB
"""Bytes that are read one after another from which the system reads them in one go."""
COPIED: Final = MIB
"""Bytes up to which a part of a source is copied."""
MAPPED_FROM: Final = 16 * MIB
"""Bytes of a file above which it is mapped. The system ends a process (SIGBUS) that reads a mapped
file where something has cut it off, and nothing here can catch that."""


class Mapped(mmap.mmap):
    """A mapped file, by its absolute path.

    The system reads ahead of no access to it, which may be megabytes, unless it is expected.
    """

    file = ""

    def expect(self, start: int, stop: int) -> None:
        """Have the system read a stretch that is to be read whole."""
        if hasattr(self, "madvise"):
            begin = start - start % mmap.PAGESIZE
            if begin < min(stop, len(self)):
                self.madvise(mmap.MADV_WILLNEED, begin, min(stop, len(self)) - begin)


class Source:
    """Bytes that are whole: a file or a value in memory."""

    growing = False
    """True while ``data`` may still become longer."""

    def __init__(self, data: Buffer, path: str, members: tuple[str, ...] = ()) -> None:
        self.data: Buffer = data
        self.path = path
        self.members = members

    @property
    def size(self) -> int:
        """Bytes known so far; for a stream that has not ended, what it has given."""
        return len(self.data)

    def at(self, position: int | None = None) -> Location:
        """The location of ``data[position]``."""
        offset = None if position is None else self.offset(position)
        return Location(self.path, self.members, offset)

    def offset(self, position: int) -> int:
        """The offset of ``data[position]`` in the artifact."""
        return position

    def grow(self) -> None:
        """Make ``data`` longer, or set ``growing`` to False where the stream has ended."""

    def skip(self, position: int, count: int) -> int:
        """Pass over ``count`` bytes from ``position``; the position after them.

        Where fewer remain, a position past the end: the caller's next bound check fails.
        """
        return position + count

    def inner(self, data: bytes, member: str) -> Source:
        """A source for bytes that were taken out of this one."""
        return Source(data, self.path, (*self.members, member))

    def again(self) -> Source:
        """The same bytes, from the first one on: a reader may have passed over some of these."""
        return self

    @property
    def bounded(self) -> bool:
        """True where ``extent`` is known without inflating more."""
        return True

    @property
    def extent(self) -> int:
        """Bytes of the whole. A compressed stream is inflated to its end for it, and may raise."""
        return len(self.data)

    @property
    def region(self) -> tuple[str, int, int] | None:
        """The file that this is a stretch of, its start and its length; None for other bytes."""
        return (self.data.file, 0, len(self.data)) if isinstance(self.data, Mapped) else None

    def read(self, position: int, count: int) -> bytes:
        """At most ``count`` bytes from a position of the artifact; fewer where it ends."""
        if position < 0:
            return b""
        return _copied(self.data, position, position + max(count, 0))

    def expect(self, position: int, count: int) -> None:
        """Say that a stretch is going to be read whole, so that the system reads it in one go."""
        if isinstance(self.data, Mapped):
            self.data.expect(position, position + count)

    def release(self) -> None:
        """Give up the bytes: nothing reads this source any more.

        Readers and their sources refer to each other, and would keep them until a collection.
        """
        self.data = b""

    def whole(self) -> Buffer:
        """All of ``data``, for a parser that never calls ``grow()``. Raises Malformed."""
        while self.growing:
            self.grow()
        return self.data

    def view(self) -> tuple[Buffer, int, int]:
        """A buffer with all bytes of the source, and where in it they begin and end.

        Offsets in it are the artifact's plus the beginning. A compressed stream is inflated to its
        end. Raises Malformed at a limit.
        """
        data = self.whole()
        return data, 0, len(data)

    def whole_bytes(self, most: int) -> bytes:
        """A copy of everything, for a library that takes bytes only. Raises Malformed."""
        if self.extent > most:
            raise reached("bytes-at-once", most)
        return self.read(0, self.extent)

    def part(self, start: int, length: int, member: str, limits: Limits) -> Source:
        """A stretch of this source, such as a stored member, as a source of its own.

        Parsers want ``find``, slices that are bytes, and a buffer that ``re`` takes. A memoryview
        has no ``find``, and a mapping begins at a page, which a member does not. So a short
        stretch is copied, and a long one is a window that is copied only as far as it is asked for.
        """
        length = max(0, min(length, self.extent - start))
        if length <= COPIED:
            return self.inner(self.read(start, length), member)
        return self._window(start, length, (*self.members, member), limits)

    def _window(self, start: int, length: int, members: tuple[str, ...], limits: Limits) -> Source:
        return Window(self.data, start, length, self.path, members, limits)


class Growing(Source):
    """A source that is read step by step and only as far as a parser asks.

    ``data`` has the bytes read so far, without the stretches that were skipped; ``offset()`` gives
    positions in the whole.
    """

    growing = True

    def __init__(self, path: str, members: tuple[str, ...], limits: Limits) -> None:
        super().__init__(b"", path, members)
        self._limits = limits
        self._step = 64 * KIB
        self._gaps: list[tuple[int, int]] = []  # position after a skip, bytes skipped up to it
        self._passed = False  # whether some of the bytes were never in `data`

    def grow(self) -> None:
        # A decoder gives small chunks: putting each to `data` would copy it all as often.
        parts, size = [bytes(self.data)], len(self.data)
        end = size + self._step
        self._step = min(self._step * 2, 16 * MIB)
        try:
            while self.growing and size < end:
                chunk = self._take(end - size)
                self.growing = bool(chunk)
                size += len(chunk)
                if size > self._limits.max_structure:
                    raise reached("max-structure", self._limits.max_structure)
                parts.append(chunk)
        finally:
            self.data = b"".join(parts)

    def whole(self) -> Buffer:
        """All of ``data``, put together once: a decoder gives small chunks."""
        parts, size = [bytes(self.data)], len(self.data)
        while self.growing and (chunk := self._take(16 * MIB)):
            size += len(chunk)
            if size > self._limits.max_structure:
                raise reached("max-structure", self._limits.max_structure)
            parts.append(chunk)
        if self.growing:
            self.growing = False
            self.data = b"".join(parts)
        return self.data

    def skip(self, position: int, count: int) -> int:
        inside = min(count, len(self.data) - position)
        rest = count - inside
        if rest <= 0:
            return position + count
        self._passed = True
        # The skipped tail of `data` stays: positions already handed out must go on to be valid.
        rest -= self._drop(rest)
        if rest:
            self.growing = False
            return len(self.data) + rest
        skipped = count - inside + (self._gaps[-1][1] if self._gaps else 0)
        self._gaps.append((len(self.data), skipped))
        return len(self.data)

    def offset(self, position: int) -> int:
        index = bisect_right(self._gaps, position, key=lambda gap: gap[0])
        return position + (self._gaps[index - 1][1] if index else 0)

    def again(self) -> Source:
        return self._anew() if self.growing or self._passed else self

    @property
    def extent(self) -> int:
        return self.offset(len(self.whole()))

    def read(self, position: int, count: int) -> bytes:
        """Right only while nothing was skipped."""
        while self.growing and len(self.data) < position + count:
            self.grow()
        return super().read(position, count)

    def _window(self, start: int, length: int, members: tuple[str, ...], limits: Limits) -> Source:
        return Window(self.whole(), start, length, self.path, members, limits)

    def _anew(self) -> Source:
        """A source of the same bytes that read none of them yet."""
        raise NotImplementedError

    def _take(self, count: int) -> bytes:
        """The next bytes, at most ``count``; none at the end."""
        raise NotImplementedError

    def _drop(self, count: int) -> int:
        """Pass over the next ``count`` bytes; how many there were."""
        raise NotImplementedError


class Window(Growing):
    """A long stretch of a file or of bytes in memory: passing over it costs nothing."""

    def __init__(
        self,
        base: Buffer,
        start: int,
        length: int,
        path: str,
        members: tuple[str, ...],
        limits: Limits,
    ) -> None:
        super().__init__(path, members, limits)
        self._base = base
        self._start = start
        self._length = length
        self._taken = 0
        self._step = 8 * KIB  # of numbers, most are never asked for

    @property
    def extent(self) -> int:
        return self._length

    def view(self) -> tuple[Buffer, int, int]:
        return self._base, self._start, self._start + self._length

    @property
    def region(self) -> tuple[str, int, int] | None:
        if not isinstance(self._base, Mapped):
            return None
        length = max(0, min(self._length, len(self._base) - self._start))
        return self._base.file, self._start, length

    def read(self, position: int, count: int) -> bytes:
        if position < 0:
            return b""
        end = min(position + max(count, 0), self._length)
        return _copied(self._base, self._start + position, self._start + max(position, end))

    def _window(self, start: int, length: int, members: tuple[str, ...], limits: Limits) -> Source:
        return Window(self._base, self._start + start, length, self.path, members, limits)

    def _anew(self) -> Source:
        start, length = self._start, self._length
        return Window(self._base, start, length, self.path, self.members, self._limits)

    def _take(self, count: int) -> bytes:
        chunk = self.read(self._taken, count)
        self._taken += len(chunk)
        return chunk

    def _drop(self, count: int) -> int:
        dropped = min(count, self._length - self._taken)
        self._taken += dropped
        return dropped


def _copied(data: Buffer, start: int, stop: int) -> bytes:
    if stop - start >= AHEAD and isinstance(data, Mapped):
        data.expect(start, stop)
    return bytes(data[start:stop])


class Chunks(Protocol):
    """A decoder: ``read(n)`` gives at most ``n`` inflated bytes, none at the end."""

    problem: str
    """What was wrong with the compressed data, once that was met."""

    def read(self, count: int, /) -> bytes: ...


class Inflated(Growing):
    """A compressed stream. ``packed`` is its compressed size, which the ratio is judged by.

    ``begin`` makes a decoder that is at the beginning.
    """

    def __init__(
        self,
        begin: Callable[[], Chunks],
        packed: int,
        outer: Source,
        bounds: Bounds,
        member: str | None = None,
    ) -> None:
        members = outer.members if member is None else (*outer.members, member)
        super().__init__(outer.path, members, bounds.limits)
        self._given = (begin, packed, outer, bounds, member)
        self._expansion = bounds.expansion
        self.decoder = begin()
        self._packed = packed
        self._total = 0

    @property
    def bounded(self) -> bool:
        return not self.growing

    def settle(self) -> None:
        """Inflate a short stream to its end, so that it can be read like any other bytes."""
        while self.growing and len(self.data) <= COPIED:
            self.grow()

    @property
    def problem(self) -> str:
        """What was wrong with the compressed data, as far as it was read."""
        return self.decoder.problem

    def _anew(self) -> Source:
        return Inflated(*self._given)

    def _take(self, count: int) -> bytes:
        chunk = self.decoder.read(count)
        self._total += len(chunk)
        self._expansion.add(len(chunk), self._limits)
        check_ratio(self._total, self._packed, self._limits)
        return chunk

    def _drop(self, count: int) -> int:
        left = count
        while left > 0:
            chunk = self._take(min(left, MIB))
            if not chunk:
                break
            left -= len(chunk)
        return count - left


@contextmanager
def open_file(path: str, stored: str = "") -> Iterator[Source]:
    """A regular file: its bytes, or above ``MAPPED_FROM`` a mapping, which ends with the block.

    ``stored`` is where the bytes are, where something else stands at the path itself. Raises
    OSError, also for what is no regular file any more.
    """
    with open_regular(stored or path) as handle:
        size = os.fstat(handle.fileno()).st_size
        if size <= MAPPED_FROM:
            yield Source(handle.read(size), path)
            return
        with Mapped(handle.fileno(), 0, access=mmap.ACCESS_READ) as view:
            if hasattr(view, "madvise"):
                view.madvise(mmap.MADV_RANDOM)
            view.file = os.path.abspath(stored or path)  # noqa: PTH100  keeps links
            yield Source(view, path)
