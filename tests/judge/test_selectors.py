"""What stands for rules, and what becomes of suppressions that no longer hold."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config, RuleOverride, Suppression
from modelaudit.core.errors import UsageError
from modelaudit.discovery.digest import digest_of
from modelaudit.judge.catalogue import load
from modelaudit.judge.selectors import CATEGORIES, EXACT, NOT, fit

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR0cmylib\nM\n)\x81."
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def payload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("payload.pkl")
    path.write_bytes(PAYLOAD)
    return path


def found(path: Path, config: Config) -> dict[str, str]:
    return {f.rule: f.severity for f in modelaudit.scan([path], config).findings}


@pytest.mark.parametrize("selector", ["PKL101", "pkl101", "dangerous-call", "Dangerous-Call"])
def test_an_id_or_a_name(payload: Path, selector: str) -> None:
    assert set(found(payload, Config(select=[selector]))) == {"PKL101"}
    assert set(found(payload, Config(ignore=[selector]))) == {"PKL105"}
    override = Config(rules={selector: RuleOverride(severity="low")})
    assert found(payload, override)["PKL101"] == "low"
    entry = Suppression(rule=selector, path="*", reason="r")
    assert set(found(payload, Config(suppress=[entry]))) == {"PKL105"}


def test_categories_prefixes_and_all(payload: Path) -> None:
    assert set(found(payload, Config(select=["security"]))) == {"PKL101", "PKL105"}
    assert found(payload, Config(ignore=["Security"])) == {}
    assert set(found(payload, Config(select=["security", "pkl101"], ignore=["pkl1"]))) == {"PKL101"}
    rules = {"all": RuleOverride(severity="info"), "pkl10": RuleOverride(severity="low")}
    assert found(payload, Config(rules=rules)) == {"PKL101": "low", "PKL105": "low"}
    rules["PKL105"] = RuleOverride(params={"allow": ["mylib.*"]})
    assert found(payload, Config(rules=rules)) == {"PKL101": "low"}
    entry = Suppression(rule="all", path="*", reason="r")
    assert found(payload, Config(suppress=[entry])) == {}


def test_the_closest_decides_and_no_name_stands_for_two_things() -> None:
    rules = load().rules.values()
    names = {rule.name for rule in rules}
    assert not names & {*CATEGORIES, "all"}
    rule = load().rules["PKL101"]
    ranks = [fit(selector, rule) for selector in ("ONX", "ALL", "security", "P", "PKL1", "pkl101")]
    assert ranks == sorted(ranks)
    assert (ranks[0], ranks[-1]) == (NOT, EXACT)


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("PKL9O1", "; did you mean 'PKL"),
        ("dangerous-cal", "; did you mean 'dangerous-call'?"),
        ("safety-first", "a category (security, compatibility, integrity, portability), or ALL"),
    ],
)
def test_what_stands_for_no_rule(payload: Path, selector: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        found(payload, Config(ignore=[selector]))
    assert str(caught.value).startswith(f"ignore[0]: no rule is called {selector!r}")
    assert hint in str(caught.value)


def notes(artifact: Path, **fields: object) -> list[str]:
    values = {"rule": "PKL101", "path": "*.pkl", "reason": "reviewed", **fields}
    entry = Suppression(**values)  # type: ignore[arg-type]
    report = modelaudit.scan([artifact], Config(suppress=[entry]))
    return [note for note in report.notes if note.startswith("suppress[0]")]


def test_suppressions_that_do_not_hold_are_said(payload: Path) -> None:
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    assert notes(payload) == []
    assert notes(payload, sha256=hashlib.sha256(PAYLOAD).hexdigest()) == []
    assert notes(payload, until=yesterday) == [
        f"suppress[0] (PKL101 at *.pkl) ended on {yesterday}"
    ]
    assert "the artifact is not the one with its sha256" in notes(payload, sha256="0" * 64)[0]
    assert "fits no finding: it can be removed" in notes(payload, subject="os.popen")[0]
    assert notes(payload, path="other/*.pkl") == []
    assert "is about a file that is not there" in notes(payload, path="other.pkl")[0]


def test_a_directory_by_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = next(
        folder for folder in sorted((FIXTURES / "savedmodel").glob("TFS1*/fail/*"))
        if (folder / "saved_model.pb").is_file()
    )  # fmt: skip
    folder = Path(shutil.copytree(source, "model"))
    (first, *_) = modelaudit.scan([folder]).findings
    entry = Suppression(rule=first.rule, path="model", reason="r", sha256=digest_of("model"))
    assert first.rule not in found(folder, Config(suppress=[entry]))
    (folder / "saved_model.pb").write_bytes((folder / "saved_model.pb").read_bytes() + b"\x12\x00")
    assert first.rule in found(folder, Config(suppress=[entry]))
