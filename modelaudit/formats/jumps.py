"""Which of Python 3.8, 3.9 and 3.10 can run a piece of bytecode: their code objects look alike.

A version can run it if it has every opcode, takes every argument, and every jump leads to another
instruction: 3.10 counts jumps in instructions of two bytes, and earlier versions count bytes.
https://docs.python.org/3/library/dis.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from modelaudit.formats.opcodes import NAMES

_ABSOLUTE: Final = frozenset(
    {
        *("JUMP_IF_FALSE_OR_POP", "JUMP_IF_TRUE_OR_POP", "JUMP_ABSOLUTE", "POP_JUMP_IF_FALSE"),
        *("POP_JUMP_IF_TRUE", "JUMP_IF_NOT_EXC_MATCH"),
    }
)
_RELATIVE: Final = frozenset(
    {
        *("FOR_ITER", "JUMP_FORWARD", "SETUP_FINALLY", "SETUP_WITH", "SETUP_ASYNC_WITH"),
        "CALL_FINALLY",
    }
)
_COMPARISONS: Final = {"3.8": 11, "3.9": 6, "3.10": 6}
"""The arguments that COMPARE_OP takes. 3.9 gave ``in``, ``is`` and exceptions their own opcodes."""
_EXTENDED: Final = "EXTENDED_ARG"
_WORD: Final = 0xFFFFFFFF
"""An argument has 32 bits, however many instructions extend it."""


@cache
def _opcodes(version: str) -> dict[int, str]:
    pairs = (word.partition(":") for word in NAMES[version].split())
    return {int(number): name for number, _, name in pairs}


def before_311(code: bytes, versions: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the versions that can run the bytecode; all of them where none seems to."""
    return tuple(version for version in versions if _runs(code, version)) or versions


def _runs(code: bytes, version: str) -> bool:
    return all(_fits(code, version, *one) for one in _instructions(code, version))


def _instructions(code: bytes, version: str) -> Iterator[tuple[int, str, int]]:
    """Position, name (empty for an opcode that the version lacks) and argument."""
    names = _opcodes(version)
    extended = 0
    for position in range(0, len(code) - 1, 2):
        name = names.get(code[position], "")
        argument = code[position + 1] | extended
        extended = argument << 8 & _WORD if name == _EXTENDED else 0
        yield position, name, argument


def _fits(code: bytes, version: str, position: int, name: str, argument: int) -> bool:
    if not name:
        return False
    if name == "COMPARE_OP":
        return argument < _COMPARISONS[version]
    unit = 2 if version == "3.10" else 1
    if name in _ABSOLUTE:
        return _lands(code, argument * unit)
    return name not in _RELATIVE or _lands(code, position + 2 + argument * unit)


def _lands(code: bytes, target: int) -> bool:
    return target % 2 == 0 and target < len(code)
