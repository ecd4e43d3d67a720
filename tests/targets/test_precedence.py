"""What is named and what files ask for: each package is decided for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelaudit import Config, Target
from modelaudit.core.facts import Anomaly
from modelaudit.targets.surroundings import Surroundings


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def around(text: str, *named: str) -> tuple[dict[str, str], list[str]]:
    """The targets beside a requirement file that install today, and the remarks."""
    Path("requirements.txt").write_text(text)
    split = [one.split("==") for one in named]
    fixed = [Target(name, version, "--target") for name, version in split]
    where = Surroundings(["."], Config(), fixed)
    targets = where.targets_of("model.pkl")
    return {t.name: t.version for t in targets if t.version and not t.also}, where.remarks()


PYTHON = "python==3.11"


def test_a_named_release_keeps_what_its_package_brings() -> None:
    found, remarks = around("scikit-learn==1.2.2\n", "scikit-learn==1.5.2", PYTHON)
    assert found["scikit-learn"] == "1.5.2"
    assert {"joblib", "numpy", "scipy"} <= set(found)
    assert remarks == []


def test_the_others_are_resolved_with_it() -> None:
    text = "scikit-learn\npandas\n"
    alone, _ = around(text, PYTHON)
    found, remarks = around(text, "numpy==1.23.5", PYTHON)
    assert found["numpy"] == "1.23.5"
    assert found["pandas"] == "2.3.3"
    assert alone["pandas"] != "2.3.3"
    assert remarks == []


def test_what_contradicts_a_file_is_said_and_the_others_stay() -> None:
    text = "numpy>=1.24\npandas>=3,<3.1\nscikit-learn==1.5.2\n"
    found, remarks = around(text, "numpy==1.23.5", PYTHON)
    assert found["numpy"] == "1.23.5"
    assert found["pandas"].startswith("3.0")
    assert {"joblib", "scikit-learn", "scipy"} <= set(found)
    assert [remark.partition(" install")[0] for remark in remarks] == [
        "requirements.txt:2: numpy 1.23.5 (--target) does not"
    ]


def test_one_of_two_that_are_named_may_contradict() -> None:
    found, remarks = around("pandas>=3\nscipy\n", "numpy==1.23.5", "scipy==1.14.1", PYTHON)
    assert found["scipy"] == "1.14.1"
    assert found["pandas"].startswith("3.")
    assert len(remarks) == 1


def test_more_than_can_be_tried_is_said_once() -> None:
    many = [f"package-{number}==1" for number in range(30)]
    _, remarks = around("pandas>=3\n", "numpy==1.23.5", *many, PYTHON)
    assert len(remarks) == 1
    assert "not all 31 named releases" in remarks[0]


def test_the_keras_of_a_file_is_not_that_of_a_named_tensorflow() -> None:
    found, _ = around("keras==3.3.3\n", "tensorflow==2.15.0", PYTHON)
    assert found["keras"] == "3.3.3"
    found, _ = around("scipy\n", "tensorflow==2.15.0", PYTHON)
    assert found["keras"] == "2.15.0"


def test_a_named_release_decides_which_python_is_implied() -> None:
    Path("requirements.txt").write_text("pandas\n")
    where = Surroundings(["."], Config(), [Target("numpy", "1.20.0", "--target")])
    implied = [t for t in where.targets_of("model.pkl") if t.name == "python"]
    assert [t.version for t in implied][-1] == "3.9"
    assert implied[0].source == "--target, for numpy 1.20.0"


def test_named_targets_that_do_not_import_together_are_a_problem() -> None:
    def problems(*named: str) -> list[tuple[str, str]]:
        split = [one.split("==") for one in named]
        fixed = [Target(name, version, "--target") for name, version in split]
        found = Surroundings(["."], Config(), fixed).problems()
        return [(one.kind, one.where.path) for one in found if isinstance(one, Anomaly)]

    assert problems("scikit-learn==1.2.2", "numpy==2.1.0") == [
        ("built-for-older-numpy", "--target")
    ]
    assert problems("torch==2.0.1", "numpy==2.1.0") == [("no-arrays", "--target")]
    assert problems("scikit-learn==1.6.1", "numpy==2.1.0") == []
    assert problems("scikit-learn==1.2.2", "numpy==1.26.4") == []


def test_a_lock_for_several_platforms_is_read_for_the_one_that_is_named() -> None:
    entry = "- name: numpy\n  version: {}\n  manager: conda\n  platform: {}\n"
    rows = (("1.26.4", "linux-64"), ("1.26.3", "osx-arm64"), ("1.26.2", "win-64"))
    lock = "package:\n" + "".join(entry.format(*row) for row in rows)
    Path("conda-lock.yml").write_text(lock)

    def numpy(*named: Target) -> str:
        where = Surroundings(["."], Config(), named)
        return next(t.version for t in where.targets_of("model.pkl") if t.name == "numpy")

    assert numpy() == "1.26.4"
    assert numpy(Target("platform", "macos", "--target")) == "1.26.3"
    assert numpy(Target("platform", "windows", "--target")) == "1.26.2"
