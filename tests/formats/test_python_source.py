"""What Python's parser takes too long for is not parsed: nothing can interrupt it."""

from __future__ import annotations

import time

import pytest

from modelaudit.core.errors import Malformed
from modelaudit.formats.python.source import MOST_BRACES, MOST_SOURCE, parse, parses_soon
from modelaudit.formats.torchscript.source import read

FEW, MANY = 1_000, 120_000


def texts(count: int) -> dict[str, str]:
    """Source of which a text has so many fields."""
    return {
        "one line": 'x = f"' + "{a}" * count + '"',
        "three quotes": "x = rf'''" + "{a}\n" * count + "'''",
        "continued": 'x = F"' + "{a}\\\n" * count + '"',
        "formats of fields": "x = fR'" + "{a:{b}}" * count + "'",
        "another encoding": "# coding: utf-7\nx = f'" + "+AHs-a+AH0-" * count + "'",
    }


@pytest.mark.parametrize("kind", texts(0))
def test_a_text_with_very_many_fields_is_not_parsed(kind: str) -> None:
    parse(texts(FEW)[kind].encode())
    many = texts(MANY)[kind].encode()
    assert len(many) <= MOST_SOURCE
    began = time.process_time()
    with pytest.raises(Malformed, match="braces of a text"):
        parse(many)
    if kind != "another encoding":
        assert "too long" in read(many.decode()).problem
    assert time.process_time() - began < 5


def test_other_braces_may_be_as_many_as_they_like() -> None:
    data = 'name = f"{a}"\n' * 1_000 + "x = [" + "{1: 2}, " * 200_000 + "]\n"
    assert data.count("{") * len(data) > MOST_BRACES
    assert parses_soon(data.encode())
    assert parses_soon(data.replace("\n", "\r\n").encode())
