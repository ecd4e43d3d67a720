"""A pickled ``numpy.dtype``: a call with a code, and a BUILD with byte order, fields and sizes.

NumPy takes the size of flexible types and whether there are objects from the BUILD, and does not
compare them with the code. A dtype whose parts do not agree was not written by NumPy.
https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/descriptor.c:
arraydescr_reduce and arraydescr_setstate
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from modelaudit.formats.numpytypes import MOST_BYTES, pickled
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import MOST_ITEMS, Box, Global, Result, Value, class_of

_HAS_OBJECT: Final = 0x01  # NPY_ITEM_HASOBJECT, in the flags of a dtype's state
_STATES: Final = {3: 8, 4: 9}
"""Items of a state by its version; version 4 has metadata, such as the unit of a date."""
_ARGUMENTS: Final = ("code", "align", "copy")
_FLEXIBLE: Final = "SUV"
_MOST_DEPTH: Final = 32
_SIZED_OUTSIDE: Final = {
    **dict.fromkeys(("bfloat16",), 2),
    **dict.fromkeys(("int2", "int4", "uint2", "uint4", "float4_e2m1fn"), 1),
    **dict.fromkeys(("float6_e2m3fn", "float6_e3m2fn", "float8_e3m4", "float8_e4m3"), 1),
    **dict.fromkeys(("float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz"), 1),
    **dict.fromkeys(("float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"), 1),
}
"""Bytes of the types that the package ml_dtypes adds to NumPy."""


class Type(msgspec.Struct, frozen=True):
    """A dtype: its name, bytes of one item, and whether there are objects in it."""

    name: str
    size: int
    has_object: bool
    is_array: bool = False
    """True for a sub-array, which only a field can have."""


class _State(msgspec.Struct, frozen=True):
    subarray: Value
    names: Value
    fields: Value
    size: int
    has_object: bool


def type_of(values: Values, value: Value, depth: int = 0) -> Type:
    """The dtype that a value is. Raises Broken where NumPy would not have written it so."""
    made_by = class_of(value)
    if not isinstance(value, Result) or not isinstance(made_by, Global) or depth > _MOST_DEPTH:
        raise _foreign()
    if made_by.name == "_convert_to_stringdtype_kwargs" and made_by.module.startswith("numpy."):
        _agree(value.state is None)
        return Type("StringDType", 0, has_object=True)  # text of any length, pickled as objects are
    state = _state(values, value.state)
    given = value.arguments
    direct = made_by.dotted == "numpy.dtype" and value.callee is made_by
    if not direct or not isinstance(given, tuple) or len(given) != len(_ARGUMENTS):
        raise _foreign()
    aligned, copied = values.scalar(given[1]), values.scalar(given[2])
    _agree(aligned in (False, 0) and copied in (True, 1))
    if isinstance(given[0], Global):
        return _named(values, given[0], state, depth)
    code = values.text(given[0]) or ""
    item = pickled(code)
    if item is None:
        raise _foreign()
    if code[0] == "V":
        _agree(state.size == item.size)
        return _void(values, code, state, depth)
    _agree(_is_none(values, state.subarray, state.names, state.fields))
    _agree(state.size == (item.size if code[0] in _FLEXIBLE else -1))
    _agree(state.has_object == item.has_object)
    return Type(code, item.size, item.has_object)


def _foreign() -> Broken:
    return Broken("the dtype of an array is not written as NumPy writes it")


def _agree(holds: bool) -> None:
    if not holds:
        raise _foreign()


def _named(values: Values, owner: Global, state: _State, depth: int) -> Type:
    """A record, or a type that another package adds."""
    if owner.dotted in ("numpy.record", "numpy.rec.record"):
        return _void(values, f"V{state.size}", state, depth)
    size = _SIZED_OUTSIDE.get(owner.name) if owner.module == "ml_dtypes" else None
    _agree(size == state.size and not state.has_object)
    return Type(owner.dotted, state.size, has_object=False)


def _state(values: Values, state: Value | None) -> _State:
    if not isinstance(state, tuple) or not state:
        raise _foreign()
    version = values.scalar(state[0])
    _agree(type(version) is int and _STATES.get(version) == len(state))
    order, size, flags = (values.scalar(state[at]) for at in (1, 5, 7))
    if isinstance(order, bytes):
        order = order.decode("latin-1")
    if order not in ("<", ">", "|", "=") or type(size) is not int or type(flags) is not int:
        raise _foreign()
    _agree(-1 <= size < MOST_BYTES)
    return _State(state[2], state[3], state[4], size, bool(flags & _HAS_OBJECT))


def _is_none(values: Values, *given: Value) -> bool:
    return all(values.scalar(value) is None for value in given)


def _void(values: Values, code: str, state: _State, depth: int) -> Type:
    """Plain bytes, fields, or a sub-array."""
    has_object = False
    is_array = not _is_none(values, state.subarray)
    if is_array:
        _agree(_is_none(values, state.names, state.fields))
        has_object = _sub_array(values, state, depth).has_object
    elif not _is_none(values, state.names, state.fields):
        has_object = _fields(values, state, depth)
    _agree(has_object == state.has_object and state.size >= 0)
    return Type(code, state.size, has_object, is_array)


def _sub_array(values: Values, state: _State, depth: int) -> Type:
    pair = state.subarray
    if not isinstance(pair, tuple) or len(pair) != len(("type", "shape")):
        raise _foreign()
    inner = type_of(values, pair[0], depth + 1)
    shape = pair[1] if isinstance(pair[1], tuple) else (pair[1],)
    lengths = [values.scalar(length) for length in shape]
    counts = [n for n in lengths if type(n) is int and 0 <= n < MOST_BYTES]
    _agree(len(counts) == len(lengths))
    _agree(inner.size * math.prod(counts) == state.size or inner.size == 0)
    return inner


def _fields(values: Values, state: _State, depth: int) -> bool:
    """Whether a field has objects. Raises Broken where the fields are not those of one dtype."""
    fields = state.fields
    if not isinstance(fields, Box) or fields.kind != "dict":
        raise _foreign()
    names = state.names if isinstance(state.names, tuple) else ()
    _agree(bool(names) or values.scalar(state.names) == ())
    items = values.contents(fields)
    keys = {values.text(key) for key in items[0::2]}
    whole = len(items) < MOST_ITEMS and len(names) < MOST_ITEMS
    _agree(None not in keys)
    _agree(not whole or {values.text(name) for name in names} <= keys)
    found = [_field(values, state, field, depth) for field in items[1::2]]
    return any(found) if whole else state.has_object


def _field(values: Values, state: _State, field: Value, depth: int) -> bool:
    """Whether one field has objects."""
    if not isinstance(field, tuple) or len(field) not in (2, 3):
        raise _foreign()
    inner, offset = type_of(values, field[0], depth + 1), values.scalar(field[1])
    if type(offset) is not int:
        raise _foreign()
    _agree(0 <= offset <= state.size - inner.size)
    return inner.has_object
