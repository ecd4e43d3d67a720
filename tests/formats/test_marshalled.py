"""Marshalled code is read within bounds, and its instructions are named."""

from __future__ import annotations

import marshal
import sys

import pytest

from modelaudit.core.errors import Malformed
from modelaudit.formats.disassembly import instructions
from modelaudit.formats.marshalled import MOST_DEPTH, Function, read

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_a_function_of_this_python() -> None:
    data = marshal.dumps(compile("import os\nos.getcwd()", "<marker>", "exec"))
    function = read(data)
    assert function.names == ("os", "getcwd")
    assert VERSION in function.versions
    assert "IMPORT_NAME os" in list(instructions(function, VERSION))


@pytest.mark.parametrize(
    "data", [b"", b"N", b"\xff", b"c\x00", b"(\xff\xff\xff\x7f", b"r\x00\x00\x00\x00"]
)
def test_other_bytes_are_broken_code(data: bytes) -> None:
    with pytest.raises(Malformed) as error:
        read(data)
    assert error.value.reason == "broken-code"


def test_deep_nesting_reaches_a_limit() -> None:
    with pytest.raises(Malformed) as error:
        read(b")\x01" * (MOST_DEPTH + 2) + b"N")
    assert (error.value.reason, error.value.fields["most"]) == ("limit", MOST_DEPTH)


def test_an_argument_has_32_bits() -> None:
    code = bytes((144, 255)) * 1000 + bytes((100, 0))  # EXTENDED_ARG, LOAD_CONST of 3.11
    function = Function("f", code, (1,), (), (), 0, ("3.11",))
    assert list(instructions(function, "3.11")) == [f"LOAD_CONST {0xFFFFFF00}"]
