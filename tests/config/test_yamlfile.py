"""The YAML subset: what values come out, where they stand, and what is refused."""

from __future__ import annotations

import pytest

from modelaudit.config.yamlfile import MAX_DEPTH, YamlError, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("off", "off"),
        ("yes", "yes"),
        ("'true'", "true"),
        ("12", 12),
        ("-3", -3),
        ("0x1f", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'1.5'", "1.5"),
        ("0.1.0", "0.1.0"),
        ("2027-01-31", "2027-01-31"),
        ("1:30", "1:30"),
        (".inf", ".inf"),
        ("1_000", "1_000"),
        ("9" * 400, "9" * 400),
        ("[1, [a, {b: c}]]", [1, ["a", {"b": "c"}]]),
        ("a: 1\nb:\n  - x\n  - {c: null}\n", {"a": 1, "b": ["x", {"c": None}]}),
        ("3.11: x", {"3.11": "x"}),
        ("a: >\n  folded\n  text\n", {"a": "folded text\n"}),
        ("a: |\n  1\n  2\n", {"a": "1\n2\n"}),
        ("<<: x", {"<<": "x"}),
    ],
)
def test_value(text: str, value: object) -> None:
    got = read(text, "f").value
    assert got == value
    assert type(got) is type(value)


def test_every_value_and_key_has_its_place() -> None:
    document = read("a: 1\nlet:\n  limit: x > 1\n  more: [p,  q]\n", "f")
    assert document.places == {
        (): (1, 1),
        ("a",): (1, 4),
        ("let",): (3, 3),
        ("let", "limit"): (3, 10),
        ("let", "more"): (4, 9),
        ("let", "more", 0): (4, 10),
        ("let", "more", 1): (4, 14),
    }
    assert document.keys == {
        ("a",): (1, 1),
        ("let",): (2, 1),
        ("let", "limit"): (3, 3),
        ("let", "more"): (4, 3),
    }


def test_an_error_points_at_value_key_or_what_encloses_it() -> None:
    document = read("a:\n  b: 1\n", "f.yaml")
    assert str(document.error(("a", "b"), "bad")) == "f.yaml:2:6: bad"
    assert str(document.error(("a", "b"), "bad", at_key=True)) == "f.yaml:2:3: bad"
    assert str(document.error(("a", "missing", 3), "bad")) == "f.yaml:2:3: bad"
    assert str(document.error(("missing",), "bad")) == "f.yaml:1:1: bad"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a: 1\nb: 2\na: 3", "f:3:1: duplicate key 'a', first on line 1"),
        ("a: {b: 1, b: 2}", "f:1:11: duplicate key 'b', first on line 1"),
        ("a: &x 1", "f:1:4: anchors are not allowed"),
        ("a: &x [1]", "f:1:4: anchors are not allowed"),
        ("a: 1\nb: *x", "f:2:4: aliases are not allowed"),
        (
            "a: !!python/name:os.system x",
            "f:1:4: the tag 'tag:yaml.org,2002:python",
        ),
        ("!!map {a: 1}", "f:1:1: the tag 'tag:yaml.org,2002:map'"),
        ("a: 1\n---\nb: 1", "f:2:1: only one document"),
        ("? [a]\n: b", "f:1:3: a key must be text"),
        ("a: [1", "f:2:1: not valid YAML: "),
        ("\ta: 1", "f:1:1: not valid YAML: "),
        ("a: \x01", "f: not valid YAML: control characters"),
    ],
)
def test_refused(text: str, error: str) -> None:
    with pytest.raises(YamlError) as caught:
        read(text, "f")
    assert str(caught.value).startswith(error)


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert read("- {a: 1}\n- {a: 2}", "f").value == [{"a": 1}, {"a": 2}]


def test_nesting_is_bounded() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f").value
    with pytest.raises(YamlError, match=f"nested deeper than {MAX_DEPTH} levels"):
        read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f")
