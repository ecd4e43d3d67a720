"""Formats that the first bytes do not show."""

from __future__ import annotations

import pytest

from modelaudit.core.source import Source
from modelaudit.discovery.identify import candidate_formats

LONG = "x" * 9000
ROOT = '<PMML version="4.4"/>'


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        (f'{{"note": "{LONG}", "class_name": "Dense", "config": {{}}}}', "keras-config"),
        ('{"\\u0063lass_name": "Dense", "\\u0063ONFIG": 1, "config": {}}', "keras-config"),
        (f'{" " * 9000}{{"class_name": "Dense", "config": {{}}}}', "keras-config"),
        ('{"class_name": "cat"}', "unknown"),
        (f"<?xml version='1.0'?><!--{LONG}-->{ROOT}", "pmml"),
        (f"<?xml version='1.0'?>{' ' * 9000}{ROOT}", "pmml"),
        (f"<html>{LONG}{ROOT}</html>", "unknown"),
    ],
)
def test_it_is_found_behind_the_first_bytes(text: str, format_: str) -> None:
    assert candidate_formats(Source(text.encode(), "file")) == [format_]


def test_pmml_in_ebcdic() -> None:
    text = f"<?xml version='1.0' encoding='cp037'?>{ROOT}"
    assert candidate_formats(Source(text.encode("cp037"), "file")) == ["pmml"]


def test_pmml_in_utf_16_behind_a_comment() -> None:
    text = f"<?xml version='1.0' encoding='UTF-16'?><!--{LONG}-->{ROOT}"
    assert candidate_formats(Source(text.encode("utf-16"), "file")) == ["pmml"]
