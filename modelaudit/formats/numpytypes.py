"""Bytes of one item of a NumPy type: as NumPy pickles a type, and as the header of a .npy names it.

A pickled type has its kind and its bytes as digits (``f8``, ``c16``, ``U5``), never a letter alone.
The text of a header goes through ``numpy.dtype``, which knows letters as well.
https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/descriptor.c: arraydescr_reduce,
arraydescr_setstate, _convert_from_str
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

CHARACTER_BYTES: Final = 4  # NumPy stores UCS-4
MOST_BYTES: Final = 1 << 31
"""More than one item can have: NumPy 1 keeps the bytes of an item in a C ``int``."""

_CODE: Final = re.compile(r"([biufcmMOSUV])(\d{1,10})", re.ASCII)
_FIXED: Final = {
    "b": {1},
    "i": {1, 2, 4, 8},
    "u": {1, 2, 4, 8},
    "f": {2, 4, 8, 12, 16},  # 12 and 16 are long doubles, which other platforms refuse
    "c": {8, 16, 24, 32},
    "m": {8},
    "M": {8},
    "O": {4, 8},
}
_ORDER: Final = re.compile(r"[<>|=]?([^<>|=].*)", re.DOTALL)
_HAS_OBJECTS: Final = re.compile("O|bject")
"""In a text that only ``numpy.dtype`` takes apart, such as ``object`` and ``i4,(2,)O``."""
_UNITS: Final = re.compile(r"\[[\w /]{1,40}\]", re.ASCII)
_TEXT: Final = re.compile(r"([SaUV])(\d{0,10})", re.ASCII)
_LETTERS: Final = {
    **dict.fromkeys("?bBc", 1),
    **dict.fromkeys("hHe", 2),
    **dict.fromkeys("iIf", 4),
    **dict.fromkeys("lLqQpPnNdFmM", 8),
    **dict.fromkeys("gD", 16),
    "G": 32,
}
"""Bytes of the types that NumPy names by one letter, on Linux with 64 bits."""


class Item(msgspec.Struct, frozen=True):
    """One item: its bytes where it is stored raw, and whether it is a Python object."""

    size: int
    has_object: bool


def pickled(code: str) -> Item | None:
    """The item of a code that NumPy pickles; None for any other text."""
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    kind, size = match[1], int(match[2])
    if kind in _FIXED:
        return Item(size, kind == "O") if size in _FIXED[kind] else None
    size *= CHARACTER_BYTES if kind == "U" else 1
    return Item(size, has_object=False) if size < MOST_BYTES else None


def described(text: str) -> Item | None:
    """The item of a type as the text of a .npy's header names it; None where it is unknown."""
    ordered = _ORDER.fullmatch(text)
    code = ordered[1] if ordered else ""
    if code[:1] in ("m", "M") and "[" in code:
        code, bracket, units = code.partition("[")
        if not _UNITS.fullmatch(bracket + units):
            return None
    if code in ("O", "T"):  # T is text of any length, which is pickled as objects are
        return Item(0, has_object=True)
    if code in _LETTERS:
        return Item(_LETTERS[code], has_object=False)
    flexible = _TEXT.fullmatch(code)
    if flexible is None:
        return pickled(code) or (Item(0, has_object=True) if _HAS_OBJECTS.search(code) else None)
    size = int(flexible[2] or 0) * (CHARACTER_BYTES if flexible[1] == "U" else 1)
    return Item(size, has_object=False) if size < MOST_BYTES else None
