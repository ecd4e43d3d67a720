"""What is left out, by whose word, and what is different at some paths."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Run = Callable[..., SimpleNamespace]
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
UNREVIEWED = b"\x80\x04cmylib\nM\n)\x81."


@pytest.fixture
def project(tmp_path: Path, run: Run) -> Path:
    (tmp_path / ".git").mkdir()
    for name in ("models/a.pkl", "third_party/deep/b.pkl", "old/c.pkl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(PAYLOAD)
    return tmp_path


def scan(run: Run, *args: str) -> tuple[set[str], dict[str, str]]:
    """The artifacts with findings, and what was skipped, from the root."""
    report = json.loads(run("scan", *args, "--format", "json").out)
    paths = {f["location"]["path"].removeprefix("./") for f in report["findings"]}
    return paths, {e["path"].removeprefix("./"): e["why"] for e in report["skipped"]}


def test_patterns_of_the_command_line(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, skipped = scan(run, ".", "--exclude", "third_party/", "--exclude", "/old/*.pkl")
    assert found == {"models/a.pkl"}
    assert skipped["third_party"] == "excluded by 'third_party/'"
    assert skipped["old/c.pkl"] == "excluded by '/old/*.pkl'"
    assert scan(run, "old/c.pkl", "--exclude", "old/")[0] == set()
    found, _ = scan(run, ".", "--exclude", "*.pkl", "--exclude", "!models/*.pkl")
    assert found == {"models/a.pkl"}
    monkeypatch.chdir(project / "old")
    assert scan(run, ".", "--exclude", "/old/*.pkl")[0] == set()


def test_a_directory_that_is_an_artifact(run: Run, project: Path) -> None:
    (project / "saved").mkdir()
    (project / "saved" / "saved_model.pb").write_bytes(b"\x08")
    assert "saved" in scan(run, ".")[0]
    assert scan(run, "saved", "--exclude", "saved/")[1] == {"saved": "excluded by 'saved/'"}


def test_a_configuration_that_was_found_excludes_nothing_severe(run: Run, project: Path) -> None:
    (project / "old" / "mild.pkl").write_bytes(UNREVIEWED)
    (project / "modelaudit.yaml").write_text("exclude: [old/, third_party/]\n")
    found, skipped = scan(run, ".")
    assert found == {"models/a.pkl", "third_party/deep/b.pkl", "old/c.pkl"}
    assert skipped["old/mild.pkl"] == "excluded by 'old/'"
    found, skipped = scan(run, ".", "--config", "modelaudit.yaml")
    assert found == {"models/a.pkl"}
    assert {"old", "third_party"} <= set(skipped)


def test_gitignore(run: Run, project: Path) -> None:
    (project / ".gitignore").write_text("*.pkl\n!/models/*.pkl\nthird_party/\n")
    (project / "old" / ".gitignore").write_text("!c.pkl\n")
    assert len(scan(run, ".")[0]) == 3
    found, skipped = scan(run, ".", "--gitignore")
    assert found == {"models/a.pkl", "old/c.pkl"}
    assert skipped["third_party"] == "ignored by .gitignore"


OVERRIDES = """\
overrides:
  - {paths: [third_party/**], profile: strict, fail-on: low}
  - {paths: [old/], ignore: [dangerous-call]}
"""


def test_policy_by_path(run: Run, project: Path) -> None:
    for name in ("models/m.pkl", "third_party/m.pkl"):
        (project / name).write_bytes(UNREVIEWED)
    (project / "policy.yaml").write_text(OVERRIDES)
    report = json.loads(run("scan", ".", "--config", "policy.yaml", "--format", "json").out)
    rules = {
        (finding["location"]["path"].removeprefix("./"), finding["rule"])
        for finding in report["findings"]
    }
    assert ("models/m.pkl", "PKL105") in rules
    assert ("third_party/m.pkl", "PKL107") in rules
    assert "old/c.pkl" not in {path for path, _ in rules}
    assert run("scan", "models/m.pkl", "--config", "policy.yaml").code == 0
    assert run("scan", "third_party/m.pkl", "--config", "policy.yaml").code == 1
    weaker = ("--config", "policy.yaml", "--profile", "default", "--fail-on", "high")
    assert run("scan", "third_party/m.pkl", *weaker).code == 0
    (project / "modelaudit.yaml").write_text(OVERRIDES)
    assert run("scan", "old").code == 1


def test_what_is_wrong_in_an_override_has_a_place(run: Run, project: Path) -> None:
    (project / "modelaudit.yaml").write_text("overrides:\n  - paths: []\n")
    assert "modelaudit.yaml:2:12: overrides[0].paths: must not be empty" in run("scan", ".").err
    (project / "modelaudit.yaml").write_text("overrides: [{paths: [a], ignore: [NOT1]}]\n")
    assert "overrides[0].ignore[0]: no rule is called 'NOT1'" in run("scan", ".").err
