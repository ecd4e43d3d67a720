"""The 68 opcodes of pickle protocols 0 to 5, and what the bytes of each show.

Specification: https://github.com/python/cpython/blob/main/Lib/pickletools.py; where it and the C
unpickler (Modules/_pickle.c) differ, this follows the C unpickler, since that is what loads files.
"""

from __future__ import annotations

import codecs
import re
import struct
import warnings
from types import EllipsisType
from typing import Final

from modelaudit.core.source import Buffer

_TABLE: Final = """
MARK ( 0|STOP . 0|POP 0 0|POP_MARK 1 1|DUP 2 0|FLOAT F 0|INT I 0|BININT J 1|BININT1 K 1
LONG L 0|BININT2 M 1|NONE N 0|PERSID P 0|BINPERSID Q 1|REDUCE R 0|STRING S 0|BINSTRING T 1
SHORT_BINSTRING U 1|UNICODE V 0|BINUNICODE X 1|APPEND a 0|BUILD b 0|GLOBAL c 0|DICT d 0
EMPTY_DICT } 1|APPENDS e 1
GET g 0|BINGET h 1|INST i 0|LONG_BINGET j 1|LIST l 0|EMPTY_LIST ] 1|OBJ o 1|PUT p 0|BINPUT q 1
LONG_BINPUT r 1|SETITEM s 0|TUPLE t 0|EMPTY_TUPLE ) 1|SETITEMS u 1|BINFLOAT G 1
PROTO 80 2|NEWOBJ 81 2|EXT1 82 2|EXT2 83 2|EXT4 84 2|TUPLE1 85 2|TUPLE2 86 2|TUPLE3 87 2
NEWTRUE 88 2|NEWFALSE 89 2|LONG1 8a 2|LONG4 8b 2|BINBYTES B 3|SHORT_BINBYTES C 3
SHORT_BINUNICODE 8c 4|BINUNICODE8 8d 4|BINBYTES8 8e 4|EMPTY_SET 8f 4|ADDITEMS 90 4|FROZENSET 91 4
NEWOBJ_EX 92 4|STACK_GLOBAL 93 4|MEMOIZE 94 4|FRAME 95 4
BYTEARRAY8 96 5|NEXT_BUFFER 97 5|READONLY_BUFFER 98 5
"""


def _parse() -> dict[int, tuple[str, int]]:
    rows = (entry.split() for line in _TABLE.strip().splitlines() for entry in line.split("|"))
    return {
        (ord(code) if len(code) == 1 else int(code, 16)): (name, int(protocol))
        for name, code, protocol in rows
    }


_OPCODES: Final = _parse()
NAMES: Final[dict[int, str]] = {code: name for code, (name, _) in _OPCODES.items()}
PROTOCOLS: Final[dict[int, int]] = {code: protocol for code, (_, protocol) in _OPCODES.items()}
"""The first protocol that has the opcode."""
HIGHEST_PROTOCOL: Final = 5

OP: Final[dict[str, int]] = {name: code for code, name in NAMES.items()}

WIDTHS: Final = bytes(
    {"NONE": 1, "NEWTRUE": 1, "NEWFALSE": 1, "EMPTY_TUPLE": 1}.get(NAMES.get(code, ""), 0)
    or {"BININT1": 2, "BININT2": 3, "BININT": 5, "BINFLOAT": 9}.get(NAMES.get(code, ""), 0)
    for code in range(256)
)
"""Bytes of an opcode that pushes one scalar of fixed size, its own included; 0 for every other."""

COUNTED: Final[dict[int, int]] = {
    OP["SHORT_BINUNICODE"]: 1,
    OP["BINUNICODE"]: 4,
    OP["BINUNICODE8"]: 8,
    OP["SHORT_BINSTRING"]: 1,
    OP["BINSTRING"]: 4,
    OP["SHORT_BINBYTES"]: 1,
    OP["BINBYTES"]: 4,
    OP["BINBYTES8"]: 8,
    OP["BYTEARRAY8"]: 8,
    OP["LONG1"]: 1,
    OP["LONG4"]: 4,
}
"""Opcodes whose payload follows its length: the bytes that the length takes, little endian."""

LINES: Final = frozenset(OP[name] for name in ("INT", "LONG", "FLOAT", "STRING", "UNICODE"))
"""Opcodes that push one value written as text up to a newline."""

TEXT: Final = frozenset(
    OP[name] for name in ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE")
)
"""Opcodes that push ``str``."""

BYTES: Final = frozenset(
    OP[name]
    for name in (
        *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"),
        *("SHORT_BINSTRING", "BINSTRING", "STRING"),
    )
)
"""Opcodes that push ``bytes``, or Python 2's ``str``, which loads as either."""

PYTHON2_STR: Final = frozenset(OP[name] for name in ("SHORT_BINSTRING", "BINSTRING", "STRING"))
"""Opcodes whose bytes load as ASCII text by default."""

ITERABLE: Final = TEXT | BYTES
"""Opcodes whose values have items."""

SHORT_TEXT: Final = 255
"""Bytes of text up to which it is too short to be looked into for an artifact."""

MAX_HEADER: Final = 9
"""The most bytes that an opcode and its fixed-size operands take."""

MOST_DIGITS: Final = 640
"""Characters of an integer as text that is decoded: the least that a Python may be set to."""
_SPELLED: Final = re.compile(rb"[+-]?(?:0[xXoObB])?[0-9a-fA-F_]+")

Scalar = None | bool | int | float | str | bytes
Literal = Scalar | tuple[()] | EllipsisType
"""What one opcode pushes; ``...`` for an integer that is too long to decode."""


def payload(data: Buffer, position: int) -> tuple[int, int]:
    """Start and length of what a counted opcode at ``position`` carries."""
    size = COUNTED[data[position]]
    start = position + 1 + size
    return start, int.from_bytes(data[position + 1 : start], "little")


_OPERANDS: Final = bytes(
    {
        **dict.fromkeys(("BINGET", "BINPUT", "PROTO", "EXT1"), 1),
        "EXT2": 2,
        **dict.fromkeys(("LONG_BINGET", "LONG_BINPUT", "EXT4"), 4),
        "FRAME": 8,
    }.get(NAMES.get(code, ""), 0)
    for code in range(256)
)
LINES_OF: Final = {
    **dict.fromkeys(LINES, 1),
    **dict.fromkeys((OP["GET"], OP["PUT"], OP["PERSID"]), 1),
    **dict.fromkeys((OP["GLOBAL"], OP["INST"]), 2),
}


def step(data: Buffer, position: int) -> int:
    """The position after the opcode at ``position``."""
    code = data[position]
    if width := WIDTHS[code]:
        return position + width
    if code in COUNTED:
        return sum(payload(data, position))
    for _ in range(LINES_OF.get(code, 0)):
        position = data.find(b"\n", position + 1)
        if position < 0:
            return len(data)
    return position + 1 + _OPERANDS[code]


MOST_LITERAL: Final = 1 << 20
"""Bytes of a text, of bytes or of an integer that are read as a value."""


def literal(data: Buffer, position: int, limit: int = MOST_LITERAL) -> Literal:
    """The value that the opcode at ``position`` pushes.

    Of longer text or bytes the first ``limit`` bytes, of a longer integer ``...``.

    Raises ValueError where the loader would fail to decode it too.
    """
    code = data[position]
    if code in COUNTED:
        start, length = payload(data, position)
        raw = data[start : start + min(length, limit)]
        if code in TEXT:
            return raw.decode("utf-8", "surrogatepass" if length <= limit else "replace")
        if code in (OP["LONG1"], OP["LONG4"]):
            return int.from_bytes(raw, "little", signed=True) if length <= limit else ...
        return raw
    if code in LINES:
        return _line_value(code, data[position + 1 : data.find(b"\n", position)])
    return _fixed(data, position)


def _fixed(data: Buffer, position: int) -> Literal:
    name = NAMES[data[position]]
    if name == "BINFLOAT":
        number: float = struct.unpack_from(">d", data, position + 1)[0]
        return number
    if name in ("BININT", "BININT1", "BININT2"):
        raw = data[position + 1 : position + WIDTHS[data[position]]]
        return int.from_bytes(raw, "little", signed=name == "BININT")
    constants: dict[str, Scalar | tuple[()]] = {
        "NONE": None,
        "NEWTRUE": True,
        "NEWFALSE": False,
        "EMPTY_TUPLE": (),
    }
    return constants.get(name, ...)  # PERSID has a text that is no value


def _line_value(code: int, line: bytes) -> Literal:
    """A value written as text. For numbers the C unpickler stops at a null byte."""
    name = NAMES[code]
    if name == "UNICODE":
        return line.decode("raw-unicode-escape")
    if name == "STRING":
        return _string(line)
    if name == "INT" and line in (b"00", b"01"):
        return line == b"01"
    number = line.partition(b"\0")[0]
    if name == "FLOAT":
        return float(number)
    if name == "INT":
        return _integer(number) if number else _empty(line)
    return _integer(number.strip().removesuffix(b"L"))


def _empty(line: bytes) -> int:
    """The C unpickler's ``strtol`` makes 0 of nothing before a null byte."""
    if line:
        return 0
    raise ValueError("a number without digits")


def _integer(digits: bytes) -> int | EllipsisType:
    """Python's own spelling of integers, and that of C's ``strtol`` in base 0."""
    digits = digits.strip()
    if _SPELLED.fullmatch(digits) and len(digits) > MOST_DIGITS:
        return ...  # recent releases of Python refuse long decimal ones, others load them
    try:
        return int(digits, 0)
    except ValueError:
        return int(digits, 8)  # strtol's base 0 takes 017 as octal, which Python's own refuses


def index(line: bytes) -> int:
    """The index that GET and PUT have as text. Raises ValueError."""
    digits = line.partition(b"\0")[0].strip()
    sign = digits[:1] if digits[:1] in (b"+", b"-") else b""
    digits = digits.removeprefix(sign)
    digits = digits.lstrip(b"0_") or digits[-1:]
    if len(digits) > MOST_DIGITS and digits.isdigit():
        return int.from_bytes(digits, "big")  # another number, which is as good as it
    return int(sign + digits)


def _string(line: bytes) -> bytes:
    line = line.rstrip()
    if len(line) < 2 or line[:1] not in b"'\"" or line[:1] != line[-1:]:
        raise ValueError("the STRING opcode argument must be quoted")
    with warnings.catch_warnings(action="ignore"):  # Python warns of escapes that it does not know
        return codecs.escape_decode(line[1:-1])[0]


def missing(data: Buffer, position: int) -> str:
    """What an opcode needed that was not there."""
    if position < len(data) and NAMES.get(data[position], "").endswith("GET"):
        return "an opcode reads a memo index that was never set"
    return "an opcode needs a value, and the stack is empty"
