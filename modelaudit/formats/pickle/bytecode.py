"""Python code objects in a pickle: which Python they are bound to, and what they name.

The arguments of ``types.CodeType`` and the numbers of opcodes change between minor versions; a
code object that meets another interpreter fails to load, or crashes it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from modelaudit.core.errors import Malformed
from modelaudit.formats import marshalled
from modelaudit.formats.jumps import before_311
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.render import render
from modelaudit.formats.pickle.values import Value

_CODE, _NAMES, _NAME = 6, 8, 11
"""Positions of ``co_code``, ``co_names`` and ``co_name`` among CodeType's arguments since 3.8."""
_FEWEST: Final = 15
"""Arguments before 3.8, which brought the count of positional-only parameters as the second."""
_GENERATIONS: Final = {
    15: ("3.6", "3.7"),
    16: ("3.8", "3.9", "3.10"),
    18: ("3.11", "3.12", "3.13", "3.14"),
}
"""The Pythons of which CodeType takes so many arguments."""

# Opcode numbers, from Lib/opcode.py and Lib/_opcode_metadata.py of the versions named.
_RESUME: Final = {151: ("3.11", "3.12"), 149: ("3.13",), 128: ("3.14",)}
_PRECALL, _CALL, _RETURN_CONST = 166, 171, 121  # PRECALL: 3.11 alone; RETURN_CONST: from 3.12

_MARSHALLED = 0x63
"""The type of a code object in marshal's format; the highest bit is a reference."""


class CodeObject(msgspec.Struct, frozen=True):
    """A code object: its function's name, the Pythons that can run it, and what it names.

    ``data`` is its bytecode; of a marshalled one, all of it.
    """

    name: str
    versions: tuple[str, ...]
    names: str
    data: bytes


def code(values: Values, maker: str, arguments: tuple[Value, ...]) -> CodeObject | None:
    """The code object that a call of one of ``MAKERS`` makes; None where it makes none."""
    if maker == "marshal.loads":
        data = values.scalar(arguments[0]) if arguments else None
        is_code = isinstance(data, bytes) and data[:1] and data[0] & 0x7F == _MARSHALLED
        if not (is_code and isinstance(data, bytes)):
            return None
        return CodeObject("", _marshalled(data), "", data)
    if maker != "types.CodeType" and arguments and isinstance(values.scalar(arguments[0]), bytes):
        arguments = arguments[1:]  # dill puts the table of lines of Python 3.10 first
    name, names = describe(values, arguments)
    return CodeObject(name, bound_to(values, arguments), names, _bytecode(values, arguments))


def _marshalled(data: bytes) -> tuple[str, ...]:
    """By the layout of the code object, and by its bytecode."""
    try:
        function = marshalled.read(data)
    except Malformed:
        return ()
    versions = function.versions
    for inner in function.all():
        able = narrowed(function.versions, inner.code)
        versions = tuple(version for version in versions if version in able) or versions
    return versions


def bound_to(values: Values, arguments: tuple[Value, ...]) -> tuple[str, ...]:
    """The minor versions of Python that can run the code object; empty where that is unclear."""
    generation = _GENERATIONS.get(len(arguments), ())
    code = _bytecode(values, arguments)
    return narrowed(generation, code) if code else generation


def _bytecode(values: Values, arguments: tuple[Value, ...]) -> bytes:
    """The bytecode among the arguments of CodeType; none where it is not plain."""
    if len(arguments) not in _GENERATIONS:
        return b""
    code = values.scalar(arguments[_CODE - (len(arguments) == _FEWEST)])
    return code if isinstance(code, bytes) else b""


def narrowed(versions: tuple[str, ...], code: bytes) -> tuple[str, ...]:
    """Those of one layout's versions that can run the bytecode."""
    if "3.11" in versions:
        return versions_of(code)
    return before_311(code, versions) if "3.8" in versions else versions


def versions_of(code: bytes) -> tuple[str, ...]:
    """The minor versions that bytecode of 3.11 or later is for; empty where that is unclear."""
    words = code[0::2]
    # In the order of the table: 149 is RESUME in 3.13, and COPY_FREE_VARS before 151 in 3.11, 3.12.
    versions = next((_RESUME[word] for word in _RESUME if word in words[:8]), ())
    if len(versions) > 1 and _PRECALL in words:
        return ("3.11",)
    if len(versions) > 1 and (_CALL in words or _RETURN_CONST in words):
        return ("3.12",)
    return versions


def describe(values: Values, arguments: tuple[Value, ...]) -> tuple[str, str]:
    """The function's name and ``names ('np', 'exp')``, as far as the arguments are plain."""
    if len(arguments) < _FEWEST:
        return "", ""
    shift = len(arguments) == _FEWEST
    name, names = arguments[_NAME - shift], arguments[_NAMES - shift]
    return values.text(name) or "", f"names {render(values, names)}"
