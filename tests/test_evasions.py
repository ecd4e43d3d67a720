"""Every technique that hides a call from a reader is found, with the rule and the callable.

``evasions.txt`` says what each fixture must get. The technique's code is the first part of a
fixture's name: group and number of the taxonomy (a: names, b: calls, c: nested, d: streams,
e: containers).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.report import Report

ROOT = Path(__file__).resolve().parent
FIXTURES = ROOT.parent / "fixtures"
TECHNIQUE = re.compile(r"([a-e])([0-9]+)-")
CODES = {
    "a": range(1, 8),
    "b": range(8, 16),
    "c": range(16, 19),
    "d": range(19, 25),
    "e": range(24, 31),
}
"""The techniques of each group that concern streams and the archives around them."""


def table() -> list[tuple[str, str, str]]:
    lines = (ROOT / "evasions.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    expected = []
    for path, rule, subject in rows:
        topic, folder, name = path.split("/", 2)
        expected.append((f"{topic}/{folder}/fail/{name}", rule, subject))
    return expected


@cache
def scan(path: str) -> Report:
    return modelaudit.scan([FIXTURES / path])


@pytest.mark.parametrize(("path", "rule", "subject"), table())
def test_evasion_is_found(path: str, rule: str, subject: str) -> None:
    found = [(finding.rule, finding.subject) for finding in scan(path).findings]
    if subject == "*":
        assert rule in [name for name, _ in found]
    else:
        assert (rule, subject) in found


def test_every_fixture_of_a_technique_has_an_expectation() -> None:
    listed = {
        path.relative_to(FIXTURES).as_posix()
        for path in FIXTURES.glob("*/*/fail/*")
        if TECHNIQUE.match(path.name)
    }
    compatibility = {path for path in listed if path.split("/")[1][3] == "2"}
    assert listed - compatibility == {path for path, _, _ in table()}


def test_every_technique_has_a_fixture() -> None:
    matches = [TECHNIQUE.match(path.rpartition("/")[2]) for path, _, _ in table()]
    present = {(match[1], int(match[2])) for match in matches if match}
    assert present == {(group, number) for group, numbers in CODES.items() for number in numbers}
