"""joblib's array framing: the raw bytes of an array follow the BUILD of its wrapper.

``NumpyArrayWrapper`` (joblib 0.10): the array's bytes follow; from joblib 1.2 a padding length and
that many bytes come first. An object array is a pickle of its own there. ``NDArrayWrapper`` and
``ZNDArrayWrapper`` (joblib before 0.10) name a file beside this one instead.
https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Box, Global, Result, Value, class_of

WRAPPERS: Final = frozenset({"NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"})
_ITEM: Final = re.compile(r"[<>|=]?([a-zA-Z?])(\d+)?")
_SIZES: Final = {
    **dict.fromkeys("?bB", 1),
    **dict.fromkeys("hHe", 2),
    **dict.fromkeys("iIf", 4),
    **dict.fromkeys("lLqQdFmM", 8),
    **dict.fromkeys("gD", 16),
    "G": 32,
}
"""Bytes of the types that NumPy names by one letter, as they are on Linux."""
_FLEXIBLE: Final = "SUV"
"""Kinds whose size NumPy takes from the dtype's state; for any other it ignores that."""
_CHARACTER_BYTES: Final = 4  # NumPy stores UCS-4
_HAS_OBJECT: Final = 0x01  # NPY_ITEM_HASOBJECT, in the flags of a dtype's state
_ELSIZE, _FLAGS = 5, 7  # positions in a dtype's state tuple


@dataclass(frozen=True, slots=True)
class Array:
    """An array whose bytes, or pickle, follow its wrapper's BUILD. ``size`` is one item's bytes."""

    dtype: str
    shape: tuple[int, ...]
    size: int
    has_object: bool
    padded: bool

    @property
    def span(self) -> int:
        """All bytes of the array."""
        span = self.size
        for length in self.shape:
            span *= length
        return span


@dataclass(frozen=True, slots=True)
class SideFile:
    """An array in another file; ``name`` is None where the stream does not spell it out."""

    name: str | None

    @property
    def leaves(self) -> bool:
        """True where the name may lead out of the directory of the pickle."""
        return self.name is None or bool(re.search(r"[/\\]|^\.\.?$|^[A-Za-z]:", self.name))


def is_wrapper(owner: Global) -> bool:
    """True for joblib's own wrappers; a class of that name elsewhere is like any other."""
    return owner.name.rpartition(".")[2] in WRAPPERS and "joblib" in owner.dotted.split(".")


def is_inline(owner: Global) -> bool:
    """True where the array follows in the stream, False where it is in a file of its own."""
    return owner.name.endswith("NumpyArrayWrapper")


def array(values: Values, state: Value) -> Array:
    """The array that follows the BUILD of a wrapper with this state. Raises Broken."""
    fields = _fields(values, state)
    shape = _shape(values, fields.get("shape"))
    size, has_object, name = _dtype(values, fields.get("dtype"))
    return Array(name, shape, size, has_object, "numpy_array_alignment_bytes" in fields)


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


def _shape(values: Values, value: Value | None) -> tuple[int, ...]:
    items = value if isinstance(value, tuple) else ()
    lengths = [values.scalar(item) for item in items]
    if not items and (value is None or values.scalar(value) != ()):
        raise Broken("the shape of an array is not spelled out")
    if not all(isinstance(length, int) and length >= 0 for length in lengths):
        raise Broken("the shape of an array is not spelled out")
    return tuple(length for length in lengths if isinstance(length, int))


def _dtype(values: Values, value: Value | None) -> tuple[int, bool, str]:
    """Bytes of one item, whether items are objects, and the dtype's name."""
    scalar = values.scalar
    made_by = class_of(value) if value is not None else None
    if isinstance(made_by, Global) and made_by.name == "_convert_to_stringdtype_kwargs":
        return 0, True, "StringDType"  # NumPy 2's text of any length, pickled as objects are
    given = value.arguments if isinstance(value, Result) else None
    code = values.text(given[0]) if isinstance(given, tuple) and given else None
    match = _ITEM.fullmatch(code or "")
    if match is None or not isinstance(value, Result):
        raise Broken("the dtype of an array is not spelled out")
    kind, size = match[1], int(match[2] or 0)
    state = value.state if isinstance(value.state, tuple) else ()
    has_object = kind == "O"
    if len(state) > _FLAGS:
        flags, elsize = scalar(state[_FLAGS]), scalar(state[_ELSIZE])
        has_object = has_object or (isinstance(flags, int) and bool(flags & _HAS_OBJECT))
        if kind in _FLEXIBLE and isinstance(elsize, int) and elsize >= 0:
            return elsize, has_object, code or ""
    if match[2] is None and kind not in _FLEXIBLE:
        size = _SIZES.get(kind, 0)
    return size * (_CHARACTER_BYTES if kind == "U" else 1), has_object, code or ""
