"""Universal Binary JSON as XGBoost writes and reads it: big-endian, with lengths of 64 bits.

Objects and arrays become dicts and lists. An array of one numeric type becomes a ``Packed``, whose
numbers are not read until they are asked for.
https://ubjson.org/type-reference/ and
https://github.com/dmlc/xgboost/blob/master/src/common/json.cc (UBJReader)
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Final

import msgspec

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source

MOST_DEPTH: Final = 100
"""Objects and arrays inside each other; a model has a dozen."""
MOST_VALUES: Final = 5_000_000
"""Values of one document, those of packed arrays not counted."""
_DEEP: Final = "values inside values"
_MANY: Final = "values of one document"
_TYPES: Final = {"i": "b", "U": "B", "I": "h", "l": "i", "L": "q", "d": "f", "D": "d"}
"""Types of numbers by their letters in ``struct`` and ``array``."""
_WIDTHS: Final = {code: struct.calcsize(">" + letter) for code, letter in _TYPES.items()}
_CONSTANTS: Final = {"Z": None, "T": True, "F": False}

Value = object
"""None, a truth value, a number, a text, a list, a dict or a Packed."""


class Packed(msgspec.Struct, frozen=True):
    """An array of ``count`` numbers of one type, which begin at a position."""

    source: Source
    code: str
    start: int
    count: int

    def numbers(self) -> Sequence[float]:
        found = array(_TYPES[self.code])
        found.frombytes(self.source.read(self.start, self.count * _WIDTHS[self.code]))
        if sys.byteorder == "little":
            found.byteswap()
        return found.tolist()


class _Reader:
    def __init__(self, source: Source, position: int, bounds: Bounds) -> None:
        self._source = source
        self._bounds = bounds
        self.position = position
        self._left = MOST_VALUES

    def value(self, code: str, depth: int) -> Value:
        self._left -= 1
        if depth > MOST_DEPTH or self._left < 0:
            limit, most = (_DEEP, MOST_DEPTH) if depth > MOST_DEPTH else (_MANY, MOST_VALUES)
            raise Malformed("limit", {"limit": limit, "most": most}, self.position)
        if not self._left % 1024:
            self._bounds.check(self.position)
        if code in _CONSTANTS:
            return _CONSTANTS[code]
        if code in _TYPES:
            return self._number(code)
        match code:
            case "S":
                return self._text()
            case "C":
                return self._take(1).decode("latin-1")
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
        raise self._broken(f"a value of the unknown type {code!r}")

    def code(self) -> str:
        return self._take(1).decode("latin-1")

    def _object(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while self._source.read(self.position, 1) != b"}":
            key = self._text()
            found[key] = self.value(self.code(), depth + 1)
        self.position += 1
        return found

    def _array(self, depth: int) -> Value:
        first = self._source.read(self.position, 1)
        if first == b"$":
            self.position += 1
            code = self.code()
            if code not in _TYPES or self.code() != "#":
                raise self._broken("an array of no numeric type")
            count = self._length()
            start = self.position
            self._pass(count * _WIDTHS[code])
            return Packed(self._source, code, start, count)
        if first == b"#":
            self.position += 1
            count = self._length()
            if count > self._source.extent - self.position:  # each element takes a byte at least
                raise self._broken("an array that ends behind the file")
            return [self.value(self.code(), depth + 1) for _ in range(count)]
        found: list[Value] = []
        while self._source.read(self.position, 1) != b"]":
            found.append(self.value(self.code(), depth + 1))
        self.position += 1
        return found

    def _text(self) -> str:
        length = self._length()
        start = self.position
        self._pass(length)
        return self._source.read(start, length).decode("utf-8", "replace")

    def _length(self) -> int:
        code = self.code()
        if code not in _TYPES or code in "dD":
            raise self._broken("a length that is no whole number")
        length = int(self._number(code))
        if length < 0:
            raise self._broken("a negative length")
        return length

    def _number(self, code: str) -> float:
        value: float = struct.unpack(">" + _TYPES[code], self._take(_WIDTHS[code]))[0]
        return value

    def _take(self, count: int) -> bytes:
        raw = self._source.read(self.position, count)
        if len(raw) < count:
            raise self._broken("it ends early")
        self.position += count
        return raw

    def _pass(self, count: int) -> None:
        if count > self._source.extent - self.position:
            raise self._broken("a value that ends behind the file")
        self.position += count

    def _broken(self, problem: str) -> Malformed:
        return Malformed("broken-document", {"problem": problem}, self.position)


def read(source: Source, position: int, bounds: Bounds) -> tuple[dict[str, Value], int]:
    """The object at a position, and where it ends. Raises Malformed."""
    reader = _Reader(source, position, bounds)
    found = reader.value(reader.code(), 0)
    if not isinstance(found, dict):
        raise Malformed("broken-document", {"problem": "it is no object"}, position)
    return found, reader.position
