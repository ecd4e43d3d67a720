"""Pickles in attributes and in cells, as PyTables and pandas write and read them.

PyTables unpickles an attribute that is one string of bytes and ends with a full stop, and every
cell of a variable-length array whose ``PSEUDOATOM`` is ``object``:
https://github.com/PyTables/PyTables/blob/master/tables/attributeset.py (``__getattr__``),
https://github.com/PyTables/PyTables/blob/master/tables/atom.py (``ObjectAtom``).
Others write pickles as opaque values or as arrays of bytes, since a string of HDF5 may have no NUL.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import h5py
from h5py import h5a, h5d, h5g, h5s, h5t

from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import Fact, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.discovery.identify import HEAD, identify

MOST_PICKLED: Final = 128 * MIB
"""Bytes of all values of one file that are inspected."""
MOST_ATTRIBUTES: Final = 10_000
"""Attributes of one object that are looked at."""
MOST_CHUNK: Final = 64 * MIB
"""Bytes of one chunk of references to cells; libhdf5 inflates a chunk as a whole."""
BUILT_IN: Final = frozenset({1, 2, 3, 4, 5, 6})
"""Filters that libhdf5 has itself. For any other it would load a library from its plugin path."""
TEXTS: Final = frozenset({b"vlstring", b"vlunicode"})
"""Kinds of cells that are no pickles."""


class Pickled:
    """State over all objects of a file: how many bytes were handed on."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self._source = source
        self._bounds = bounds
        self._taken = 0

    def attributes(
        self, path: str, item: h5g.GroupID | h5d.DatasetID | h5t.TypeID
    ) -> Iterator[Fact]:
        """Every attribute of an object that a reader would unpickle."""
        count = h5a.get_num_attrs(item)
        if count > MOST_ATTRIBUTES:
            yield self._limit(path, "hdf5-attributes", MOST_ATTRIBUTES)
        for index in range(min(count, MOST_ATTRIBUTES)):
            attribute = h5a.open(item, index=index)
            size = _size(attribute)
            name = f"{path}@{attribute.name.decode('utf-8', 'backslashreplace')}"
            if size > self._bounds.limits.max_embedded:
                yield self._limit(name, "max-embedded", self._bounds.limits.max_embedded)
            elif size:
                for data in _values(attribute):
                    if data.endswith(b".") or identify(data[:HEAD]) == "pickle":
                        yield from self._hand_on(name, data)

    def cells(self, path: str, dataset: h5d.DatasetID) -> Iterator[Fact]:
        """Every cell of an array of pickled objects; nothing for another dataset."""
        if not isinstance(dataset.get_type(), h5t.TypeVlenID) or not _is_of_objects(dataset):
            return
        plist = dataset.get_create_plist()
        needed = {plist.get_filter(index)[0] for index in range(plist.get_nfilters())}
        if needed - BUILT_IN:
            fields = {"path": path[:1000], "filter": min(needed - BUILT_IN)}
            yield Unreadable("hdf5-cells-filtered", fields, self._at(path))
            return
        if plist.get_layout() not in {h5d.CHUNKED, h5d.CONTIGUOUS, h5d.COMPACT}:
            yield Unreadable("hdf5-cells-elsewhere", {"path": path[:1000]}, self._at(path))
            return
        if plist.get_external_count():
            yield Unreadable("hdf5-cells-elsewhere", {"path": path[:1000]}, self._at(path))
            return
        if plist.get_layout() == h5d.CHUNKED and 16 * math.prod(plist.get_chunk()) > MOST_CHUNK:
            yield self._limit(path, "hdf5-chunk", MOST_CHUNK)
            return
        yield from self._read(path, dataset)

    def whole(self, path: str, dataset: h5d.DatasetID) -> Iterator[Fact]:
        """A dataset of bytes that begins as a pickle, as hickle and others write objects."""
        if not _is_of_bytes(dataset) or not _is_here(dataset):
            return
        array = h5py.Dataset(dataset)
        first = array[:HEAD] if array.shape else array[()]
        if identify(_bytes(first)[:HEAD]) != "pickle":
            return
        size = dataset.get_storage_size()
        if size > self._bounds.limits.max_embedded:
            yield self._limit(path, "max-embedded", self._bounds.limits.max_embedded)
        else:
            yield from self._hand_on(path, _bytes(array[()]))

    def _read(self, path: str, dataset: h5d.DatasetID) -> Iterator[Fact]:
        array = h5py.Dataset(dataset)
        for number in range(math.prod(array.shape)):
            self._bounds.check()
            place: list[int] = []
            rest = number
            for length in reversed(array.shape):
                rest, index = divmod(rest, length)
                place.insert(0, index)
            data = array[tuple(place)].tobytes()
            if len(data) > self._bounds.limits.max_embedded:
                yield self._limit(path, "max-embedded", self._bounds.limits.max_embedded)
            elif data:
                yield from self._hand_on(f"{path}[{number}]", data)
            if self._taken > MOST_PICKLED:
                return

    def _hand_on(self, name: str, data: bytes) -> Iterator[Fact]:
        if self._taken <= MOST_PICKLED:
            self._taken += len(data)
            if self._taken > MOST_PICKLED:
                yield self._limit(name, "hdf5-pickled-bytes", MOST_PICKLED)
                return
            inner = self._source.inner(data, name[:1000])
            yield Embedded("pickle", "", "", "cell", inner.at(), inner)

    def _limit(self, path: str, limit: str, most: int) -> Fact:
        return Unreadable("limit", {"limit": limit, "most": most}, self._at(path))

    def _at(self, path: str) -> Location:
        return Location(self._source.path, self._source.members, object=path[:1000])


def _is_of_bytes(dataset: h5d.DatasetID) -> bool:
    """One opaque value or string, or a row of bytes."""
    type_, space = dataset.get_type(), dataset.get_space()
    if space.get_simple_extent_type() == h5s.NULL:
        return False
    shape: tuple[int, ...] = tuple(space.shape or ())
    if isinstance(type_, h5t.TypeStringID | h5t.TypeOpaqueID):
        return math.prod(shape) == 1 and len(shape) <= 1
    return (
        isinstance(type_, h5t.TypeIntegerID | h5t.TypeBitfieldID)
        and type_.get_size() == 1
        and len(shape) == 1
        and shape[0] > 1
    )


def _is_here(dataset: h5d.DatasetID) -> bool:
    """Whether the data is in this file, and libhdf5 reads its beginning by itself and at once."""
    plist = dataset.get_create_plist()
    filters = {plist.get_filter(index)[0] for index in range(plist.get_nfilters())}
    if filters - BUILT_IN or plist.get_external_count():
        return False
    if plist.get_layout() == h5d.CHUNKED:
        return bool(math.prod(plist.get_chunk()) * dataset.get_type().get_size() <= MOST_CHUNK)
    return plist.get_layout() in {h5d.CONTIGUOUS, h5d.COMPACT}


def _bytes(value: object) -> bytes:
    import numpy as np  # noqa: PLC0415  h5py has loaded it

    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        value = value.ravel()[0]
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return value if isinstance(value, bytes) else np.asarray(value).tobytes()


def _size(attribute: h5a.AttrID) -> int:
    """Bytes of an attribute that may be a pickle; 0 for one that cannot be."""
    space, type_ = attribute.get_space(), attribute.get_type()
    if space.get_simple_extent_type() == h5s.NULL:
        return 0
    count: int = math.prod(space.shape or ())
    size: int = type_.get_size()
    if isinstance(type_, h5t.TypeStringID | h5t.TypeOpaqueID | h5t.TypeCompoundID):
        return size * count
    if isinstance(type_, h5t.TypeVlenID):
        return size if count == 1 and type_.get_super().get_size() == 1 else 0
    one = isinstance(type_, h5t.TypeIntegerID | h5t.TypeBitfieldID) and size == 1
    return count if one and count > 1 else 0


def _values(attribute: h5a.AttrID) -> Iterator[bytes]:
    """What a reader gets: one value, or those of an array of strings, and of every field."""
    import numpy as np  # noqa: PLC0415  h5py has loaded it

    if isinstance(attribute.get_type(), h5t.TypeIntegerID | h5t.TypeBitfieldID | h5t.TypeVlenID):
        yield _value(attribute)
        return
    array = np.zeros(attribute.shape, dtype=attribute.dtype)
    attribute.read(array)
    for column in [array[name] for name in array.dtype.names or ()] or [array]:
        if column.dtype.kind in "SOVU":
            held = (bytes, str, np.ndarray, np.void)  # and no references to objects
            yield from (_bytes(value) for value in column.ravel() if isinstance(value, held))


def _value(attribute: h5a.AttrID) -> bytes:
    """What a reader gets, without the NULs that NumPy cuts from the end of a string."""
    import numpy as np  # noqa: PLC0415  h5py has loaded it

    array = np.zeros(attribute.shape, dtype=attribute.dtype)
    attribute.read(array)
    if array.dtype.kind in "uiVb":
        return array.tobytes()
    value = array.ravel()[0]
    if isinstance(value, np.ndarray):
        return value.tobytes()
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else bytes(value)


def _is_of_objects(dataset: h5d.DatasetID) -> bool:
    """An array of objects, by the attribute of PyTables 2 or by that of PyTables 1.

    PyTables would unpickle the name of the kind too, so one that it does not know counts as well.
    """
    for name in (b"PSEUDOATOM", b"FLAVOR"):
        if h5a.exists(dataset, name):
            kind = _value(h5a.open(dataset, name)).lower()
            return b"object" in kind or (name == b"PSEUDOATOM" and kind not in TEXTS)
    return False
