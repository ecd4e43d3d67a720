"""safetensors: a JSON header with the offsets of each tensor, and the tensors.

The first eight bytes are the header's length, little-endian. The reference reader accepts headers
of up to 100 MB that start with ``{``, tensors without gaps between them, and no data after them.
https://huggingface.co/docs/safetensors/index and
https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Tensor
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source

MOST_HEADER: Final = 100_000_000
BITS: Final = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 8),
    **dict.fromkeys(("F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("I64", "U64", "F64", "C64"), 64),
}
"""Bits of one element by dtype."""
_MOST_DIMENSIONS: Final = 64
"""No framework has tensors of more dimensions."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_METADATA: Final = "__metadata__"
_OFFSETS: Final = "data_offsets"
_FIELDS: Final = frozenset({"dtype", "shape", _OFFSETS})
_ONCE: Final = _FIELDS | {_METADATA}
"""Keys that the reference reader refuses a second time; of a tensor's name it takes the last."""
_MOST_TEXT: Final = 1000
"""Characters of a metadata key or value."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """Tensors, metadata, and contradictions between the header and the file."""
    yield Identity("safetensors", "", source.at())
    raw = source.read(0, 8)
    length = int.from_bytes(raw, "little")
    extent = source.extent
    if len(raw) < 8:
        fields: Fields = {"declared": 8, "present": len(raw)}
        raise Malformed("safetensors-header-truncated", fields, 0)
    if length > extent - 8:
        fields = {"declared": length, "present": extent - 8}
        raise Malformed("safetensors-header-truncated", fields, 0)
    if length > MOST_HEADER:
        fields = {"length": length, "most": MOST_HEADER}
        raise Malformed("safetensors-header-length", fields, 0)
    text = source.read(8, length)
    if not text.startswith(b"{"):
        yield Anomaly("header-start", {}, source.at(8))
    header, repeated = _parse(text)
    for key in repeated[:8]:
        yield Anomaly("duplicate-key", {"key": key}, source.at(8))
        if key in _ONCE:
            yield Anomaly("safetensors-repeated", {"key": key}, source.at(8))
    yield _framework(source, header.get(_METADATA))
    entries: list[_Entry] = []
    for name, value in header.items():
        if name == _METADATA:
            yield from _metadata(source, value)
            continue
        entry = _entry(name, value, source.at(8))
        if isinstance(entry, Anomaly):
            yield entry
            continue
        yield from _unusual(name, value, entry, source.at(8))
        entries.append(entry)
        shape = tuple(map(str, entry.shape))
        where = source.at(8 + length + entry.begin)
        yield Tensor(name, entry.dtype, shape, entry.end - entry.begin, where)
        yield from _size(source, entry)
    for dtype in sorted({entry.dtype for entry in entries}):
        yield Metadata("safetensors-dtype", dtype, -1, source.at(8))
    yield from _layout(source, entries, 8 + length, extent)


def _parse(text: bytes) -> tuple[dict[str, object], list[str]]:
    """The header, and keys that occur twice in one object. Raises Malformed."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        values = dict(items)
        if len(values) < len(items):
            counts = Counter(key for key, _ in items)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return values

    def constant(name: str) -> object:
        raise ValueError(f"{name} is not JSON")

    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("safetensors-header", {"problem": str(error)}, 8) from None
    if not isinstance(header, dict):
        raise Malformed("safetensors-header", {"problem": "it is another JSON value"}, 8)
    if any(_SURROGATE.search(key) for key in header):
        raise Malformed("safetensors-header", {"problem": "a name that is no Unicode"}, 8)
    return header, repeated


def _framework(source: Source, metadata: object) -> Metadata:
    """The framework, empty if the file has no metadata, or if that does not name one."""
    texts = metadata if isinstance(metadata, dict) else {}
    framework = str(texts.get("format", ""))[:_MOST_TEXT]
    return Metadata("safetensors-format", framework, -1, source.at(8))


def _metadata(source: Source, value: object) -> Iterator[Fact]:
    if value is None:  # the reference reader takes it for no metadata
        return
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        yield Anomaly("invalid-metadata", {}, source.at(8))
        return
    for key, item in value.items():
        where = Location(source.path, source.members, object=str(key)[:_MOST_TEXT])
        yield Metadata("safetensors-metadata", str(item)[:_MOST_TEXT], -1, where)


def _entry(name: str, value: object, where: Location) -> _Entry | Anomaly:
    """One tensor's entry, or the first thing that is wrong with it."""
    fields = value if isinstance(value, dict) else {}
    if missing := _FIELDS - set(fields):
        listed = ", ".join(sorted(missing))
        return Anomaly("entry-fields-missing", {"name": name, "missing": listed}, where)
    dtype, shape, offsets = fields["dtype"], _numbers(fields["shape"]), _numbers(fields[_OFFSETS])
    if not isinstance(dtype, str) or shape is None or offsets is None or len(offsets) != 2:
        invalid = "dtype" if not isinstance(dtype, str) else "shape" if shape is None else _OFFSETS
        return Anomaly("entry-field-invalid", {"name": name, "field": invalid}, where)
    return _Entry(name, dtype, shape, offsets[0], offsets[1])


def _unusual(name: str, value: object, entry: _Entry, where: Location) -> Iterator[Anomaly]:
    """What the reference reader passes over, and other readers may not."""
    if (dimensions := len(entry.shape)) > _MOST_DIMENSIONS:
        yield Anomaly("too-many-dimensions", {"name": name, "dimensions": dimensions}, where)
    if isinstance(value, dict) and (unknown := set(value) - _FIELDS):
        listed = ", ".join(sorted(unknown))[:100]
        yield Anomaly("entry-fields-unknown", {"name": name, "unknown": listed}, where)


def _numbers(value: object) -> tuple[int, ...] | None:
    """A list of numbers that fit 63 bits; None for anything else."""
    if not isinstance(value, list):
        return None
    numbers = tuple(n for n in value if type(n) is int and 0 <= n < 1 << 63)
    return numbers if len(numbers) == len(value) else None


def _size(source: Source, entry: _Entry) -> Iterator[Fact]:
    """Whether the offsets of a tensor span as many bytes as its dtype and shape take."""
    bits = BITS.get(entry.dtype)
    if bits is None:
        fields: Fields = {"name": entry.name, "dtype": entry.dtype}
        yield Anomaly("unknown-dtype", fields, source.at(8))
    elif math.prod(entry.shape) * bits != (entry.end - entry.begin) * 8:
        computed, declared = -(-math.prod(entry.shape) * bits // 8), entry.end - entry.begin
        fields = {"name": entry.name, "computed": computed, "declared": declared}
        yield Anomaly("tensor-size-mismatch", fields, source.at(8))


def _layout(source: Source, entries: list[_Entry], start: int, extent: int) -> Iterator[Fact]:
    """Whether tensors follow one another without gaps and fill the file."""
    position = 0
    gap = overlap = False  # the first of each is reported
    for entry in sorted(entries, key=lambda item: (item.begin, item.end)):
        where = source.at(start + entry.begin)
        if entry.begin > position and not gap:
            gap = True
            size = entry.begin - position
            yield Anomaly("tensor-gap", {"name": entry.name, "size": size}, where)
        elif entry.begin < position and not overlap:
            overlap = True
            fields: Fields = {"name": entry.name, "size": position - entry.begin}
            yield Anomaly("tensor-overlap", fields, where)
        position = max(position, entry.end)
    end = start + position
    if end > extent:
        yield Anomaly("tensors-truncated", {"missing": end - extent}, source.at(start))
    elif end < extent:
        yield Anomaly("data-after-tensors", {"size": extent - end}, source.at(end))
