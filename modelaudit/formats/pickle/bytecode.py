"""Python code objects in a pickle: which Python they are bound to, and what they name.

The arguments of ``types.CodeType`` and the numbers of opcodes change between minor versions; a
code object that meets another interpreter fails to load, or crashes it.
"""

from __future__ import annotations

from typing import Final

from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.render import render
from modelaudit.formats.pickle.values import Value

_CODE, _NAMES, _NAME = 6, 8, 11
"""Positions of ``co_code``, ``co_names`` and ``co_name`` among CodeType's arguments since 3.8."""
_FEWEST: Final = 15
"""Arguments before 3.8, which brought the count of positional-only parameters as the second."""

# Opcode numbers, from Lib/opcode.py and Lib/_opcode_metadata.py of the versions named.
_RESUME: Final = {151: ("3.11", "3.12"), 149: ("3.13",), 128: ("3.14",)}
_PRECALL, _CALL, _RETURN_CONST = 166, 171, 121  # PRECALL: 3.11 alone; RETURN_CONST: from 3.12


def bound_to(values: Values, arguments: tuple[Value, ...]) -> tuple[str, ...]:
    """The minor versions of Python that can run the code object; empty where that is unclear."""
    if len(arguments) == _FEWEST:
        return ("3.6", "3.7")
    if len(arguments) == 16:
        return ("3.8", "3.9", "3.10")
    code = values.scalar(arguments[_CODE]) if len(arguments) == 18 else None
    return versions_of(code) if isinstance(code, bytes) else ()


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
