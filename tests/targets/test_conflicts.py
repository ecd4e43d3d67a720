"""Requirement files that cannot be installed, or whose set cannot be imported."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import modelaudit


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.pkl").write_bytes(pickle.dumps([1]))


def findings(text: str, name: str = "requirements.txt") -> list[tuple[str, int | None, str]]:
    Path(name).write_text(text)
    report = modelaudit.scan(["."])
    return [(f.rule, f.where.line, f.message) for f in report.findings if f.rule[:4] == "TGT2"]


def test_lines_that_exclude_each_other() -> None:
    ((rule, line, message),) = findings("pandas==2.1.0\nnumpy==1.20.3\n")
    assert (rule, line) == ("TGT203", 2)
    assert "numpy==1.20.3 (requirements.txt:2)" in message
    assert "numpy>=1.22.4 of pandas 2.1.0 (requirements.txt:1) on Python 3.9" in message


@pytest.mark.parametrize("text", ["keras==2.15.1\n", "numpy<1.26,>=1.26\n"])
def test_no_release(text: str) -> None:
    assert [rule for rule, _, _ in findings(text)] == ["TGT203"]


def test_a_python_that_has_no_release() -> None:
    Path(".python-version").write_text("3.9\n")
    ((rule, _, message),) = findings("pandas==3.1.0\n")
    assert rule == "TGT203"
    assert message.endswith("on Python 3.9")


def test_releases_that_nothing_is_known_of() -> None:
    assert findings("numpy==2.0.0rc1\nscipy==999.1\nno-such-package==0.1\n") == []


def test_a_lock_file_is_not_resolved() -> None:
    entries = [("pandas", "2.1.0"), ("numpy", "1.20.3")]
    lock = "".join(f'[[package]]\nname = "{n}"\nversion = "{v}"\n' for n, v in entries)
    assert findings(lock, "uv.lock") == []


def test_a_set_that_does_not_import() -> None:
    ((rule, line, message),) = findings("scikit-learn==1.2.2\n")
    assert (rule, line) == ("TGT204", 1)
    assert "scikit-learn 1.2.2 does not import with NumPy 2." in message
    assert findings("scikit-learn==1.2.2\nnumpy<2\n") == []
    assert findings("scikit-learn==1.4.2\n") == []


def test_a_release_that_has_to_be_built() -> None:
    Path(".python-version").write_text("3.12\n")
    ((rule, line, message),) = findings("numpy<2\npandas==1.5.3\n")
    assert (rule, line) == ("TGT208", 2)
    assert message.startswith("pandas 1.5.3 has wheels for Python 3.8 to 3.11 and none for")
    assert findings("numpy<2\npandas==2.2.3\n") == []
    assert findings("category-encoders==2.6.3\n") == []


def test_a_platform_that_has_no_release() -> None:
    Path(".python-version").write_text("3.11\n")
    Path("Dockerfile").write_text("FROM --platform=linux/arm64 debian:12\n")
    assert findings("onnxruntime-gpu==1.17.0\n")[0][0] == "TGT203"


def verdicts(*targets: str) -> dict[str, tuple[str, str]]:
    data = b"csklearn.svm._classes\nSVC\n."
    Path("model.pkl").write_bytes(data)
    (artifact,) = modelaudit.scan(["model.pkl"], targets=targets).artifacts
    return {str(entry.target): (entry.verdict, entry.because) for entry in artifact.loading}


def test_what_does_not_import_does_not_load() -> None:
    Path("requirements.txt").write_text("scikit-learn==1.3.0\nnumpy==2.1.0\n")
    broken = ("breaks-load", "it does not import with NumPy 2.1.0")
    assert verdicts()["scikit-learn 1.3.0"] == broken
    Path("requirements.txt").write_text("scikit-learn==1.3.0\nnumpy<2\n")
    assert verdicts()["scikit-learn 1.3.0"] == ("loads", "")
    Path("requirements.txt").unlink()
    assert verdicts("scikit-learn==1.3.0", "numpy==2.1.0")["scikit-learn 1.3.0"] == broken
    assert verdicts("scikit-learn==1.5.2", "numpy==2.1.0")["scikit-learn 1.5.2"] == ("loads", "")


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        ("scikit-learn==1.4.99", ("not-judged", "no such release is known")),
        ("scikit-learn==1.4.2+local", ("loads", "")),
        ("scikit-learn==1.5", ("loads", "")),
        ("scikit-learn==1.5.0rc1", ("loads", "")),
        ("python==3.8.99", ("loads", "")),
        ("python==3.14", ("not-judged", "newer than the newest release that was looked into (3.1")),
    ],
)
def test_a_release_that_was_not_published_is_not_judged(
    target: str, verdict: tuple[str, str]
) -> None:
    ((found, because),) = [v for name, v in verdicts(target).items() if name[:3] == target[:3]]
    assert (found, because[: len(verdict[1])]) == verdict
