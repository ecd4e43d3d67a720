"""HDF5 through libhdf5, which runs in a process of its own (``isolated`` in the table of formats).

Only hard links are followed; of datasets, only the pickled objects of
PyTables are read, and bytes that begin as a pickle.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.hdf5 import superblock


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The facts of the superblock, of every object, and of Keras' attributes. Raises Malformed."""
    places = list(superblock.find(source))
    if not places:
        yield Identity("hdf5", "", source.at())
        raise Malformed("not-recognised", {"claimed": "HDF5"})
    block = superblock.read(source, places[0])
    yield Identity("hdf5", str(block.version), source.at())
    yield from superblock.facts(source, block)
    if block.start:
        yield from superblock.user_block(source, block.start)
    for place in places[1:]:
        yield Anomaly("hdf5-second-superblock", {"offset": place}, source.at(place))
    from modelaudit.formats.hdf5.walk import walk  # noqa: PLC0415  imports h5py, for whole files

    yield from walk(source, bounds)
