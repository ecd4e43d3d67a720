"""joblib's array framing: the raw bytes of an array stand in the stream, after its wrapper's BUILD.

``NumpyArrayWrapper`` (joblib 0.10): the array's bytes follow; from joblib 1.2 a padding length and
that many bytes come first. An object array is a pickle of its own there. ``NDArrayWrapper`` and
``ZNDArrayWrapper`` (joblib before 0.10) name a file beside this one instead.
https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelaudit.core.facts import Reference, Tensor
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.values import Box, Global, Result, Value, class_of

if TYPE_CHECKING:
    from modelaudit.formats.pickle.recorder import Recorder

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


def pass_array(recorder: Recorder, owner: Global, state: Value, position: int) -> int:
    """Pass what follows the BUILD of an array's wrapper; the position to read on from."""
    if "joblib" not in owner.dotted.split("."):
        return position + 1
    fields = _fields(recorder, state)
    if not owner.name.endswith("NumpyArrayWrapper"):
        _side_file(recorder, fields, position)
        return position + 1
    machine = recorder.machine
    if machine.frame_end and machine.frame_end != position + 1:
        detail = "the raw bytes of an array begin inside a frame"
        recorder.anomaly("array-in-frame", detail, position)
    machine.frame_end = 0
    dtype, shape = fields.get("dtype"), _shape(recorder, fields.get("shape"))
    size, has_object, name = _dtype(recorder, dtype)
    where = recorder.source.at(position)
    if has_object:
        recorder.add(Tensor("", name, tuple(map(str, shape)), -1, where), position)
        return recorder.nested(position + 1)
    recorder.read_as_pickle(position + 1)
    count = size
    for length in shape:
        count *= length
    after = position + 1
    if "numpy_array_alignment_bytes" in fields:
        recorder.framing = recorder.framing or "1.2"
        machine.reach(after + 1)
        padding = recorder.source.data[after : after + 1]
        after += 1 + (padding[0] if padding else 0)
    recorder.framing = recorder.framing or "0.10"
    machine.reach(after)
    recorder.add(Tensor("", name, tuple(map(str, shape)), count, where), position)
    return recorder.source.skip(after, count)


def _fields(recorder: Recorder, state: Value) -> dict[str, Value]:
    """A wrapper's attributes; a pair of dicts is the state of an object with slots."""
    fields: dict[str, Value] = {}
    for box in state if isinstance(state, tuple) else (state,):
        items = recorder.machine.contents(box) if isinstance(box, Box) else []
        for key, value in zip(items[0::2], items[1::2], strict=False):
            if name := recorder.machine.text(key):
                fields[name] = value
    return fields


def _side_file(recorder: Recorder, fields: dict[str, Value], position: int) -> None:
    name = recorder.machine.text(fields["filename"]) if "filename" in fields else None
    target = name if name is not None else "a name that the stream does not tell"
    leaves = name is None or bool(re.search(r"[/\\]|^\.\.?$|^[A-Za-z]:", name))
    recorder.framing = recorder.framing or "legacy"
    recorder.add(Reference("side-file", target, leaves, recorder.source.at(position)), position)


def _shape(recorder: Recorder, value: Value | None) -> tuple[int, ...]:
    items = value if isinstance(value, tuple) else ()
    lengths = [recorder.machine.scalar(item) for item in items]
    if not items and (value is None or recorder.machine.scalar(value) != ()):
        raise Broken("the shape of an array is not told by the stream")
    if not all(isinstance(length, int) and length >= 0 for length in lengths):
        raise Broken("the shape of an array is not told by the stream")
    return tuple(length for length in lengths if isinstance(length, int))


def _dtype(recorder: Recorder, value: Value | None) -> tuple[int, bool, str]:
    """Bytes of one item, whether items are objects, and the dtype's name."""
    scalar = recorder.machine.scalar
    made_by = class_of(value) if value is not None else None
    if isinstance(made_by, Global) and made_by.name == "_convert_to_stringdtype_kwargs":
        return 0, True, "StringDType"  # NumPy 2's text of any length, pickled as objects are
    given = value.arguments if isinstance(value, Result) else None
    code = recorder.machine.text(given[0]) if isinstance(given, tuple) and given else None
    match = _ITEM.fullmatch(code or "")
    if match is None or not isinstance(value, Result):
        raise Broken("the dtype of an array is not told by the stream")
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
