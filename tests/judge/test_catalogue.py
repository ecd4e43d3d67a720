"""Rules that fit are found; one that does not is refused with its file, line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config, RuleOverride, Suppression
from modelaudit.core.errors import UsageError
from modelaudit.judge import catalogue
from modelaudit.knowledge import tables

Write = Callable[..., Path]

PAYLOAD = b"cos\nsystem\n(Vecho modelaudit-marker\ntR."


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    path = tmp_path / "payload.pkl"
    path.write_bytes(PAYLOAD)
    return path


def refusal(folder: Path, payload: Path) -> str:
    """What the user is told, without the folder."""
    with pytest.raises(UsageError) as caught:
        modelaudit.scan([payload], Config(packs=[str(folder)]))
    return str(caught.value).replace(folder.as_posix() + "/", "")


def test_a_pack_adds_its_rules(pack: Write, payload: Path) -> None:
    report = modelaudit.scan([payload], Config(packs=[str(pack())]))
    found = [finding for finding in report.findings if finding.rule == "TST101"]
    assert [(f.message, f.subject) for f in found] == [("imports os.system, a {name}", "os.system")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("for: Import", "for: Impart", "TST101.yaml:7:6: for: no kind of fact is called 'Impart'"),
        ("when: word", "when: ward", "TST101.yaml:10:7: when: undeclared reference to 'ward'"),
        ("fact.module +", "fact.modul +", "TST101.yaml:9:9: let.word: no name 'fact.modul' is"),
        ("when: word ==", "when: target.name ==", "when: no name 'target.name' is known here"),
        ("when: word ==", "when: fact.name + ", "TST101.yaml:10:7: when: gives STRING and not"),
        ("when: word ==", "when: fact.count ==", "found no matching overload for '_==_'"),
        ("when: word ==", "when: lookup('none', word) ==", "when: there is no table 'none'"),
        ("when: word ==", "when: 1 +", "found no matching overload for '_+_'"),
        ("imports {word}", "imports {wort}", "TST101.yaml:12:18: message: no name 'wort' is known"),
        ("imports {word}", "imports {", "message: a lone '{'; write it twice to mean it"),
        ("severity: high", "severity: hihg", "TST101.yaml:5:11: severity: 'hihg' is not valid"),
        ("title: A", "titel: A", "unknown key 'titel'; did you mean 'title'?"),
        ("id: TST101", "id: TST102", "TST101.yaml:1:5: the rule TST102 is in a file of another"),
        ("id: TST101", "id: PKL101", "the id PKL101 is taken by rules/pickle/PKL101.yaml"),
        ("id: TST101", "id: test", "id: "),
        ("why: Because.", "why: a\nwhy: b", "duplicate key 'why'"),
        ("why: Because.\n", "", "required key 'why' is missing"),
    ],
)
def test_what_does_not_fit_is_refused(
    pack: Write, payload: Path, old: str, new: str, message: str
) -> None:
    assert message in refusal(pack((old, new)), payload)


def test_what_is_no_pack_is_refused(payload: Path, tmp_path: Path) -> None:
    assert refusal(tmp_path / "none", payload).endswith("a pack has to be a directory of rules")
    folder = tmp_path / "binary"
    folder.mkdir()
    (folder / "TST101.yaml").write_bytes(b"\xff\xfe")
    assert refusal(folder, payload).startswith("TST101.yaml: ")


def test_a_condition_over_several_lines_is_located(pack: Write, payload: Path) -> None:
    folder = pack(('when: word == "os.system"', 'when: |\n  word == "a" ||\n  fact.nam == "b"'))
    assert "no name 'fact.nam' is known here" in refusal(folder, payload)


def test_a_rule_that_cannot_be_evaluated_is_a_finding(pack: Write, payload: Path) -> None:
    folder = pack(('when: word == "os.system"', "when: facts.Import[7].name == word"))
    report = modelaudit.scan([payload], Config(packs=[str(folder)]))
    (defect,) = (f for f in report.findings if f.rule == "GEN308")
    assert defect.subject == "defective-rule"
    assert "the rule TST101 could not be evaluated: when: " in defect.message
    assert not report.complete


def test_a_let_that_cannot_be_evaluated_is_a_finding(pack: Write, payload: Path) -> None:
    folder = pack(('fact.module + "." + fact.name', "facts.Import[7].name"))
    report = modelaudit.scan([payload], Config(packs=[str(folder)]))
    assert any("evaluated: let.word: " in f.message for f in report.findings)


def test_parameters_and_lists_of_facts(pack: Write, payload: Path) -> None:
    folder = pack(
        ("let:\n", "params: {names: [system], least: 1, on: true, ratio: 0.5}\nlet:\n"),
        ('word == "os.system"', "params.on && fact.name in params.names && LAST"),
        ("LAST", "params.ratio < 1.0 && size(facts.Import) >= params.least && LAST"),
        ("LAST", "facts.Call.exists(c, c.name == fact.name)"),
    )
    config = Config(packs=[str(folder)])
    assert "TST101" in {f.rule for f in modelaudit.scan([payload], config).findings}
    config = Config(packs=[str(folder)], rules={"TST101": RuleOverride(params={"least": 2})})
    assert "TST101" not in {f.rule for f in modelaudit.scan([payload], config).findings}


def test_a_rule_about_the_artifact_and_a_target(pack: Write, payload: Path) -> None:
    folder = pack(
        ("for: Import", "for: artifact\nagainst: python"),
        ("let:\n  word: 'fact.module + \".\" + fact.name'\n", ""),
        ("word ==", "artifact.format + artifact.name != target.name + target.version &&"),
        ('"os.system"', "artifact.size > 0"),
        ("'{word}'", "'{artifact.name}'"),
        ("imports {word}", "on {target.version}"),
    )
    config = Config(packs=[str(folder)], targets={"python": "3.11"})
    found = [f for f in modelaudit.scan([payload], config).findings if f.rule == "TST101"]
    assert [(f.message, f.subject, str(f.target)) for f in found] == [
        ("on 3.11, a {name}", "payload.pkl", "python 3.11")
    ]
    silent = modelaudit.scan([payload], Config(packs=[str(folder)]))
    assert "TST101" not in {f.rule for f in silent.findings}


def test_ids_and_parameters_that_no_rule_has_are_refused(payload: Path) -> None:
    def refused(config: Config) -> str:
        with pytest.raises(UsageError) as caught:
            modelaudit.scan([payload], config)
        return str(caught.value)

    assert "select[0]: no rule is called 'PKX'" in refused(Config(select=["PKX"]))
    assert "ignore[0]: no rule is called 'ZZZ9'" in refused(Config(ignore=["ZZZ9"]))
    assert "; did you mean 'JBL101'?" in refused(Config(rules={"JBL1O1": RuleOverride()}))
    entry = Suppression(rule="NONE1", path="*", reason="r")
    assert "suppress[0].rule: no rule is called 'NONE1'" in refused(Config(suppress=[entry]))
    wrong = Config(rules={"PKL104": RuleOverride(params={"alow": ["x"]})})
    assert "no parameter 'alow'; did you mean 'allow'?" in refused(wrong)
    wrong = Config(rules={"PKL104": RuleOverride(params={"allow": "x"})})
    assert "rules.PKL104.params.allow: has to be a list" in refused(wrong)


def test_every_shipped_rule_compiles_and_has_its_text() -> None:
    shipped = catalogue.load()
    for rule in shipped.rules.values():
        shipped.compiled(rule)
        assert rule.why.strip()
        assert rule.fix.strip()
        assert rule.title.strip()


def test_topics_are_read_one_by_one() -> None:
    whole = catalogue.load().rules
    parts = [catalogue.load(frozenset({topic})).rules for topic in ("pickle", "general")]
    assert {rule.topic for rule in parts[0].values()} == {"pickle"}
    assert all(part.items() <= whole.items() for part in parts)
    with pytest.raises(UsageError, match="the rules of the topic no-such-topic cannot be read"):
        catalogue.load(frozenset({"no-such-topic"}))


def test_a_table_that_is_not_there() -> None:
    assert not tables.exists("none")
    with pytest.raises(KeyError):
        tables.table("none")
    assert tables.lookup("pickle_protocols", "first_python", "5") == "3.8"
    assert tables.lookup("pickle_protocols", "first_python", "5", "deeper") is None
