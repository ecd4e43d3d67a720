"""The index of a checkpoint: which tensors there are, and where in which data file each lies.

It is a sorted string table as LevelDB's: blocks of entries that share the beginnings of their keys,
an index of the blocks, and a footer. The entry without a key is a BundleHeader, any other one a
BundleEntry. https://github.com/google/leveldb/blob/main/doc/table_format.md and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Tensor
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Buffer, Source
from modelaudit.formats.protobuf import signed, varint
from modelaudit.formats.savedmodel.graph import dimensions
from modelaudit.formats.savedmodel.schema import DTYPES, dtype_name, walk

FOOTER: Final = 48
MAGIC: Final = 0xDB4775248B80FB57.to_bytes(8, "little")
TRAILER: Final = 5
"""Behind each block: how it is compressed, and a checksum."""
MOST_SHARDS: Final = 100_000
LONGEST_KEY: Final = 64 * 1024


@dataclass(slots=True)
class Checkpoint:
    """What an index tells: how many data files there are, and how long each has to be."""

    shards: int = 0
    ends: dict[int, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The index on its own."""
    yield Identity("tensorflow-checkpoint", "", source.at())
    yield from read(source, bounds, Checkpoint())


def read(source: Source, bounds: Bounds, into: Checkpoint) -> Iterator[Fact]:
    """A tensor for each entry, and what the index says about the data files. Raises Malformed."""
    data, start, end = source.view()
    if end - start < FOOTER or data[end - 8 : end] != MAGIC:
        raise Malformed("broken-index", "the index does not end as one does", 0)
    position = end - FOOTER
    for _ in range(2):  # of the other block, and its size
        _, position = varint(data, position, end)
    begin, position = varint(data, position, end)
    size, _ = varint(data, position, end)
    told = 0
    blocks = _entries(data, start, begin, size, end)
    for number, (_, where, stop) in enumerate(blocks):
        if time.monotonic() > bounds.deadline:
            raise Malformed("limit", f"timeout ({bounds.limits.timeout} s) reached", 0)
        if number >= bounds.limits.max_members:
            raise Malformed("limit", f"max-members ({bounds.limits.max_members}) reached", 0)
        begin, position = varint(data, where, stop)
        size, _ = varint(data, position, stop)
        for key, first, last in _entries(data, start, begin, size, end):
            if told >= bounds.limits.max_facts:
                raise Malformed("limit", f"max-facts ({bounds.limits.max_facts}) reached", 0)
            told += 1
            if key:
                yield from _entry(source, data, key, (first, last), start, into)
            else:
                yield from _header(source, data, (first, last), start, into)


def _entries(
    data: Buffer, start: int, begin: int, size: int, end: int
) -> Iterator[tuple[bytes, int, int]]:
    """Key, and where the value lies, of each entry of a block. Raises Malformed."""
    first, stop = start + begin, start + begin + size
    if stop + TRAILER > end or size < 4:
        raise Malformed("broken-index", "a block of the index is not where it should be", begin)
    if data[stop]:
        detail = "the index is compressed, and that form of it is not read"
        raise Malformed("not-supported", detail, begin)
    restarts = int.from_bytes(data[stop - 4 : stop], "little")
    stop -= 4 * (restarts + 1)
    key = b""
    position = first
    while position < stop:
        shared, position = varint(data, position, stop)
        own, position = varint(data, position, stop)
        length, position = varint(data, position, stop)
        if shared > len(key) or own > LONGEST_KEY or position + own + length > stop:
            raise Malformed("broken-index", "an entry of the index does not fit", position - start)
        if shared + own > LONGEST_KEY:
            raise Malformed("limit", f"a key of more than {LONGEST_KEY} bytes", position - start)
        key = key[:shared] + data[position : position + own]
        position += own
        yield key, position, position + length
        position += length


def _header(
    source: Source, data: Buffer, span: tuple[int, int], start: int, into: Checkpoint
) -> Iterator[Fact]:
    held = dict(walk(data, *span, "BundleHeader"))
    into.shards = held["num_shards"].value if "num_shards" in held else 0
    if into.shards > MOST_SHARDS:
        detail = f"the index names {into.shards} data files"
        yield Anomaly("checkpoint-shards", detail, source.at(span[0] - start))
        into.shards = 0
    if "endianness" in held and held["endianness"].value == 1:
        yield Metadata("checkpoint-byte-order", "big", -1, source.at(span[0] - start))
    version = held.get("version")
    inner = dict(walk(data, version.value, version.stop, "VersionDef")) if version else {}
    for key, found in inner.items():
        if key != "bad_consumers":
            name = f"checkpoint-{key.replace('_', '-')}"
            yield Metadata(name, str(found.value), found.value, source.at(span[0] - start))


def _entry(
    source: Source, data: Buffer, key: bytes, span: tuple[int, int], start: int, into: Checkpoint
) -> Iterator[Fact]:
    held = dict(walk(data, *span, "BundleEntry"))
    numbers = {
        name: signed(held[name].value) if name in held else 0
        for name in ("dtype", "shard_id", "offset", "size")
    }
    shape = dimensions(data, held["shape"]) if "shape" in held else []
    name = key.decode("utf-8", "replace")[:1000]
    where = source.at(span[0] - start)
    dtype, size = numbers["dtype"], numbers["size"]
    yield Tensor(name, dtype_name(dtype), tuple(map(str, shape)), size, where)
    if len(into.names) < MOST_SHARDS:
        into.names.add(name)
    if min(numbers.values()) < 0:
        yield Anomaly("checkpoint-entry", f"{name!r} lies at a negative offset", where)
        return
    end = numbers["offset"] + size
    into.ends[numbers["shard_id"]] = max(into.ends.get(numbers["shard_id"], 0), end)
    width, count = DTYPES.get(dtype, ("", 0))[1], 1
    for dimension in shape:
        count *= dimension
    if width and size and count * width != size:
        detail = f"{name!r} takes {count * width} bytes by its type and shape, and has {size}"
        yield Anomaly("tensor-size", detail, where)
