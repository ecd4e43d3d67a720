"""joblib's array framing: the raw bytes of an array follow the BUILD of its wrapper.

``NumpyArrayWrapper`` (joblib 0.10): the array's bytes follow; from joblib 1.2 a padding length and
that many bytes come first. An object array is a pickle of its own there. ``NDArrayWrapper`` and
``ZNDArrayWrapper`` (joblib before 0.10) name a file beside this one instead.
https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py

Where an array ends decides which bytes are opcodes, and joblib takes it from what the stream says.
So only what a release from 0.10 to 1.6 writes itself is read; any other wrapper breaks the stream.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

import msgspec

from modelaudit.formats.pickle.dtypes import Type, type_of
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.reading import Processor, Values
from modelaudit.formats.pickle.values import UNKNOWN, Box, Global, Result, Value, class_of

WRAPPERS: Final = frozenset({"NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"})
ALIGNMENT: Final = 16
"""What joblib pads arrays to since 1.2, where it pads them."""
_KEYS: Final = frozenset({"subclass", "shape", "order", "dtype", "allow_mmap"})
_ALIGNED: Final = "numpy_array_alignment_bytes"
_SUBCLASSES: Final = frozenset({"ndarray", "matrix", "memmap"})
"""The classes of NumPy whose arrays joblib takes out of the pickle."""
_MOST_DIMENSIONS: Final = 64
_MOST_BYTES: Final = 1 << 63


class Array(msgspec.Struct, frozen=True):
    """An array whose bytes, or pickle, follow its wrapper's BUILD."""

    dtype: str
    shape: tuple[int, ...]
    span: int
    has_object: bool
    padded: bool


class SideFile(msgspec.Struct, frozen=True):
    """An array in another file; ``name`` is None where the stream does not spell it out."""

    name: str | None

    @property
    def leaves(self) -> bool:
        """True where the name may lead out of the directory of the pickle."""
        return self.name is None or bool(re.search(r"[/\\]|^\.\.?$|^[A-Za-z]:", self.name))


@lru_cache(maxsize=256)
def is_wrapper(owner: Global) -> bool:
    """True for joblib's own wrappers; a class of that name elsewhere is like any other."""
    return owner.name.rpartition(".")[2] in WRAPPERS and "joblib" in owner.dotted.split(".")


def is_inline(owner: Global) -> bool:
    """True where the array follows in the stream, False where it is in a file of its own."""
    return owner.name.endswith("NumpyArrayWrapper")


def state_after(target: Result, state: Value) -> Value:
    """The state of an instance after BUILD; unknown where an earlier one counts as well."""
    owner = class_of(target)
    counts = isinstance(owner, Global) and (owner.dotted == "numpy.dtype" or is_wrapper(owner))
    return UNKNOWN if counts and target.state is not None else state


def check_origin(target: Value, state: Value) -> None:
    """Raises Broken where a wrapper comes into being otherwise than joblib makes one."""
    made = target.arguments if isinstance(target, Result) else ()
    for value in (*_flat(made), *_flat(state)):
        if isinstance(value, Global) and is_wrapper(value):
            raise Broken("an array's wrapper is made in another way than joblib does")


def _flat(value: Value) -> tuple[Value, ...]:
    """A value with its items; of a pair, also the items of these."""
    items = _items(value)
    inner = (item for box in items for item in _items(box)) if isinstance(value, tuple) else ()
    return (value, *items, *inner)


def _items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, tuple):
        return value
    return tuple(value.items) if isinstance(value, Box) else ()


def array(values: Values, target: Value, state: Value) -> Array:
    """The array that follows the BUILD of a wrapper with this state. Raises Broken."""
    if not isinstance(target, Result) or target.state is UNKNOWN or not _is_empty(values, target):
        raise Broken("an array's wrapper is made in another way than joblib does")
    fields = _own_fields(values, state)
    shape = _shape(values, fields["shape"])
    kind = _dtype(values, fields["dtype"])
    mapped = values.scalar(fields["allow_mmap"])
    ordered = values.text(fields["order"]) in ("C", "F")
    if not ordered or not isinstance(mapped, bool) or (mapped and kind.has_object):
        raise Broken("the order of an array, or whether it may be mapped, is none that joblib has")
    if not _is_array_class(fields["subclass"]):
        raise Broken("the class of an array is none that joblib takes out of a pickle")
    padded = _is_padded(values, fields.get(_ALIGNED))
    span = kind.size * math.prod(shape)
    if span >= _MOST_BYTES:
        raise Broken("an array is larger than any can be")
    return Array(kind.name, shape, span, kind.has_object, padded)


def _is_empty(values: Values, target: Result) -> bool:
    """True for an instance that was made without arguments."""
    made = target.arguments
    return made is UNKNOWN or made == () or values.scalar(made) == ()


def side_file(values: Values, state: Value) -> SideFile:
    """The file that a wrapper with this state names."""
    fields = _fields(values, state)
    return SideFile(values.text(fields["filename"]) if "filename" in fields else None)


def _fields(values: Values, state: Value) -> dict[str, Value]:
    """A wrapper's attributes; a pair of dicts is the state of an object with slots."""
    fields: dict[str, Value] = {}
    for box in state if isinstance(state, tuple) else (state,):
        items = values.contents(box) if isinstance(box, Box) else []
        for key, value in zip(items[0::2], items[1::2], strict=False):
            if name := values.text(key):
                fields[name] = value
    return fields


def _own_fields(values: Values, state: Value) -> dict[str, Value]:
    """The attributes that joblib gives a wrapper, each once and no other."""
    items = values.contents(state) if isinstance(state, Box) and state.kind == "dict" else []
    names = [values.text(key) for key in items[0::2]]
    if len(items) % 2 or set(names) - {_ALIGNED} != _KEYS or len(set(names)) < len(names):
        raise Broken("the attributes of an array's wrapper are not those that joblib writes")
    return {name: value for name, value in zip(names, items[1::2], strict=True) if name}


def _shape(values: Values, value: Value) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        if values.scalar(value) == ():
            return ()
        raise Broken("the shape of an array is not spelled out")
    lengths = [values.scalar(item) for item in value]
    shape = tuple(n for n in lengths if type(n) is int and 0 <= n < _MOST_BYTES)
    if len(shape) < len(lengths) or len(shape) > _MOST_DIMENSIONS:
        raise Broken("the shape of an array is not spelled out")
    return shape


def _dtype(values: Values, value: Value) -> Type:
    kind = type_of(values, value)
    if kind.is_array or not (kind.has_object or kind.size):
        raise Broken("joblib stores no array of this dtype")
    return kind


def _is_padded(values: Values, value: Value | None) -> bool:
    aligned = None if value is None else values.scalar(value)
    if aligned is None or (type(aligned) is int and aligned == ALIGNMENT):
        return aligned is not None
    raise Broken("an array is aligned to another number than joblib has")


def padding(values: Processor, position: int) -> int:
    """Bytes of the padding before an array, with the byte that says how many. Raises Broken."""
    values.reach(position + 1 + ALIGNMENT)
    data = values.source.data
    size = data[position] if position < len(data) else 0
    if not 0 < size <= ALIGNMENT or data[position + 1 : position + 1 + size].count(0xFF) != size:
        raise Broken("an array is padded otherwise than joblib does")
    return 1 + size


def skip(values: Processor, start: int, count: int) -> int:
    """Pass over the bytes of an array; the position after them."""
    after = values.source.skip(start, count)
    values.opaque.add(start, after)
    return after


def _is_array_class(value: Value) -> bool:
    if not isinstance(value, Global):
        return False
    parts = value.dotted.split(".")
    return parts[0] == "numpy" and parts[-1] in _SUBCLASSES
