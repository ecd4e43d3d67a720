"""The index of a checkpoint: which tensors there are, and where in which data file each lies.

It is a sorted string table of LevelDB: blocks of entries whose keys share prefixes, an index of the
blocks, and a footer. The entry with an empty key is a BundleHeader, every other one a BundleEntry.
https://github.com/google/leveldb/blob/main/doc/table_format.md and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Tensor
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Buffer, Source
from modelaudit.formats import snappy
from modelaudit.formats.protobuf import signed, varint
from modelaudit.formats.savedmodel.graph import dimensions, size_mismatch
from modelaudit.formats.savedmodel.schema import dtype_name, walk

FOOTER: Final = 48
MAGIC: Final = 0xDB4775248B80FB57.to_bytes(8, "little")
TRAILER: Final = 5
"""Bytes after each block: the compression and a checksum."""
PLAIN, SNAPPY = 0, 1
LARGEST_BLOCK: Final = 16 * MIB
"""What a compressed block may come to; TensorFlow begins a new one after 256 KiB."""
MOST_SHARDS: Final = 100_000
LONGEST_KEY: Final = 64 * 1024
_VERSIONS: Final = {
    "producer": "checkpoint-producer",
    "min_consumer": "checkpoint-min-consumer",
}


@dataclass(slots=True)
class Checkpoint:
    """What an index says of the data files: their number, and at which byte each ends."""

    shards: int = 0
    ends: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """A block's entries: the bytes that hold them, from where to where.

    ``moved`` is what takes an offset in these bytes to one in the file; None for a compressed
    block, which is at ``begin``.
    """

    data: Buffer
    first: int
    stop: int
    begin: int
    moved: int | None

    def place(self, offset: int) -> int:
        return self.begin if self.moved is None else offset - self.moved


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The index on its own."""
    yield Identity("tensorflow-checkpoint", "", source.at())
    yield from read(source, bounds, Checkpoint())


def read(source: Source, bounds: Bounds, into: Checkpoint) -> Iterator[Fact]:
    """A tensor for each entry; data files go into ``into``. Raises Malformed."""
    data, start, end = source.view()
    if end - start < FOOTER or data[end - 8 : end] != MAGIC:
        raise _broken("it has no footer", 0)
    position = end - FOOTER
    for _ in range(2):  # of the other block, and its size
        _, position = varint(data, position, end)
    begin, position = varint(data, position, end)
    size, _ = varint(data, position, end)
    entries = 0
    index = _block(data, start, begin, size, end)
    for number, (_, where, stop) in enumerate(_entries(index)):
        bounds.check(0)
        if number >= (most := bounds.limits.max_members):
            raise Malformed("limit", {"limit": "max-members", "most": most}, 0)
        begin, position = varint(index.data, where, stop)
        size, _ = varint(index.data, position, stop)
        block = _block(data, start, begin, size, end)
        for key, first, last in _entries(block):
            if entries >= (most := bounds.limits.max_facts):
                raise Malformed("limit", {"limit": "max-facts", "most": most}, 0)
            entries += 1
            if key:
                yield from _entry(source, block, key, (first, last), into)
            else:
                yield from _header(source, block, (first, last), into)


def _block(data: Buffer, start: int, begin: int, size: int, end: int) -> Block:
    """The block at an offset of the file, decompressed. Raises Malformed."""
    first, stop = start + begin, start + begin + size
    if stop + TRAILER > end or size < 4:
        raise _broken("a block is outside the file", begin)
    if data[stop] == PLAIN:
        return Block(data, first, stop, begin, start)
    if data[stop] != SNAPPY:
        raise Malformed("not-supported", {"what": "a compressed checkpoint index"}, begin)
    content = snappy.decompress(data, first, stop, LARGEST_BLOCK)
    if len(content) < 4:
        raise _broken("a block is smaller than its end", begin)
    return Block(content, 0, len(content), begin, None)


def _entries(block: Block) -> Iterator[tuple[bytes, int, int]]:
    """Key, and where the value lies, of each entry of a block. Raises Malformed."""
    data, stop = block.data, block.stop
    restarts = int.from_bytes(data[stop - 4 : stop], "little")
    stop -= 4 * (restarts + 1)
    key = b""
    position = block.first
    while position < stop:
        shared, position = varint(data, position, stop)
        own, position = varint(data, position, stop)
        length, position = varint(data, position, stop)
        if shared > len(key) or own > LONGEST_KEY or position + own + length > stop:
            raise _broken("an entry is larger than its block", block.place(position))
        if shared + own > LONGEST_KEY:
            fields: Fields = {"limit": "bytes of key", "most": LONGEST_KEY}
            raise Malformed("limit", fields, block.place(position))
        key = key[:shared] + data[position : position + own]
        position += own
        yield key, position, position + length
        position += length


def _header(
    source: Source, block: Block, span: tuple[int, int], into: Checkpoint
) -> Iterator[Fact]:
    data, where = block.data, source.at(block.place(span[0]))
    parts = dict(walk(data, *span, "BundleHeader"))
    into.shards = parts["num_shards"].value if "num_shards" in parts else 0
    if into.shards > MOST_SHARDS:
        fields: Fields = {"name": "num_shards", "count": str(into.shards)}
        yield Anomaly("checkpoint-shard-count", fields, where)
        into.shards = 0
    if "endianness" in parts and parts["endianness"].value == 1:
        yield Metadata("checkpoint-byte-order", "big", -1, where)
    version = parts.get("version")
    numbers = dict(walk(data, version.value, version.stop, "VersionDef")) if version else {}
    for name, key in _VERSIONS.items():
        if name in numbers:
            number = signed(numbers[name].value)
            yield Metadata(key, str(number), number, where)


def _entry(
    source: Source, block: Block, key: bytes, span: tuple[int, int], into: Checkpoint
) -> Iterator[Fact]:
    data = block.data
    parts = dict(walk(data, *span, "BundleEntry"))
    numbers = {
        name: signed(parts[name].value) if name in parts else 0
        for name in ("dtype", "shard_id", "offset", "size")
    }
    shape = dimensions(data, parts["shape"]) if "shape" in parts else []
    name = key.decode("utf-8", "replace")[:1000]
    where = source.at(block.place(span[0]))
    dtype, size = numbers["dtype"], numbers["size"]
    yield Tensor(name, dtype_name(dtype), tuple(map(str, shape)), size, where)
    if min(numbers.values()) < 0:
        yield Anomaly("checkpoint-negative-offset", {"name": name}, where)
        return
    end = numbers["offset"] + size
    into.ends[numbers["shard_id"]] = max(into.ends.get(numbers["shard_id"], 0), end)
    for fields in size_mismatch(name, dtype, shape, size):
        yield Anomaly("tensor-size", fields, where)


def _broken(problem: str, position: int) -> Malformed:
    return Malformed("broken-index", {"problem": problem}, position)
