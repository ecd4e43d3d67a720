"""The properties of a dataset: where its data is, its filters, its declared and its stored size.

The data itself is never read. A dataset that declares far more than it stores makes its reader
allocate memory: Keras refuses more than 4 GiB if that is 1000 times what is stored
(keras/src/saving/saving_lib.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from h5py import h5d, h5s

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Metadata, Reference, Tensor
from modelaudit.core.limits import GIB
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves

LISTED: Final = 8192
"""Datasets that are listed one by one; of others only anomalies and references are reported."""
MOST_FILES: Final = 32
"""Files of one dataset that are listed."""
BOMB_BYTES: Final = 4 * GIB
BOMB_RATIO: Final = 1000
_OWN: Final = "."
"""The name of the file itself in a virtual dataset."""


class Datasets:
    """State over all datasets of a file: filters seen, and how many datasets there are."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._filters: set[int] = set()
        self._count = 0

    def one(self, path: str, dataset: h5d.DatasetID, where: Location) -> Iterator[Fact]:
        """All facts about one dataset."""
        self._count += 1
        plist = dataset.get_create_plist()
        for index in range(plist.get_nfilters()):
            number, _flags, _values, name = plist.get_filter(index)
            if number not in self._filters:
                self._filters.add(number)
                text = name.decode("utf-8", "backslashreplace")[:100]
                yield Metadata("hdf5-filter", text or str(number), number, where)
        layout = plist.get_layout()
        for index in range(min(plist.get_external_count(), MOST_FILES)):
            file = _text(plist.get_external(index)[0])
            yield Reference("hdf5-external-storage", file, leaves(file), where)
        if layout == h5d.VIRTUAL:
            yield from _virtual(plist, where)
        yield from self._size(path, dataset, where, virtual=layout == h5d.VIRTUAL)

    def rest(self) -> Iterator[Fact]:
        if self._count > LISTED:
            yield Metadata("tensors-not-listed", "", self._count - LISTED, self._source.at())

    def _size(
        self, path: str, dataset: h5d.DatasetID, where: Location, *, virtual: bool
    ) -> Iterator[Fact]:
        space = dataset.get_space()
        shape = space.shape if space.get_simple_extent_type() == h5s.SIMPLE else ()
        declared = math.prod(shape) * dataset.get_type().get_size()
        stored = dataset.get_storage_size()
        if self._count <= LISTED:
            text = tuple(map(str, shape))
            yield Tensor(path[:200], _dtype(dataset), text, stored, where)
        if declared > BOMB_BYTES and declared > BOMB_RATIO * max(stored, 1) and not virtual:
            fields: Fields = {"path": path[:200], "declared": declared, "stored": stored}
            yield Anomaly("hdf5-shape-bomb", fields, where)


def _virtual(plist: object, where: Location) -> Iterator[Fact]:
    count = plist.get_virtual_count()  # type: ignore[attr-defined]
    files = {_text(plist.get_virtual_filename(i)) for i in range(min(count, MOST_FILES))}  # type: ignore[attr-defined]
    yield Metadata("hdf5-virtual", "", count, where)
    for file in sorted(files - {_OWN}):
        yield Reference("hdf5-virtual", file, leaves(file), where)


def _dtype(dataset: h5d.DatasetID) -> str:
    """NumPy's name of the dtype; ``?`` where it has none."""
    try:
        return str(dataset.dtype)[:100]
    except (TypeError, ValueError, NotImplementedError):
        return "?"


def _text(value: bytes | str) -> str:
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
    return text[:1000]
