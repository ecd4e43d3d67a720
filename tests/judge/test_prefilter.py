"""What a condition asks of one field is read off it, and never wrongly."""

from __future__ import annotations

import pytest

from modelaudit.judge.prefilter import checks, may_match


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
        ("fact.key in params.keys", {}),
        ("fact.key in []", {}),
        (r'fact.key == "a\"b"', {}),
        (r"""matches(x, r"\") || on && fact.key == "k" """, {}),
        ('fact.key == "k" // " || on', {}),
        ('fact.name == """x""" && fact.key == "k"', {}),
    ],
)
def test_only_what_is_sure_is_read_off(when: str, expected: dict[str, set[str]]) -> None:
    found = {check.name: check.values for check in checks(when) if check.name.startswith("fact.")}
    assert found == expected


@pytest.mark.parametrize(
    ("when", "value", "fails"),
    [
        ('fact.key != "k"', "k", True),
        ('fact.key != "k"', "", False),
        ("fact.key == 3", 4, True),
        ("fact.key == 3", 3, False),
        ("fact.key == 1", True, False),
        ("fact.key && on", False, True),
        ("!fact.key && on", True, True),
        ("!fact.key && on", False, False),
        ("fact.key && on", "", False),
        ('!fact.key == "k"', "k", False),
        ('fact.key.of == "k"', "x", False),
        ("fact.key || on", False, False),
    ],
)
def test_numbers_truth_and_what_is_refused(when: str, value: object, *, fails: bool) -> None:
    assert may_match(when, {"fact.key": value}) is not fails


def test_what_a_let_gives_is_looked_at() -> None:
    one, other = checks('g.tier in ["known"] && given != ""')
    assert one.fails_of({"tier": "safe"})
    assert not one.fails_of({"tier": "known"})
    assert not one.fails_of({})
    assert not one.fails_of(None)
    assert other.fails_of("")
    assert not other.fails_of("no data")


def test_a_fact_is_passed_over_only_for_another_text() -> None:
    when = 'fact.kind in ["a", "b"] && on'
    assert may_match(when, {"fact.kind": "b"})
    assert not may_match(when, {"fact.kind": "c"})
    assert may_match(when, {"fact.kind": 3})
    assert may_match(when, {})
