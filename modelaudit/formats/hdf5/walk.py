"""Visits every object of an HDF5 file once: links, datasets, attributes of Keras, and pickles.

Groups may contain each other, so objects are known by their addresses. h5py raises exceptions
of many types for damage (OSError, RuntimeError, KeyError, ValueError); they are caught for each
object, so that a damaged one does not hide the others.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from typing import Final

import h5py
from h5py import h5d, h5f, h5g, h5l, h5o, h5t

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Metadata, Reference, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves, limit, timeout, unreadable
from modelaudit.formats.hdf5.attributes import Texts
from modelaudit.formats.hdf5.datasets import Datasets
from modelaudit.formats.hdf5.layouts import layouts
from modelaudit.formats.hdf5.pickled import Pickled

MOST_NAME: Final = 1000
"""Characters of a path inside the file that a location shows."""
BROKEN: Final = (OSError, RuntimeError, KeyError, ValueError, TypeError, NotImplementedError)
MOST_BROKEN: Final = 20
"""Damaged objects that are reported one by one."""


class Stream(io.RawIOBase):
    """A source as a file object for h5py, so that a member of an archive need not be copied."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._position = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        origin = (0, self._position, self._source.extent)[whence]
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(self._position, len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def walk(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """All facts that need libhdf5; one Unreadable where it refuses the file."""
    try:
        file = h5py.File(Stream(source), "r")
    except BROKEN as error:
        yield Unreadable("hdf5-not-opened", {"problem": _brief(error)}, source.at())
        return
    walker = _Walker(source, bounds)
    yield from walker.walk(file.id)
    yield from walker.keras()
    file.close()


def _brief(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]


class _Walker:
    """The state of the walk: objects seen, groups to visit, and damaged objects."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.source = source
        self.bounds = bounds
        self.datasets = Datasets(source)
        self.texts = Texts(source)
        self.pickled = Pickled(source, bounds)
        self._seen: set[tuple[int, int]] = set()
        self._to_visit: deque[tuple[str, h5g.GroupID]] = deque()
        self._count = 0
        self._broken = 0

    def walk(self, file: h5f.FileID) -> Iterator[Fact]:
        try:
            root = h5o.open(file, b"/")
            self._is_new(root)
            yield from layouts(self.source, root)
        except BROKEN as error:
            yield self._unread("/", error)
            return
        self._to_visit.append(("", root))
        while self._to_visit:
            path, group = self._to_visit.popleft()
            try:
                yield from self.texts.group(path or "/", group)
                yield from self.pickled.attributes(path or "/", group)
                yield from self._group(path, group)
            except BROKEN as error:
                yield self._unread(path or "/", error)
            if problem := self._limit():
                yield problem
                return
        yield from self.datasets.rest()

    def keras(self) -> Iterator[Fact]:
        """The facts of a Keras model or of Keras weights, if the attributes are theirs."""
        from modelaudit.formats.keras.inhdf5 import facts  # noqa: PLC0415  only where it is one

        yield from facts(self.source, self.texts)

    def _limit(self) -> Fact | None:
        problem = limit(self._count, self.bounds)
        return None if problem is None else unreadable(self.source.at(), problem)

    def _is_new(self, item: h5g.GroupID | h5d.DatasetID) -> bool:
        """True for an object that was not visited before."""
        info = h5o.get_info(item)
        key = (info.fileno, info.addr)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _group(self, path: str, group: h5g.GroupID) -> Iterator[Fact]:
        """Every link of a group. It stops at a limit, which the caller reports."""
        for name in _names(group, self.bounds.limits.max_members - self._count + 1):
            self._count += 1
            if self._count > self.bounds.limits.max_members:
                return
            if self._count % 256 == 0 and timeout(self.bounds):
                return
            below = f"{path}/{name.decode('utf-8', 'backslashreplace')}"
            try:
                yield from self._link(below, group, name)
            except BROKEN as error:
                yield self._unread(below, error)

    def _link(self, path: str, group: h5g.GroupID, name: bytes) -> Iterator[Fact]:
        kind = group.links.get_info(name).type
        where = self._at(path)
        if kind == h5l.TYPE_SOFT:
            target = _text(group.links.get_val(name))
            yield Reference("hdf5-soft-link", target, leaves=False, where=where)
        elif kind == h5l.TYPE_EXTERNAL:
            file, inner = map(_text, group.links.get_val(name))
            yield Reference("hdf5-external-link", f"{file}:{inner}", leaves(file), where)
        elif kind != h5l.TYPE_HARD:
            fields: Fields = {"path": path[:MOST_NAME], "link_class": kind}
            yield Anomaly("hdf5-user-link", fields, where)
        else:
            yield from self._object(path, h5o.open(group, name), where)

    def _object(
        self, path: str, item: h5g.GroupID | h5d.DatasetID, where: Location
    ) -> Iterator[Fact]:
        """The facts of a dataset; a group waits until it is visited."""
        if not self._is_new(item):
            return
        if isinstance(item, h5g.GroupID):
            self._to_visit.append((path, item))
        elif isinstance(item, h5d.DatasetID):
            yield from self.datasets.one(path, item, where)
            yield from self.pickled.attributes(path, item)
            yield from self.pickled.cells(path, item)
            yield from self.pickled.whole(path, item)
        elif isinstance(item, h5t.TypeID):
            yield from self.pickled.attributes(path, item)

    def _at(self, path: str) -> Location:
        return Location(self.source.path, self.source.members, object=path[:MOST_NAME])

    def _unread(self, path: str, error: BaseException) -> Fact:
        self._broken += 1
        if self._broken > MOST_BROKEN:
            return Metadata("hdf5-broken", "", self._broken, self._at(path))
        fields: Fields = {"path": path[:MOST_NAME], "problem": _brief(error)}
        return Unreadable("hdf5-object", fields, self._at(path))


def _names(group: h5g.GroupID, most: int) -> list[bytes]:
    """The names of the links of a group: at most one more than ``most``."""
    names: list[bytes] = []

    def take(name: bytes) -> bool | None:
        names.append(name)
        return len(names) > most or None  # anything but None ends the iteration

    group.links.iterate(take)
    return names


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")[:MOST_NAME]
