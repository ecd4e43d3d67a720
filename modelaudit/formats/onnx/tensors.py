"""Tensors of a model: what they say of themselves, and whether their numbers are there.

A tensor's numbers stand in a field that depends on its type, or in ``raw_data``, or in another
file. They are not read.
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

from modelaudit.core.facts import Anomaly, Fact, Reference, Tensor
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.onnx.types import element
from modelaudit.formats.protobuf import LENGTH, Left, left, packed_count

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import SparseTensorProto, TensorProto

_EXTERNAL: Final = 1
_RAW: Final = 9
_STRINGS: Final = 6
_MEMORY: Final = "*/_ORT_MEM_ADDR_/*"
"""The location by which onnxruntime marks a tensor that lies in its own memory."""
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
    # The field that numbers of a type stand in, and the bytes of each there; 0 for a varint.
    **dict.fromkeys(("float", "complex64"), (4, 4)),
    **dict.fromkeys(("double", "complex128"), (10, 8)),
    "int64": (7, 0),
    **dict.fromkeys(("uint32", "uint64"), (11, 0)),
    "string": (_STRINGS, 0),
}
_INT32: Final = (5, 0)
_WIDE: Final = frozenset({"complex64", "complex128"})
"""Types of which an element takes two numbers of its field."""


class Tensors:
    """The tensors of one model, and the files that they name."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.view()[0]
        self._named: set[tuple[str, str]] = set()

    def stored(self, tensor: TensorProto, name: str, where: Location) -> Iterator[Fact]:
        """A tensor, and where it contradicts itself."""
        dtype = element(tensor.data_type)
        shape = tuple(tensor.dims)
        omitted = left(tensor.raw_data)
        external = tensor.data_location == _EXTERNAL
        span = -1 if external else sum(one.stop - one.start for one in omitted)
        yield Tensor(name, dtype, tuple(map(str, shape)), span, where)
        if not dtype:
            detail = f"the tensor {name!r} has the element type {tensor.data_type}"
            yield Anomaly("unknown-dtype", detail, where)
        elif any(size < 0 for size in shape):
            yield Anomaly("tensor-shape", f"the tensor {name!r} has a negative dimension", where)
        elif external:
            yield from self._external(tensor, name, dtype, math.prod(shape), where)
        elif problem := self._mismatch(dtype, math.prod(shape), omitted):
            yield Anomaly("tensor-span", f"the tensor {name!r} {problem}", where)

    def sparse(self, tensor: SparseTensorProto, where: Location) -> Iterator[Fact]:
        yield from self.stored(tensor.values, tensor.values.name, where)
        yield from self.stored(tensor.indices, f"{tensor.values.name} indices", where)

    def _mismatch(self, dtype: str, count: int, omitted: list[Left]) -> str:
        """What the shape asks for and the data do not hold; empty where they fit."""
        held = [one for one in omitted if one.stop > one.start]
        numbers = {one.number for one in held}
        if len(numbers) > 1:
            return "has its numbers in two fields"
        if _RAW in numbers and dtype == "string":
            return "has texts as raw_data"
        if _RAW in numbers:
            wanted = -(-count * _BITS[dtype] // 8)
            size = held[-1].stop - held[-1].start  # the last one counts
            return f"takes {wanted} bytes by its shape and has {size}" if size != wanted else ""
        field, width = _FIELDS.get(dtype, _INT32)
        if numbers - {field}:
            return f"has its numbers in the field {min(numbers)}, and {dtype} takes {field}"
        if dtype in _BITS and _BITS[dtype] < 8:
            wanted = -(-count * _BITS[dtype] // 8)
        else:
            wanted = count * 2 if dtype in _WIDE else count
        least, most = self._counted(held, width, strings=dtype == "string")
        if least <= wanted <= most:
            return ""
        return f"has {wanted} values by its shape, and {least} are there"

    def _counted(self, held: list[Left], width: int, *, strings: bool) -> tuple[int, int]:
        """The least and the most values that are there; equal where they were counted."""
        if strings:
            return len(held), len(held)
        least = most = 0
        for one in held:
            size = one.stop - one.start
            if one.wire != LENGTH:  # each with its tag
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
        """The file of a tensor that lies outside; each file is told once."""
        entries: dict[str, str] = {}
        for entry in tensor.external_data:
            if entry.key not in _KEYS:
                detail = f"{name!r} has the key {entry.key[:100]!r} in external_data"
                yield Anomaly("external-key", detail, where)
            elif entry.key in entries:
                yield Anomaly("external-key", f"{name!r} has the key {entry.key!r} twice", where)
            entries.setdefault(entry.key, entry.value)
        location = entries.get("location", "")
        if location == _MEMORY:
            detail = f"{name!r} names an address of memory: {entries.get('offset', '')[:40]}"
            yield Anomaly("external-memory", detail, where)
            return
        wanted = -(-count * _BITS[dtype] // 8) if dtype in _BITS else -1
        yield from self._range(entries, name, wanted, where)
        basepath = entries.get("basepath", "")
        for kind, target in (("external-data", location), ("external-basepath", basepath)):
            if (kind, target) not in self._named and (target or kind == "external-data"):
                self._named.add((kind, target))
                yield Reference(kind, target, leaves(target), where)
                if kind == "external-data":
                    yield from self._file(location, where)

    def _range(
        self, entries: dict[str, str], name: str, wanted: int, where: Location
    ) -> Iterator[Fact]:
        """Offset and length against each other, the shape and the file."""
        numbers: dict[str, int] = {}
        for key in ("offset", "length"):
            text = entries.get(key)
            if text is None:
                continue
            if not re.fullmatch(r"\d{1,19}", text):
                detail = f"{name!r} has the {key} {text[:40]!r} in its external file"
                yield Anomaly("external-range", detail, where)
                return
            numbers[key] = int(text)
        length = numbers.get("length", wanted)
        if wanted >= 0 and length != wanted:
            detail = f"the tensor {name!r} takes {wanted} bytes by its shape and has {length}"
            yield Anomaly("tensor-span", detail, where)
        size = self._size(entries.get("location", ""))
        end = numbers.get("offset", 0) + max(length, 0)
        if size is not None and end > size:
            detail = f"{name!r} ends at byte {end} of a file that has {size}"
            yield Anomaly("external-range", detail, where)

    def _beside(self, location: str) -> Path | None:
        """The path of a file that the model names; None where it cannot be looked for."""
        if self.source.members or leaves(location) or not location or "\0" in location:
            return None
        return Path(self.source.path).parent / location

    def _size(self, location: str) -> int | None:
        path = self._beside(location)
        if path is None:
            return None
        try:
            return os.stat(path).st_size if path.is_file() else None  # noqa: PTH116
        except OSError:
            return None

    def _file(self, location: str, where: Location) -> Iterator[Fact]:
        """Whether the file is there, and is neither a link nor has a second name."""
        path = self._beside(location)
        if path is None:
            return
        try:
            if not path.is_file():
                yield Anomaly("external-missing", f"{location!r} is not there", where)
            elif self._escapes(path):
                detail = f"{location!r} leads out of the directory through a link"
                yield Anomaly("external-link", detail, where)
            elif (names := os.stat(path).st_nlink) > 1:  # noqa: PTH116
                yield Anomaly("external-hardlink", f"{location!r} has {names} names", where)
        except OSError as error:
            yield Anomaly("external-missing", f"{location!r}: {error.strerror}", where)

    def _escapes(self, path: Path) -> bool:
        """True where links lead to a file that is not beside the model, nor beside its own target.

        In a cache of downloads every file of a model is a link to one among the stored ones.
        """
        model = Path(self.source.path)
        homes = (model.parent.resolve(), model.resolve().parent)
        return not any(path.resolve().is_relative_to(home) for home in homes)
