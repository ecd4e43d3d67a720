"""NumPy's .npy: a header, which is the text of a Python dict, and the numbers of one array.

An array of objects has a pickle instead of the numbers. The header is parsed as a Python literal
and never evaluated.
https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Tensor
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import embedded
from modelaudit.formats.numpytypes import described
from modelaudit.formats.pickle import inspector as pickles

MAGIC: Final = b"\x93NUMPY"
MOST_HEADER: Final = 10_000
"""Bytes of a header that numpy.load reads by default (its parameter ``max_header_size``)."""
_LENGTH_BYTES: Final = {1: 2, 2: 4, 3: 4}
_KEYS: Final = {"descr", "fortran_order", "shape"}
_LITERAL: Final = (
    ast.Expression, ast.Dict, ast.Tuple, ast.List, ast.Constant, ast.Load, ast.UnaryOp, ast.USub,
)  # fmt: skip
_MOST_DEPTH: Final = 32
"""Depth of structures inside structures. Arrays may have twice as many dimensions."""
_MOST_BYTES: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Header:
    """An array's header. ``item`` is the size of one element, ``start`` the offset of the first."""

    version: str
    name: str
    item: int
    has_object: bool
    fortran: bool
    shape: tuple[int, ...]
    start: int


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The array; for an array of objects also the facts of its pickle."""
    yield Identity("numpy", _version(source), source.at())
    header = read_header(source)
    where = source.at(header.start)
    shape = tuple(map(str, header.shape))
    if header.has_object:
        yield Tensor("", header.name, shape, -1, where)
        yield Metadata("object-array", header.name, -1, where)
        yield from pickles.inspect_from(source, bounds, header.start)
        return
    size = header.item * math.prod(header.shape)
    yield Tensor("", header.name, shape, size, where)
    while source.growing and source.size < header.start:
        source.grow()
    after = source.skip(header.start, size)
    while source.growing and source.size <= after:
        source.grow()
    if after > source.size:
        fields: Fields = {"declared": size, "missing": after - source.size}
        yield Anomaly("array-truncated", fields, where)
    elif after < source.size:
        yield Anomaly("data-after-array", {"size": size}, source.at(after))
        # numpy.save writes one array behind another into an open file, and numpy.load reads so.
        rest = source.part(after, source.extent - after, f"data@{after:#x}", bounds.limits)
        yield from embedded(rest, "", bounds)


def _version(source: Source) -> str:
    version = source.read(6, 2)
    return f"{version[0]}.{version[1]}" if len(version) == 2 else ""


def read_header(source: Source) -> Header:
    """The header of a .npy. Raises Malformed where NumPy could not have written it."""
    prefix = source.read(0, 12)
    if prefix[:6] != MAGIC or len(prefix) < 12:
        raise Malformed("truncated", {"what": "the header of the array"}, 0)
    width = _LENGTH_BYTES.get(prefix[6])
    if width is None or prefix[7]:
        raise Malformed("numpy-version", {"version": _version(source)}, 6)
    length = int.from_bytes(prefix[8 : 8 + width], "little")
    start = 8 + width
    if length > MOST_HEADER:
        limit: Fields = {"length": length, "most": MOST_HEADER}
        raise Malformed("numpy-header-length", limit, start)
    raw = source.read(start, length)
    if len(raw) < length:
        raise Malformed("truncated", {"what": "the header of the array"}, start)
    try:
        text = raw.decode("utf-8" if prefix[6] == 3 else "latin-1")
        fields = _literal(text)
        name, item, has_object = _dtype(fields["descr"], 0)
        shape = _shape(fields["shape"])
    except (ValueError, SyntaxError, KeyError, RecursionError, MemoryError) as error:
        raise Malformed("numpy-header", {"problem": str(error)}, start) from None
    fortran = fields.get("fortran_order") is True
    return Header(_version(source), name, item, has_object, fortran, shape, start + length)


def _literal(text: str) -> dict[object, object]:
    """A dict of constants. Raises ValueError or SyntaxError."""
    # Python 2 wrote long integers with an L, in shapes; NumPy drops it as well.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser warns about escapes in the text
        tree = ast.parse(re.sub(r"(?<=\d)L\b", "", text).strip(), mode="eval")
    if not all(isinstance(node, _LITERAL) for node in ast.walk(tree)):
        raise ValueError("it is not a dict of constants")
    value = ast.literal_eval(tree)
    if not isinstance(value, dict) or set(value) != _KEYS:
        raise ValueError("its keys are not descr, fortran_order and shape")
    return value


def _shape(value: object) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        raise ValueError("the shape is not a tuple")
    lengths = tuple(item for item in value if isinstance(item, int) and 0 <= item < _MOST_BYTES)
    if len(lengths) != len(value) or len(value) > _MOST_DEPTH * 2:
        raise ValueError("an item of the shape is not a length")
    return lengths


def _dtype(value: object, depth: int) -> tuple[str, int, bool]:
    """A dtype's name, the bytes of one item, and whether there are objects in it."""
    name, size, has_object = _layout(value, depth)
    if size >= _MOST_BYTES:
        raise ValueError("the dtype is larger than any array")
    return name, size, has_object


def _layout(value: object, depth: int) -> tuple[str, int, bool]:
    if depth > _MOST_DEPTH:
        raise ValueError("the dtype is nested too deeply")
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, tuple) and len(value) == 2:  # a type and the shape of a sub-array
        name, size, has_object = _dtype(value[0], depth + 1)
        return name, size * math.prod(_lengths(value[1])), has_object
    if not isinstance(value, list):
        raise ValueError("the form of the dtype is unknown")
    names: list[str] = []
    size, has_object = 0, False
    for field in value:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise ValueError("the form of a field of the dtype is unknown")
        name, item, objects = _dtype(field[1], depth + 1)
        count = math.prod(_lengths(field[2])) if len(field) == 3 else 1
        names.append(name)
        size += item * count
        has_object = has_object or objects
    return f"[{', '.join(names)}]", size, has_object


def _lengths(value: object) -> tuple[int, ...]:
    return _shape((value,) if isinstance(value, int) else value)


def _scalar(text: str) -> tuple[str, int, bool]:
    item = described(text)
    if item is None:
        raise ValueError(f"the dtype {text!r} is unknown")
    return text, item.size, item.has_object
