"""The legacy form: what torch.save wrote before 1.6, and still writes on request.

Five pickles in a row: the magic number, the protocol of the form (1001), properties of the machine
that wrote it, the object, and the keys of its storages. Then for each key the number of elements
as a little-endian int64, and the elements.
https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (``_legacy_save``)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.torch import dtypes
from modelaudit.formats.torch.recorder import Storage, TorchRecorder
from modelaudit.formats.torch.streams import TorchStream

PARTS: Final = ("magic number", "protocol", "system information", "object", "storage keys")
_OBJECT, _KEYS = 3, 4
_COUNT: Final = 8
PROTOCOL: Final = 1001
_BEFORE: Final = frozenset((opcodes.OP["PROTO"], opcodes.OP["FRAME"]))
"""What may come before a pickle's first value."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The facts of the five pickles, then whether the storages behind them are whole."""
    yield Identity("pytorch", "legacy", source.at())
    yield Metadata("torch-container", "legacy", -1, source.at())
    streams: list[TorchStream] = []
    position = 0
    for part in PARTS:
        while source.growing and source.size <= position:
            source.grow()
        if position >= source.size:
            problem = f"the file ends before the {part}"
            yield Unreadable("broken-stream", {"problem": problem}, source.at(position))
            return
        stream = TorchStream(source, bounds, TorchRecorder(source, bounds, ""), position)
        streams.append(stream)
        yield from stream.content()
        if not stream.whole:
            yield from stream.remains()
            return
        position = stream.ending.position
    yield from _protocol(streams[1])
    storages = streams[_OBJECT].recorder.storages
    keys = [text for _, text in streams[_KEYS].texts()]
    yield from _storages(source, storages, keys, position)


def _protocol(stream: TorchStream) -> Iterator[Fact]:
    """The protocol of the form, which is the only number of the second pickle."""
    data, position = stream.source.data, stream.start
    while position < stream.ending.position and data[position] in _BEFORE:
        position = opcodes.step(data, position)
    number = stream.recorder.machine.scalar(position)
    if isinstance(number, int) and number != PROTOCOL:
        fields: Fields = {"declared": number, "known": PROTOCOL}
        yield Anomaly("torch-legacy-protocol", fields, stream.source.at(stream.start))


def _storages(
    source: Source, storages: dict[str, Storage], keys: list[str], position: int
) -> Iterator[Fact]:
    """Whether the elements of each storage are there, as many as are declared. The position of the
    next storage follows from the last one, so the first gap ends it.
    """
    for key in keys:
        storage = storages.get(key)
        if storage is None or storage.size < 0:
            yield Anomaly("storage-undeclared", {"storage": key}, source.at(position))
            return
        while source.growing and source.size < position + _COUNT:
            source.grow()
        count = int.from_bytes(source.data[position : position + _COUNT], "little", signed=True)
        size = count * dtypes.SIZES[storage.dtype]
        where = source.at(position)
        if source.size < position + _COUNT or count < 0:
            yield Anomaly("storage-without-count", {"storage": key}, where)
            return
        if size != storage.size:
            sizes: Fields = {"storage": key, "declared": storage.size, "stored": size}
            yield Anomaly("storage-differs", sizes, where)
        after = source.skip(position + _COUNT, size)
        if after > source.size:
            cut: Fields = {"storage": key, "size": size, "missing": after - source.size}
            yield Anomaly("storage-cut", cut, where)
            return
        position = after
    while source.growing and source.size <= position:
        source.grow()
    if position < source.size:
        yield Anomaly("trailing-data", {"size": source.size - position}, source.at(position))
