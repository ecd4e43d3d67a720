"""What a condition asks of one field is read off it, and never wrongly."""

from __future__ import annotations

import pytest

from modelaudit.judge.prefilter import may_match, pinned


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ('fact.kind == "limit"', {"fact.kind": {"limit"}}),
        ('fact.kind in ["a", "b"] && fact.fields.n > 3', {"fact.kind": {"a", "b"}}),
        ('!params.on && fact.key == "k" && f(x, [1])', {"fact.key": {"k"}}),
        ('fact.key == "k" && (a || b)', {"fact.key": {"k"}}),
        ('fact.key == "a && b"', {"fact.key": {"a && b"}}),
        ('fact.key == "k" || fact.count > 1', {}),
        ('fact.key == "k" ? true : false', {}),
        ('(fact.key == "k" || on) && on', {}),
        ('!(fact.reason in ["a"])', {}),
        ('fact.key != "k"', {}),
        ("fact.key in params.keys", {}),
        ("fact.key in []", {}),
        (r'fact.key == "a\"b"', {}),
        (r"""matches(x, r"\") || on && fact.key == "k" """, {}),
        ('fact.key == "k" // " || on', {}),
        ('fact.name == """x""" && fact.key == "k"', {}),
        ("fact.count == 3", {}),
        ("when", {}),
    ],
)
def test_only_what_is_sure_is_read_off(when: str, expected: dict[str, set[str]]) -> None:
    assert pinned(when) == expected


def test_a_fact_is_passed_over_only_for_another_text() -> None:
    when = 'fact.kind in ["a", "b"] && on'
    assert may_match(when, {"fact.kind": "b"})
    assert not may_match(when, {"fact.kind": "c"})
    assert may_match(when, {"fact.kind": 3})
    assert may_match(when, {})
