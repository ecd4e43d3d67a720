"""``modelaudit rules`` and packs: they are listed, checked, and tried on their fixtures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelaudit.core.facts import KINDS
from modelaudit.judge import catalogue

Run = Callable[..., SimpleNamespace]
DOCUMENT = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
RULES = re.findall(r"^```yaml\n(id: .*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
OWN = b"\x80\x04cmylib\nM\n)\x81."
OTHER = b"\x80\x04}."


@pytest.fixture
def pack(tmp_path: Path, run: Run) -> Path:
    """The rules of the documentation, with the fixtures that it describes."""
    catalogue.load.cache_clear()
    folder = tmp_path / "our-rules"
    folder.mkdir()
    for rule in RULES:
        (folder / f"{rule[4:10]}.yaml").write_text(rule)
    for outcome, content in (("fail", OTHER), ("pass", OWN)):
        place = folder / "fixtures" / "OUR401" / outcome
        place.mkdir(parents=True)
        (place / "released.pkl").write_bytes(content)
    return folder


def test_the_rules_of_the_documentation_work(run: Run, pack: Path) -> None:
    result = run("rules", "check", "our-rules")
    assert (result.code, result.err) == (0, "")
    assert result.out == "2 rules, 2 fixtures, 0 problems; without fixtures: OUR402\n"
    assert len(RULES) == 2
    for kind in re.findall(r"`facts\.(\w+)", DOCUMENT):
        assert kind in {*KINDS, "KIND"}


def test_rules_of_packs_are_listed(run: Run, pack: Path) -> None:
    assert run("rules", "OUR").code == 2
    (pack.parent / "modelaudit.yaml").write_text("packs: [our-rules]\n")
    assert "  OUR401  " in run("rules", "OUR").out
    assert "OUR401" in run("rules").out
    (pack.parent / "other.yaml").write_text("fail-on: low\n")
    assert run("rules", "OUR", "--config", "other.yaml").code == 2


def test_a_path_is_seen_from_the_root(
    run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = pack.parent
    (root / ".git").mkdir()
    (root / "release").mkdir()
    for name in ("a.pkl", "release/b.pkl"):
        (root / name).write_bytes(OTHER)
    (root / "modelaudit.yaml").write_text("packs: [our-rules]\nselect: [OUR402]\n")
    monkeypatch.chdir(root / "release")
    report = json.loads(run("scan", "../a.pkl", "b.pkl", "--format", "json").out)
    assert [finding["location"]["path"] for finding in report["findings"]] == ["b.pkl"]


def test_fixtures_that_are_not_judged_as_they_should(run: Run, pack: Path) -> None:
    fixtures = pack / "fixtures" / "OUR401"
    (fixtures / "fail" / "wrong.pkl").write_bytes(OWN)
    (fixtures / "pass" / "wrong.pkl").write_bytes(OTHER)
    (fixtures / "pass" / "notes.md").write_text("no model")
    (pack / "fixtures" / "OUR499" / "fail").mkdir(parents=True)
    (fixtures / "targets.txt").write_text("python==3.12\n")
    result = run("rules", "check", "our-rules")
    assert result.code == 1
    assert "OUR401/targets.txt: is not read, since it is not in fail or pass" in result.out
    assert "fail/wrong.pkl: OUR401 does not find it" in result.out
    assert "pass/wrong.pkl: OUR401 finds it, and must not" in result.out
    assert "pass/notes.md: not taken for a model" in result.out
    assert "OUR499/fail: the pack has no rule OUR499" in result.out
    assert "5 problems" in result.out


def test_a_rule_that_does_not_load(run: Run, pack: Path) -> None:
    (pack / "OUR403.yaml").write_text(RULES[0].replace("OUR401", "OUR403").replace("facts.", "f."))
    result = run("rules", "check", "our-rules")
    assert result.code == 2
    assert re.search(r"OUR403\.yaml:\d+:\d+: when: ", result.err)
    assert run("rules", "check", "absent").code == 2
    Path("empty").mkdir()
    result = run("rules", "check", "empty")
    assert (result.code, "empty: there is no rule" in result.err) == (2, True)


def test_a_rule_against_a_package_needs_a_target(run: Run, pack: Path) -> None:
    rule = RULES[0].replace("OUR401", "OUR201").replace("portability", "compatibility")
    rule = rule.replace("for: artifact", "for: artifact\nagainst: python\neffect: advice")
    (pack / "OUR201.yaml").write_text(rule)
    fail = pack / "fixtures" / "OUR201" / "fail"
    fail.mkdir(parents=True)
    (fail / "a.pkl").write_bytes(OTHER)
    said = "OUR201 does not find it: it is judged against python, and there is no our-rules"
    assert said in run("rules", "check", "our-rules").out
    (fail / "targets.txt").write_text("python==3.12\n")
    catalogue.load.cache_clear()
    assert run("rules", "check", "our-rules").code == 0


def test_the_first_digit_is_that_of_the_category(run: Run, pack: Path) -> None:
    (pack / "OUR401.yaml").write_text(RULES[0].replace("portability", "integrity"))
    result = run("rules", "check", "our-rules")
    assert result.code == 2
    assert "OUR401.yaml:4:11: category: the first digit of an id of integrity is 3" in result.err
