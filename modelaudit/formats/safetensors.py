"""safetensors: a JSON header that says where each tensor lies, and the tensors.

Eight bytes hold the header's length, little-endian. The reference reader takes headers up to 100 MB
that begin with ``{``, tensors that follow one another without holes, and nothing behind them.
https://huggingface.co/docs/safetensors/index and
https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Tensor
from modelaudit.core.limits import Bounds
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
"""Bits of one element."""
_MOST_DIMENSIONS: Final = 64
"""No framework has tensors of more."""
_METADATA: Final = "__metadata__"
_FIELDS: Final = frozenset({"dtype", "shape", "data_offsets"})


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """Tensors, metadata, and where the header contradicts the file."""
    yield Identity("safetensors", "", source.at())
    raw = source.read(0, 8)
    length = int.from_bytes(raw, "little")
    extent = source.extent
    if len(raw) < 8 or length > extent - 8:
        detail = f"the header is said to have {length} bytes and {max(extent - 8, 0)} are there"
        raise Malformed("broken-header", detail, 0)
    if length > MOST_HEADER:
        raise Malformed("limit", f"the header has {length} bytes; readers take {MOST_HEADER}", 0)
    text = source.read(8, length)
    if not text.startswith(b"{"):
        yield Anomaly("header-start", "the header does not begin with {", source.at(8))
    header, repeated = _parse(text)
    for key in repeated[:8]:
        yield Anomaly("duplicate-key", f"the header has the key {key!r} twice", source.at(8))
    entries: list[_Entry] = []
    for name, value in header.items():
        if name == _METADATA:
            yield from _metadata(source, value)
            continue
        entry = _entry(name, value)
        if isinstance(entry, str):
            yield Anomaly("bad-entry", f"{name!r}: {entry}", source.at(8))
            continue
        entries.append(entry)
        shape = tuple(map(str, entry.shape))
        where = source.at(8 + length + entry.begin)
        yield Tensor(name, entry.dtype, shape, entry.end - entry.begin, where)
        yield from _span(source, entry)
    for dtype in sorted({entry.dtype for entry in entries}):
        yield Metadata("safetensors-dtype", dtype, -1, source.at(8))
    yield from _layout(source, entries, 8 + length, extent)


def _parse(text: bytes) -> tuple[dict[str, object], list[str]]:
    """The header, and keys that occur twice in one object. Raises Malformed."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(items)
        if len(found) < len(items):
            counts = Counter(key for key, _ in items)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return found

    def constant(name: str) -> object:
        raise ValueError(f"{name} is no JSON")

    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("broken-header", f"the header is no JSON: {error}", 8) from None
    if not isinstance(header, dict):
        raise Malformed("broken-header", "the header is no JSON object", 8)
    return header, repeated


def _metadata(source: Source, value: object) -> Iterator[Fact]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        detail = "__metadata__ is not a map from text to text"
        yield Anomaly("bad-entry", detail, source.at(8))
        return
    for key, item in value.items():
        yield Metadata(str(key), str(item)[:1000], -1, source.at(8))


def _entry(name: str, value: object) -> _Entry | str:
    """One tensor's entry, or what is wrong with it."""
    if not isinstance(value, dict) or not set(value) >= _FIELDS:
        return "it does not have dtype, shape and data_offsets"
    dtype, shape, offsets = (
        value["dtype"],
        _numbers(value["shape"]),
        _numbers(value["data_offsets"]),
    )
    if not isinstance(dtype, str) or shape is None or offsets is None or len(offsets) != 2:
        return "its dtype, shape or data_offsets are of the wrong type"
    if len(shape) > _MOST_DIMENSIONS:
        return f"it has {len(shape)} dimensions"
    if set(value) > _FIELDS:
        return f"it has keys that are not known: {', '.join(sorted(set(value) - _FIELDS))[:100]}"
    return _Entry(name, dtype, shape, offsets[0], offsets[1])


def _numbers(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return None
    numbers = tuple(n for n in value if type(n) is int and 0 <= n < 1 << 63)
    return numbers if len(numbers) == len(value) else None


def _span(source: Source, entry: _Entry) -> Iterator[Fact]:
    """Whether a tensor's bytes are as many as its dtype and shape take."""
    bits = BITS.get(entry.dtype)
    if bits is None:
        detail = f"the dtype {entry.dtype!r} of {entry.name!r} is not known"
        yield Anomaly("unknown-dtype", detail, source.at(8))
    elif math.prod(entry.shape) * bits != (entry.end - entry.begin) * 8:
        detail = (
            f"{entry.name!r} takes {-(-math.prod(entry.shape) * bits // 8)} bytes by its dtype and"
            f" shape, and has {entry.end - entry.begin}"
        )
        yield Anomaly("tensor-span", detail, source.at(8))


def _layout(source: Source, entries: list[_Entry], start: int, extent: int) -> Iterator[Fact]:
    """Tensors follow one another and fill the file."""
    position = 0
    reported: set[str] = set()
    for entry in sorted(entries, key=lambda item: (item.begin, item.end)):
        kind = "tensor-hole" if entry.begin > position else "tensor-overlap"
        if entry.begin != position and kind not in reported:
            reported.add(kind)
            what = "leaves a hole before it" if kind == "tensor-hole" else "overlaps another tensor"
            yield Anomaly(kind, f"{entry.name!r} {what}", source.at(start + entry.begin))
        position = max(position, entry.end)
    if start + position > extent:
        detail = f"tensors end {start + position - extent} bytes behind the end of the file"
        yield Anomaly("tensor-truncated", detail, source.at(start))
    elif start + position < extent:
        detail = f"{extent - start - position} bytes follow the last tensor"
        yield Anomaly("tensor-trailing", detail, source.at(start + position))
