"""Files that Python would import in place of what a pickle names."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config


def rules(*paths: Path | str) -> list[tuple[str, str]]:
    report = modelaudit.scan(list(map(str, paths)), config=Config(targets={"requirements": "off"}))
    return [(finding.rule, finding.subject) for finding in report.findings]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "m.pkl"
    file.write_bytes(pickle.dumps(OrderedDict(a=1)))
    return file


@pytest.mark.parametrize("name", ["collections.py", "collections.pyc", "collections.abi3.so"])
def test_a_module_beside(model: Path, name: str) -> None:
    model.with_name(name).write_bytes(b"")
    assert rules(model) == [("GEN101", "collections")]


def test_a_module_in_the_working_directory(model: Path, tmp_path: Path) -> None:
    (tmp_path / "collections.py").write_bytes(b"")
    assert rules("models/m.pkl") == [("GEN101", "collections")]


def test_a_module_in_the_directory_that_was_named(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (tmp_path / "collections.py").write_bytes(b"")
    assert rules(tmp_path) == [("GEN101", "collections")]
    assert rules(model) == []


def test_a_link_is_imported_too(model: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "__init__.py").write_bytes(b"")
    model.with_name("collections").symlink_to("../elsewhere")
    assert rules(model) == [("GEN101", "collections")]


def test_what_is_imported_before_there_is_a_directory(model: Path) -> None:
    for name in ("sys.py", "os.py", "_io.py", "builtins.py", "collections.txt", "scipy.py"):
        model.with_name(name).write_bytes(b"")
    model.with_name("numpy").mkdir()
    assert rules(model) == []


def test_a_directory_that_changes_is_listed_again(model: Path) -> None:
    assert rules(model) == []
    model.with_name("collections.py").write_bytes(b"")
    assert rules(model) == [("GEN101", "collections")]
