"""Findings about ranges: what installs today, what the range also admits, and the whole of it."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path

import pytest

import modelaudit
from modelaudit import Finding

REAL = Path(__file__).resolve().parents[2] / "fixtures" / "real" / "pickle"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    # Protocol 5 is read by Python 3.8 and newer.
    Path("model.pkl").write_bytes(pickle.dumps(OrderedDict(), 5))


def found(name: str, text: str) -> list[Finding]:
    Path(name).write_text(text)
    report = modelaudit.scan(["model.pkl"])
    return [f for f in report.findings if f.target is not None and f.target.name == "python"]


def project(python: str) -> str:
    return f'[project]\nname = "a"\nversion = "1"\nrequires-python = "{python}"\n'


def test_what_a_range_also_admits_is_low() -> None:
    (finding,) = found("pyproject.toml", project(">=3.7"))
    assert finding.severity == "low"
    assert finding.message.startswith("the range also admits python 3.7: ")


def test_what_fails_with_all_of_a_range_has_the_severity_of_the_rule() -> None:
    (finding,) = found("pyproject.toml", project(">=3.6,<3.8"))
    assert finding.severity == "high"
    assert "so it is with python 3.7" in finding.message


def test_a_range_that_nobody_states_is_judged_as_a_whole() -> None:
    assert found("requirements.txt", "scikit-learn==1.0.2\nnumpy<2\n") == []  # 3.7 to 3.10
    (finding,) = found("requirements.txt", "scikit-learn==0.19.2\n")  # up to 3.7
    assert finding.severity == "high"


def test_any_python_3_is_the_newest() -> None:
    assert found("environment.yml", "dependencies:\n  - python=3\n") == []
