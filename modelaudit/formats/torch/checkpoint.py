"""A checkpoint in a zip: the pickle ``data.pkl``, and a record for each storage it asks for.

https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (``_save`` and ``_load``)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Identity
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive
from modelaudit.formats.torch.native import libraries
from modelaudit.formats.torch.recorder import TorchRecorder
from modelaudit.formats.torch.records import Records, properties, version
from modelaudit.formats.torch.streams import TorchStream

SMALL: Final = ("data.pkl", "version", "byteorder", ".data/version", ".format_version")
"""Records that are read here, so that nobody else has to."""


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The facts of ``data.pkl`` and of how its storages lie in the archive."""
    records = Records(source, archive, bounds)
    number = version(records)
    yield Identity("pytorch", str(number) if number >= 0 else "", source.at())
    yield from properties(records)
    yield from records.guarded("data.pkl", pickled(records, "data.pkl", "data/"))
    storages = [m for name, m in records.by_name.items() if name.lower().startswith("data/")]
    yield from libraries(source, archive, bounds)
    read_here = [*storages, *filter(None, map(records.find, SMALL))]
    yield from embedded(source, archive, bounds, read_here)


def pickled(
    records: Records, name: str, folder: str, recorder: type[TorchRecorder] = TorchRecorder
) -> Iterator[Fact]:
    """The facts of a record that is a pickle with storages in ``folder``. Raises Malformed."""
    if name not in records:
        return
    inner = records.open(name)
    made = recorder(inner, records.bounds, folder)
    stream = TorchStream(inner, records.bounds, made, 0)
    yield from stream.content()
    yield from stream.remains()
    yield from _sizes(records, inner, made)
    yield from _overlaps(records, inner, made)


def _sizes(records: Records, inner: Source, recorder: TorchRecorder) -> Iterator[Fact]:
    """Whether each storage has a record, and one of its size. Only the first few of each kind."""
    for storage in recorder.storages.values():
        name = recorder.record(storage)
        stored = records.size(name)
        where = inner.at(storage.position)
        if stored < 0:
            if recorder.once("storage-missing"):
                yield Anomaly("storage-missing", {"storage": storage.key, "record": name}, where)
            continue
        kind = "storage-short" if stored < storage.size else "storage-long"
        if storage.size >= 0 and stored != storage.size and recorder.once(kind):
            fields: Fields = {
                "storage": storage.key,
                "declared": storage.size,
                "record": name,
                "stored": stored,
            }
            yield Anomaly(kind, fields, where)


def _overlaps(records: Records, inner: Source, recorder: TorchRecorder) -> Iterator[Fact]:
    """Records that share bytes of the archive. Only the first few."""
    names = {recorder.record(storage) for storage in recorder.storages.values()}
    entries = {name: member for name in names if (member := records.find(name)) is not None}
    spans = sorted(
        (entry.start, entry.start + entry.packed, name) for name, entry in entries.items()
    )
    for (_, end, first), (begin, _, second) in pairwise(spans):
        if begin < end and recorder.once("storage-overlap"):
            yield Anomaly("storage-overlap", {"first": first, "second": second}, inner.at(0))
