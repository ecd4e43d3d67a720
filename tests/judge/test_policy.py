"""Selection, severity and suppression."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config, RuleOverride, Suppression

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR0cmylib\nM\n)\x81."


@pytest.fixture
def payload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    path = Path("models") / "payload.pkl"
    path.write_bytes(PAYLOAD)
    return path


def found(path: Path, config: Config) -> dict[str, str]:
    return {f.rule: f.severity for f in modelaudit.scan([path], config).findings}


def test_the_longer_prefix_decides(payload: Path) -> None:
    assert set(found(payload, Config())) == {"PKL101", "PKL105"}
    assert set(found(payload, Config(select=["PKL101"]))) == {"PKL101"}
    assert set(found(payload, Config(ignore=["PKL1"]))) == set()
    config = Config(select=["ALL", "PKL105"], ignore=["PKL1"])
    assert set(found(payload, config)) == {"PKL105"}
    assert set(found(payload, Config(select=["PKL1"], ignore=["PKL1"]))) == set()


def test_profile_and_severity(payload: Path) -> None:
    assert found(payload, Config(profile="strict")) == {"PKL101": "critical", "PKL107": "high"}
    config = Config(rules={"PKL105": RuleOverride(severity="critical"), "PKL101": RuleOverride()})
    assert found(payload, config) == {"PKL101": "critical", "PKL105": "critical"}
    config = Config(rules={"PKL105": RuleOverride(params={"allow": ["mylib.*"]})})
    assert set(found(payload, config)) == {"PKL101"}


def suppressed(artifact: Path, **fields: object) -> list[str]:
    """The reasons under which the critical finding was accepted."""
    values: dict[str, object] = {"rule": "PKL101", "path": "models/*.pkl", "reason": "reviewed"}
    entry = Suppression(**{**values, **fields})  # type: ignore[arg-type]
    report = modelaudit.scan([artifact], Config(suppress=[entry]))
    accepted = [entry.reason for entry in report.suppressed]
    assert ("PKL101" in {f.rule for f in report.findings}) is not bool(accepted)
    return accepted


def test_a_suppression_fits_all_that_it_names(payload: Path) -> None:
    digest = hashlib.sha256(PAYLOAD).hexdigest()
    today = datetime.date.today()
    assert suppressed(payload) == ["reviewed"]
    assert suppressed(payload, subject="os.system", sha256=digest.upper(), until=today)
    assert not suppressed(payload, subject="os.popen")
    assert not suppressed(payload, sha256="0" * 64)
    assert not suppressed(payload, until=today - datetime.timedelta(days=1))
    assert not suppressed(payload, path="other/*")
    assert not suppressed(payload, rule="PKL102")


def test_a_digest_fits_no_link_that_leads_nowhere(payload: Path) -> None:
    link = payload.with_name("gone.pkl")
    link.symlink_to("nowhere")
    entry = Suppression(rule="GEN309", path="models/*", reason="r", sha256="0" * 64)
    assert found(link, Config(suppress=[entry])) == {"GEN309": "high"}


@pytest.mark.parametrize("left_out", [{"ignore": ["JBL2"]}, {"select": ["PKL1"]}])
def test_a_rule_that_is_left_out_does_not_make_an_artifact_load(
    left_out: dict[str, list[str]],
) -> None:
    artifact = Path(__file__).parents[2] / "fixtures/demo/linear-regression.joblib"
    config = Config(targets={"joblib": "1.0.0"}, **left_out)  # type: ignore[arg-type]
    report = modelaudit.scan([artifact], config)
    assert report.findings == ()
    verdicts = {v.target.name: v.verdict for v in report.artifacts[0].loading}
    assert verdicts["joblib"] == "breaks-load"
