"""Graphs as text (``.pbtxt``), converted to the binary form of the same message.

Fields that the schema does not have are skipped, as in the binary form, whatever their value.
https://protobuf.dev/reference/protobuf/textformat-spec/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.protobuf import LENGTH, MOST_DEPTH, VARINT, encoded, too_deep
from modelaudit.formats.savedmodel.schema import DTYPE, DTYPES, MESSAGES, NUMBERS, TEXT

MOST_TEXT: Final = 256 * MIB
_PLAIN: Final = {"float32": "DT_FLOAT", "float64": "DT_DOUBLE", "float16": "DT_HALF"}
_ENUM: Final = {
    _PLAIN.get(name, f"DT_{name.upper()}"): number for number, (name, _) in DTYPES.items()
}
_TOKEN: Final = re.compile(
    rb"(?:[\s,;]|#[^\n]*)*+"
    rb"(?:(?P<name>[A-Za-z_]\w*)|(?P<number>[-+]?\s*[.\d][\w.]*(?:[eE][-+]?\d+)?)"
    rb"|(?P<text>\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+')|(?P<mark>[{}<>:\[\]-])|(?P<end>\Z))",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(
    rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_SIMPLE: Final = {
    b"n": b"\n",
    b"t": b"\t",
    b"r": b"\r",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
}
_STARTS: Final = re.compile(rb"(?:\s|#[^\n]*\n)*+[A-Za-z_]\w*\s*+(?::|\{|<)")
_CLOSES: Final = {b"{": b"}", b"<": b">"}


def looks_like_text(head: bytes) -> bool:
    return _STARTS.match(head) is not None


@dataclass(slots=True)
class _Open:
    """A message that is being read. ``message`` is empty for one that is skipped."""

    sort: str
    number: int
    closes: bytes
    in_list: bool = False
    made: bytearray = field(default_factory=bytearray)

    @property
    def message(self) -> str:
        return self.sort if self.sort in MESSAGES else ""


def binary(source: Source, message: str, bounds: Bounds) -> bytes:
    """The binary form of a text, with the fields that the schema has. Raises Malformed."""
    return _Parser(source.whole_bytes(MOST_TEXT), bounds).message(message)


def kind(text: bytes) -> str:
    """Which message a text is, by the names of its fields."""
    for message, pattern in _KINDS.items():
        if re.search(pattern, text):
            return message
    return ""


_BEGIN: Final = rb"(?m)(?:^|[\s,;{}<>])"
_KINDS: Final = {
    "SavedModel": _BEGIN + rb"(?:saved_model_schema_version\s*:|meta_graphs\s*:?\s*[{<])",
    "MetaGraphDef": _BEGIN + rb"(?:meta_info_def|graph_def|saver_def)\s*:?\s*[{<]",
    "GraphDef": _BEGIN + rb"(?:node|library)\s*:?\s*[{<]",
}


class _Parser:
    """Reads one text token by token. Raises Malformed at a value that does not fit its field."""

    def __init__(self, text: bytes, bounds: Bounds) -> None:
        self.text = text
        self.bounds = bounds
        self.position = 0
        self.token = b""
        self.sort = ""
        self._met = 0

    def message(self, message: str) -> bytes:
        stack = [_Open(message, 0, b"")]
        self._next()
        while True:
            top = stack[-1]
            if self.sort == "end" or (self.token == top.closes and self.sort == "mark"):
                if self.sort == "end" and len(stack) > 1:
                    raise self._broken("the end of the text inside a message")
                if len(stack) == 1:
                    return bytes(top.made)
                stack.pop()
                _put(stack[-1], top.number, bytes(top.made), message=bool(top.message))
                self._next()
                if top.in_list:
                    self._after_item(stack, top)
                continue
            self._field(stack)

    def _field(self, stack: list[_Open]) -> None:
        """One field's name, and its value or the beginning of it."""
        number, sort = self._name(stack[-1].message)
        if self.token == b":":
            self._next()
        if self.token == b"[" and self.sort == "mark":
            self._next()
            self._item(stack, number, sort, in_list=True)
            return
        self._item(stack, number, sort, in_list=False)

    def _name(self, message: str) -> tuple[int, str]:
        if self.token == b"[" and self.sort == "mark":  # an extension, or a type's address
            end = self.text.find(b"]", self.position)
            if end < 0:
                raise self._broken("a name without its closing bracket")
            self.position = end + 1
            self._next()
            return 0, ""
        if self.sort != "name":
            raise self._broken("no field's name where one is expected")
        known = _NUMBERS.get(message, {}).get(self.token.decode(), (0, ""))
        self._next()
        return known

    def _item(self, stack: list[_Open], number: int, sort: str, *, in_list: bool) -> None:
        """A value, and in a list all that follow it up to a message."""
        while True:
            if in_list and self.token == b"]" and self.sort == "mark":
                self._next()
                return
            if self.sort == "mark" and self.token in _CLOSES:
                if len(stack) > MOST_DEPTH:
                    raise too_deep(self.position)
                stack.append(_Open(sort, number, _CLOSES[self.token], in_list))
                self._next()
                return
            self._scalar(stack[-1], number, sort)
            if not in_list:
                return

    def _after_item(self, stack: list[_Open], item: _Open) -> None:
        self._item(stack, item.number, item.sort, in_list=True)

    def _scalar(self, into: _Open, number: int, sort: str) -> None:
        if self.sort == "text":
            parts = []
            while self.sort == "text":
                parts.append(_unescape(self.token[1:-1]))
                self._next()
            if sort == TEXT:
                _put(into, number, b"".join(parts), message=True)
            return
        if self.sort == "mark" and self.token == b"-":
            self._next()
        if self.sort not in ("name", "number"):
            raise self._broken("no value where one is expected")
        if sort in NUMBERS and number:
            into.made += encoded(number << 3 | VARINT) + encoded(self._number(sort))
        self._next()

    def _number(self, sort: str) -> int:
        token = self.token.decode("ascii", "replace")
        if sort == DTYPE and self.sort == "name":
            plain = token.removesuffix("_REF")
            if plain not in _ENUM:
                raise self._broken(f"the unknown element type {token[:50]!r}")
            return _ENUM[plain] + (100 if plain != token else 0)
        if token in ("true", "True", "t"):
            return 1
        if token in ("false", "False", "f"):
            return 0
        try:
            digits = token.replace(" ", "")
            octal = re.fullmatch(r"[-+]?0[0-7]+", digits)
            return int(digits, 8 if octal else 0) & 0xFFFF_FFFF_FFFF_FFFF
        except ValueError:
            raise self._broken(f"the invalid number {token[:50]!r}") from None

    def _next(self) -> None:
        self._met += 1
        if not self._met & 0xFFF:
            self.bounds.check(self.position)
        found = _TOKEN.match(self.text, self.position)
        if found is None or found.lastgroup is None:
            raise self._broken("characters outside the text format")
        self.sort = found.lastgroup
        self.token = found[self.sort]
        self.position = found.end()

    def _broken(self, problem: str) -> Malformed:
        return Malformed("broken-text", {"problem": problem}, self.position)


def _put(into: _Open, number: int, content: bytes, *, message: bool) -> None:
    if number and message and into.message:
        into.made += encoded(number << 3 | LENGTH) + encoded(len(content)) + content


def _unescape(raw: bytes) -> bytes:
    return _ESCAPE.sub(_escaped, raw) if b"\\" in raw else raw


def _escaped(match: re.Match[bytes]) -> bytes:
    octal, hexadecimal, short, long, plain = match.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    if plain is not None:
        return _SIMPLE.get(plain, plain)
    code = int(short or long, 16)
    return chr(code).encode("utf-8", "replace") if code <= 0x10FFFF else b"?"


_NUMBERS: Final = {
    message: {name: (number, sort) for number, (name, sort) in known.items()}
    for message, known in MESSAGES.items()
}
