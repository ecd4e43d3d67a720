"""GGUF: metadata by key, tensors by name, then their numbers; for llama.cpp and what builds on it.

Version 1 counts with 32 bits, 2 and 3 with 64; 3 may be big-endian.
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Tensor
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats import templates

NEWEST: Final = 3
MOST_KEYS: Final = 100_000
MOST_TENSORS: Final = 200_000
MOST_DEPTH: Final = 8
"""Arrays inside arrays."""
SHOWN: Final = 200
_TEMPLATE: Final = "tokenizer.chat_template"
_KEPT: Final = {
    "general.architecture": "gguf-architecture",
    "general.quantization_version": "gguf-quantization-version",
    "general.file_type": "gguf-file-type",
    "split.count": "gguf-split-count",
}
_ALIGNMENT: Final = "general.alignment"
_WIDTHS: Final = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_WHOLE: Final = 4
_TEXT: Final = 8
_ARRAY: Final = 9
MOST_DIMENSIONS: Final = 4
TYPES: Final = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4),
    27: ("I64", 1, 8), 28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
    31: ("Q4_0_4_4", 32, 18), 32: ("Q4_0_4_8", 32, 18), 33: ("Q4_0_8_8", 32, 18),
    40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip
"""Name, elements of a block, and bytes of a block. https://github.com/ggml-org/ggml (ggml.h)"""


class _Reader:
    """Reads numbers and texts one after another. Raises Malformed past the end."""

    def __init__(self, source: Source, order: str, version: int) -> None:
        self.source = source
        self.position = 8
        self.order = order
        self.wide = version > 1

    def number(self, letter: str) -> int | float | bool:
        width = struct.calcsize("<" + letter)
        raw = self.source.read(self.position, width)
        if len(raw) < width:
            raise Malformed("gguf-cut", {"what": "the header"}, self.position)
        self.position += width
        value: int | float | bool = struct.unpack(self.order + letter, raw)[0]
        return value

    def count(self) -> int:
        return int(self.number("Q" if self.wide else "I"))

    def text(self, most: int = SHOWN) -> str:
        """The first ``most`` bytes of a text; all of it is passed over."""
        length = self.count()
        if length > self.source.extent - self.position:
            raise Malformed("gguf-cut", {"what": "a text"}, self.position)
        raw = self.source.read(self.position, min(length, most))
        self.position += length
        return raw.decode("utf-8", "replace")

    def skip(self, length: int, what: str) -> None:
        if length > self.source.extent - self.position:
            raise Malformed("gguf-cut", {"what": what}, self.position)
        self.position += length


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The header and what it says of tensors, whose numbers are not read. Raises Malformed."""
    order, version = _version(source)
    yield Identity("gguf", str(version), source.at())
    if not 1 <= version <= NEWEST:
        raise Malformed("gguf-version", {"version": version})
    yield Metadata("gguf-byte-order", "big" if order == ">" else "little", -1, source.at())
    reader = _Reader(source, order, version)
    tensors, keys = reader.count(), reader.count()
    for count, limit, most in ((keys, "keys", MOST_KEYS), (tensors, "tensors", MOST_TENSORS)):
        if count > source.extent:  # each takes more than a byte
            raise Malformed("gguf-cut", {"what": f"the {limit.partition(' ')[0]}"}, 8)
        if count > most:
            raise Malformed("limit", {"limit": f"{limit} of one file", "most": most})
    alignment, keys_seen = 32, set[str]()
    for _ in range(keys):
        bounds.check(reader.position)
        position = reader.position
        key, kind = reader.text(), int(reader.number("I"))
        value = _value(reader, kind, bounds)
        if key in keys_seen:
            yield Anomaly("gguf-repeated", {"what": "key", "name": key}, source.at(position))
        keys_seen.add(key)
        if key == _ALIGNMENT and isinstance(value, int):
            alignment = value
            if kind != _WHOLE or value < 1 or value & (value - 1):
                yield Anomaly("gguf-alignment", {"alignment": value}, source.at(position))
        yield from _said(source, key, value, position)
    yield from _tensors(reader, tensors, alignment, bounds)


def _version(source: Source) -> tuple[str, int]:
    raw = source.read(4, 4)
    if len(raw) < 4:
        raise Malformed("gguf-cut", {"what": "the header"}, 4)
    little, big = int.from_bytes(raw, "little"), int.from_bytes(raw, "big")
    return (">", big) if big < little else ("<", little)


def _value(reader: _Reader, kind: int, bounds: Bounds) -> int | float | str | None:
    """A number or a text; None for an array, which is passed over."""
    if kind in _WIDTHS:
        return reader.number(_WIDTHS[kind])
    if kind == _TEXT:
        return reader.text(templates.MOST_TEXT + 1)
    if kind != _ARRAY:
        raise Malformed("gguf-value-type", {"type": kind}, reader.position)
    _pass_array(reader, bounds, 0)
    return None


def _pass_array(reader: _Reader, bounds: Bounds, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise Malformed("limit", {"limit": "arrays inside arrays", "most": MOST_DEPTH})
    kind, count = int(reader.number("I")), reader.count()
    if kind in _WIDTHS:
        reader.skip(count * struct.calcsize("<" + _WIDTHS[kind]), "an array")
        return
    if kind not in (_TEXT, _ARRAY):
        raise Malformed("gguf-value-type", {"type": kind}, reader.position)
    if count > reader.source.extent - reader.position:  # each element takes a byte at least
        raise Malformed("gguf-cut", {"what": "an array"}, reader.position)
    for index in range(count):
        if not index % 1024:
            bounds.check(reader.position)
        if kind == _TEXT:
            reader.skip(reader.count(), "a text")
        else:
            _pass_array(reader, bounds, depth + 1)


def _said(
    source: Source, key: str, value: int | float | str | None, position: int
) -> Iterator[Fact]:
    where = source.at(position)
    if key == _TEMPLATE or key.startswith(f"{_TEMPLATE}."):
        if isinstance(value, str):
            yield from templates.facts(value, key, where)
    elif key in _KEPT and isinstance(value, str):
        yield Metadata(_KEPT[key], value[:SHOWN], -1, where)
    elif key in _KEPT and isinstance(value, int):
        yield Metadata(_KEPT[key], "", value, where)


def _tensors(reader: _Reader, count: int, alignment: int, bounds: Bounds) -> Iterator[Fact]:
    placed: list[tuple[int, int, str, int]] = []
    kinds, names = set[int](), set[str]()
    for _ in range(count):
        bounds.check(reader.position)
        position = reader.position
        name, dimensions = reader.text(), int(reader.number("I"))
        where = reader.source.at(position)
        if dimensions > MOST_DIMENSIONS:
            raise Malformed("gguf-dimensions", {"name": name, "count": dimensions}, position)
        shape = [reader.count() for _ in range(dimensions)]
        kind, offset = int(reader.number("I")), int(reader.number("Q"))
        size = _size(kind, shape)
        dtype = TYPES[kind][0] if kind in TYPES else f"type {kind}"
        yield Tensor(name, dtype, tuple(str(one) for one in shape), size, where)
        kinds.add(kind)
        if name in names:
            yield Anomaly("gguf-repeated", {"what": "tensor", "name": name}, where)
        names.add(name)
        if shape and kind in TYPES and shape[0] % TYPES[kind][1]:
            fields: Fields = {"name": name, "row": shape[0], "block": TYPES[kind][1]}
            yield Anomaly("gguf-odd-blocks", fields, where)
        placed.append((offset, max(size, 0), name, position))
        if alignment <= 0 or offset % alignment:
            fields = {"name": name, "offset": offset, "alignment": alignment}
            yield Anomaly("gguf-unaligned", fields, where)
    for kind in sorted(kinds):
        dtype = TYPES[kind][0] if kind in TYPES else ""
        yield Metadata("gguf-type", dtype, kind, reader.source.at())
    start = -(-reader.position // alignment) * alignment if alignment > 0 else reader.position
    yield from _misplaced(reader.source, placed, start)


def _size(kind: int, shape: list[int]) -> int:
    """Bytes of a tensor; -1 for a type that is not known."""
    if kind not in TYPES:
        return -1
    _, block, width = TYPES[kind]
    elements = 1
    for one in shape:
        elements *= one
    return -(-elements // block) * width


def _misplaced(
    source: Source, placed: list[tuple[int, int, str, int]], start: int
) -> Iterator[Anomaly]:
    """Tensors that end behind the file or begin inside of the one before; each kind once."""
    placed.sort()
    room = source.extent - start
    beyond = [one for one in placed if one[0] + one[1] > room]
    if beyond:
        offset, size, name, at = beyond[-1]
        fields: Fields = {"name": name, "missing": offset + size - room, "count": len(beyond)}
        yield Anomaly("gguf-tensor-beyond", fields, source.at(at))
    for (offset, size, first, _), (other, _, second, at) in pairwise(placed):
        if offset + size > other:
            yield Anomaly("gguf-tensor-overlap", {"first": first, "second": second}, source.at(at))
            return
