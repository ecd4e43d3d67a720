"""The instructions of a code object by name, without running them.

``dis`` knows only the running Python, and any Python may have written the code of a file. From 3.6
on an instruction is two bytes; from 3.11 on cache entries follow some, which have the number 0.
https://docs.python.org/3/library/dis.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from modelaudit.formats.marshalled import Function, Value
from modelaudit.formats.opcodes import NAMES

MOST: Final = 60
"""Instructions of one function that are shown."""
MOST_VALUE: Final = 120
"""Characters of a constant."""
_WORD: Final = 0xFFFFFFFF
"""An argument has 32 bits, however many instructions extend it."""
_QUIET: Final = frozenset({"CACHE", "RESUME", "NOP", "PRECALL", "PUSH_NULL", "COPY_FREE_VARS"})
_BY_NAME: Final = frozenset(
    {
        *("LOAD_NAME", "STORE_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "STORE_ATTR", "LOAD_METHOD"),
        *("IMPORT_NAME", "IMPORT_FROM", "STORE_GLOBAL", "DELETE_NAME", "LOAD_SUPER_ATTR"),
    }
)
_LOCAL: Final = frozenset({"LOAD_FAST", "STORE_FAST", "LOAD_DEREF", "LOAD_FAST_CHECK"})
# Whether the lowest bits of an argument are flags, from which version on.
_FLAGGED: Final = {
    "LOAD_GLOBAL": ((3, 11), 1),
    "LOAD_ATTR": ((3, 12), 1),
    "LOAD_SUPER_ATTR": ((3, 12), 2),
}


@cache
def _opcodes(version: str) -> dict[int, str]:
    row = NAMES.get(version) or NAMES[max(NAMES, key=_numbers)]
    pairs = (word.partition(":") for word in row.split())
    return {int(number): name for number, _, name in pairs}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def instructions(function: Function, version: str) -> Iterator[str]:
    """``LOAD_GLOBAL os``, ``CALL 1``: all but what only serves the interpreter."""
    opcodes = _opcodes(version)
    extended = 0
    shown = 0
    for position in range(0, len(function.code) - 1, 2):
        name = opcodes.get(function.code[position], f"<{function.code[position]}>")
        argument = function.code[position + 1] | extended
        extended = argument << 8 & _WORD if name == "EXTENDED_ARG" else 0
        if name in _QUIET or name == "EXTENDED_ARG" or function.code[position] == 0:
            continue
        if shown == MOST:
            yield "…"
            return
        shown += 1
        yield f"{name} {_argument(function, name, argument, version)}".rstrip()


def _argument(function: Function, name: str, argument: int, version: str) -> str:
    since, bits = _FLAGGED.get(name, ((9, 9), 0))
    index = argument >> bits if _numbers(version) >= since else argument
    values: tuple[Value, ...] = ()
    if name in _BY_NAME:
        values = function.names
    elif name in _LOCAL:
        values = function.variables
    elif name in ("LOAD_CONST", "RETURN_CONST", "KW_NAMES"):
        values = function.consts
    else:
        return str(argument) if argument else ""
    if index >= len(values):
        return str(argument)
    value = values[index]
    if isinstance(value, Function):
        return f"<code {value.name}>"
    return (
        value
        if isinstance(value, str) and values is not function.consts
        else repr(value)[:MOST_VALUE]
    )
