"""No text out of an artifact reaches a reader unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelaudit.report.escape import encodable, escape, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("os.system('id')", "os.system('id')"),
        ("größe 模型", "größe 模型"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r\tc\x00", "a\\x0ab\\x0d\\x09c\\x00"),
        ("\x9b1m", "\\x9b1m"),
        ("abc\u202efed", "abc\\u202efed"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\u00a0b", "a\\xa0b"),
        ("a\u2028b", "a\\u2028b"),
        ("hangul \u3164 filler", "hangul \\u3164 filler"),
        ("variant\ufe0f", "variant\\ufe0f"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("undecodable \udc80", "undecodable \\udc80"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_escaped_is_printable_and_stays_so(text: str) -> None:
    shown = escape(text)
    assert shown.isprintable()
    assert escape(shown) == shown
    shown.encode("utf-8")


@given(st.text(st.characters(exclude_categories=())))
def test_encodable_text_is_utf8(text: str) -> None:
    assert encodable(text).encode("utf-8").decode("utf-8") == encodable(text)


def test_encodable_leaves_alone_what_utf8_holds() -> None:
    assert encodable("a\n\u202e模") == "a\n\u202e模"
    assert encodable("a\udcff") == "a\\udcff"


def test_one_line() -> None:
    assert one_line("folded\n  text \x1b\n") == "folded text \\x1b"
