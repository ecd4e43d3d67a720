"""Which Pythons before 3.11 can run bytecode, by what its opcodes and jumps mean."""

from __future__ import annotations

import pytest

from modelaudit.formats.jumps import before_311

ALL = ("3.8", "3.9", "3.10")
RETURN = b"\x64\x00\x53\x00"  # LOAD_CONST 0, RETURN_VALUE
IN_38 = b"\x6b\x06" + RETURN  # COMPARE_OP in
CONTAINS = b"\x76\x00" + RETURN  # CONTAINS_OP
ODD = b"\x6e\x01\x09\x00" + RETURN  # JUMP_FORWARD 1, NOP
FAR = b"\x6e\x04\x09\x00\x09\x00" + RETURN  # over two instructions; by instructions past the end
UNKNOWN = b"\x00\x00" + RETURN


@pytest.mark.parametrize(
    ("code", "able"),
    [
        (RETURN, ALL),
        (IN_38, ("3.8",)),
        (CONTAINS, ("3.9", "3.10")),
        (ODD, ("3.10",)),
        (FAR, ("3.8", "3.9")),
        (b"\x90\x01\x6e\x00" + RETURN, ALL),  # EXTENDED_ARG: a jump of 256 leads nowhere in any
        (UNKNOWN, ALL),
    ],
)
def test_versions(code: bytes, able: tuple[str, ...]) -> None:
    assert before_311(code, ALL) == able
