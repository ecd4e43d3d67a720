"""Tensors of a model: their type and shape, and whether as many values are stored as these need.

A tensor's values are in a field that depends on its type, in ``raw_data``, or in another file. They
are never read.
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (TensorProto) and
https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Reference, Tensor
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.core.paths import is_file
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.onnx.types import Problem, element
from modelaudit.formats.protobuf import LENGTH, Left, left, packed_count

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import SparseTensorProto, TensorProto

_EXTERNAL: Final = 1
_RAW: Final = 9
_STRINGS: Final = 6
_MEMORY: Final = "*/_ORT_MEM_ADDR_/*"
"""The location by which onnxruntime marks a tensor that is in its own memory."""
_KEYS: Final = frozenset({"location", "offset", "length", "checksum", "basepath"})
_MOST_COUNTED: Final = 16 * MIB
"""Bytes up to which packed numbers of variable length are counted."""

_BITS: Final = {
    **dict.fromkeys(("uint2", "int2"), 2),
    **dict.fromkeys(("uint4", "int4", "float4e2m1"), 4),
    **dict.fromkeys(("float6e2m3", "float6e3m2"), 6),
    **dict.fromkeys(("uint8", "int8", "bool"), 8),
    **dict.fromkeys(
        ("float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "float8e8m0"), 8
    ),
    **dict.fromkeys(("uint16", "int16", "float16", "bfloat16"), 16),
    **dict.fromkeys(("uint32", "int32", "float"), 32),
    **dict.fromkeys(("uint64", "int64", "double", "complex64"), 64),
    "complex128": 128,
}
"""Bits of one element in ``raw_data``."""
_FIELDS: Final = {
    # The field for the values of a type, and the bytes of each there; 0 for a varint.
    **dict.fromkeys(("float", "complex64"), (4, 4)),
    **dict.fromkeys(("double", "complex128"), (10, 8)),
    "int64": (7, 0),
    **dict.fromkeys(("uint32", "uint64"), (11, 0)),
    "string": (_STRINGS, 0),
}
_INT32: Final = (5, 0)
_WIDE: Final = frozenset({"complex64", "complex128"})
"""Types whose elements take two numbers of the field each."""


class Tensors:
    """The tensors of one model. Each external file is examined once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.view()[0]
        self._named: set[tuple[str, str]] = set()

    def stored(self, tensor: TensorProto, name: str, where: Location) -> Iterator[Fact]:
        """A tensor, and its contradictions."""
        dtype = element(tensor.data_type)
        shape = tuple(tensor.dims)
        omitted = left(tensor.raw_data)
        external = tensor.data_location == _EXTERNAL
        span = -1 if external else sum(one.stop - one.start for one in omitted)
        yield Tensor(name, dtype, tuple(map(str, shape)), span, where)
        if not dtype:
            fields: Fields = {"name": name, "number": tensor.data_type}
            yield Anomaly("unknown-element-type", fields, where)
        elif any(size < 0 for size in shape):
            yield Anomaly("negative-dimension", {"name": name}, where)
        elif external:
            yield from self._external(tensor, name, dtype, math.prod(shape), where)
        elif problem := self._mismatch(name, dtype, math.prod(shape), omitted):
            yield Anomaly(*problem, where)

    def sparse(self, tensor: SparseTensorProto, where: Location) -> Iterator[Fact]:
        yield from self.stored(tensor.values, tensor.values.name, where)
        yield from self.stored(tensor.indices, f"{tensor.values.name} indices", where)

    def _mismatch(self, name: str, dtype: str, count: int, omitted: list[Left]) -> Problem | None:
        """How the stored values of ``count`` elements contradict the type or shape.

        Counts become text in fields: they may be larger than a rule's integers, of 64 bits.
        """
        # An empty list of numbers stores none of them, and an empty string is one.
        stored = [one for one in omitted if one.stop > one.start or one.number == _STRINGS]
        numbers = {one.number for one in stored}
        if len(numbers) > 1:
            return "tensor-in-two-fields", {"name": name}
        if _RAW in numbers:
            return self._raw_mismatch(name, dtype, count, stored[-1])  # of several the last counts
        field, width = _FIELDS.get(dtype, _INT32)
        if numbers - {field}:
            actual = min(numbers)
            return "tensor-in-wrong-field", {
                "name": name, "dtype": dtype, "expected": field, "actual": actual
            }  # fmt: skip
        if dtype in _BITS and _BITS[dtype] < 8:
            expected = _packed_bytes(dtype, count)
        else:
            expected = count * 2 if dtype in _WIDE else count
        least, most = self._counted(stored, width, strings=dtype == "string")
        if least <= expected <= most:
            return None
        actual = least if expected < least else most
        return "tensor-values", {"name": name, "expected": str(expected), "actual": str(actual)}

    def _raw_mismatch(self, name: str, dtype: str, count: int, raw: Left) -> Problem | None:
        if dtype == "string":
            return "strings-as-raw-data", {"name": name}
        expected, size = _packed_bytes(dtype, count), raw.stop - raw.start
        if size == expected:
            return None
        return "tensor-bytes", {"name": name, "expected": str(expected), "actual": str(size)}

    def _counted(self, stored: list[Left], width: int, *, strings: bool) -> tuple[int, int]:
        """Bounds on the number of stored values; equal where they were counted."""
        if strings:
            return len(stored), len(stored)
        least = most = 0
        for one in stored:
            size = one.stop - one.start
            if one.wire != LENGTH:  # not packed: each value has its tag
                count = size // (width + 1) if width else self._tagged(one)
                least, most = least + count, most + count
            elif width or size <= _MOST_COUNTED:
                count = packed_count(self.data, one.start, one.stop, width)
                least, most = least + count, most + count
            else:
                least, most = least + size // 10, most + size
        return least, most

    def _tagged(self, one: Left) -> int:
        """Varints that each follow a tag of one byte."""
        if one.stop - one.start > _MOST_COUNTED:
            return (one.stop - one.start) // 2
        return packed_count(self.data, one.start, one.stop, 0) // 2

    def _external(
        self, tensor: TensorProto, name: str, dtype: str, count: int, where: Location
    ) -> Iterator[Fact]:
        """The external file of a tensor; each file is reported once."""
        entries: dict[str, str] = {}
        for entry in tensor.external_data:
            key = entry.key[:100]
            if entry.key not in _KEYS:
                yield Anomaly("external-data-unknown-key", {"name": name, "key": key}, where)
            elif entry.key in entries:
                yield Anomaly("external-data-duplicate-key", {"name": name, "key": key}, where)
            entries.setdefault(entry.key, entry.value)
        location = entries.get("location", "")
        if location == _MEMORY:
            fields: Fields = {"name": name, "address": entries.get("offset", "")[:40]}
            yield Anomaly("external-data-in-memory", fields, where)
            return
        expected = _packed_bytes(dtype, count) if dtype in _BITS else -1
        yield from self._range(entries, name, expected, where)
        basepath = entries.get("basepath", "")
        for kind, target in (("external-data", location), ("external-basepath", basepath)):
            if (kind, target) not in self._named and (target or kind == "external-data"):
                self._named.add((kind, target))
                yield Reference(kind, target, leaves(target), where)
                if kind == "external-data":
                    yield from self._file(location, where)

    def _range(
        self, entries: dict[str, str], name: str, expected: int, where: Location
    ) -> Iterator[Fact]:
        """Whether offset and length are numbers that fit the shape and the file.

        ``expected`` are the bytes that the shape needs, -1 where the type does not say.
        """
        numbers: dict[str, int] = {}
        for key in ("offset", "length"):
            text = entries.get(key)
            if text is None:
                continue
            if not re.fullmatch(r"\d{1,19}", text):
                fields: Fields = {"name": name, "key": key, "value": text[:40]}
                yield Anomaly("external-data-bad-number", fields, where)
                return
            numbers[key] = int(text)
        length = numbers.get("length", expected)
        if expected >= 0 and length != expected:
            fields = {"name": name, "expected": str(expected), "actual": str(length)}
            yield Anomaly("tensor-bytes", fields, where)
        size = self._size(entries.get("location", ""))
        end = numbers.get("offset", 0) + max(length, 0)
        if size is not None and end > size:
            fields = {"name": name, "end": str(end), "size": size}
            yield Anomaly("external-data-beyond-end", fields, where)

    def _beside(self, location: str) -> Path | None:
        """The path of a file that the model names; None where no file should be examined."""
        if self.source.members or leaves(location) or not location or "\0" in location:
            return None
        return Path(self.source.path).parent / location

    def _size(self, location: str) -> int | None:
        path = self._beside(location)
        if path is None:
            return None
        try:
            return os.stat(path).st_size if is_file(path) else None  # noqa: PTH116
        except OSError:
            return None

    def _file(self, location: str, where: Location) -> Iterator[Fact]:
        """Whether the file exists, stays in the directory and is not a hard link."""
        path = self._beside(location)
        if path is None:
            return
        try:
            if not is_file(path):
                yield Anomaly("external-data-missing", {"file": location}, where)
            elif self._escapes(path):
                yield Anomaly("external-data-symlink", {"file": location}, where)
            elif (count := os.stat(path).st_nlink) > 1:  # noqa: PTH116
                fields: Fields = {"file": location, "count": count}
                yield Anomaly("external-data-hardlink", fields, where)
        except OSError as error:
            fields = {"file": location, "problem": error.strerror or str(error)}
            yield Anomaly("external-data-unreadable", fields, where)

    def _escapes(self, path: Path) -> bool:
        """True where links lead neither into the model's directory nor into that of its target.

        In a cache of downloads every file of a model is a link into one directory of stored files.
        """
        model = Path(self.source.path)
        homes = (model.parent.resolve(), model.resolve().parent)
        return not any(path.resolve().is_relative_to(home) for home in homes)


def _packed_bytes(dtype: str, count: int) -> int:
    """Bytes that so many elements take in ``raw_data``; elements may be smaller than a byte."""
    return -(-count * _BITS[dtype] // 8)
