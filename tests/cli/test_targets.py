"""``modelaudit targets`` and ``modelaudit requirements``, as they are called."""

from __future__ import annotations

import json
import pickle
import shutil
from collections import OrderedDict
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo"
REAL = Path(__file__).resolve().parents[2] / "fixtures" / "real" / "pickle"


def test_targets_as_text(run) -> None:
    Path("requirements.txt").write_text("numpy==1.26.4\ntorch>=2.1,<2.2\n-e .\n")
    result = run("targets")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "python 3.9    requirements.txt:1, for numpy 1.26.4 (3.9 to 3.11)"
    assert [line for line in lines if " for " not in line and " with " not in line] == [
        "numpy 1.26.4  requirements.txt:1",
        "torch 2.1.0   requirements.txt:2 (>=2.1,<2.2)",
        "torch 2.1.2   requirements.txt:2 (>=2.1,<2.2)",
        "skipped: requirements.txt:3: an editable install names no version: '.'",
    ]


def test_targets_as_json(run) -> None:
    Path("requirements.txt").write_text("torch>=2.1,<2.2\n")
    Path("pyproject.toml").write_text("[project\n")
    result = run("targets", "--format", "json", ".")
    told = json.loads(result.out)
    assert (result.code, told["schema"]) == (1, "modelaudit/targets/1")
    assert told["targets"][-2] == {
        "name": "torch", "version": "2.1.0", "source": "requirements.txt:1", "range": ">=2.1,<2.2",
    }  # fmt: skip
    assert [(note["file"], note["line"]) for note in told["broken"]] == [("pyproject.toml", 1)]


def test_targets_of_a_configuration(run) -> None:
    Path("modelaudit.yaml").write_text('targets: {python: "3.11", requirements: off}\n')
    Path("requirements.txt").write_text("numpy==1.26.4\n")
    assert run("targets").out == "python 3.11  configuration\n"
    Path("modelaudit.yaml").write_text("targets: {requirements: off}\n")
    assert run("targets").out.startswith("No targets")


def test_a_scan_judges_for_the_files_around(run) -> None:
    Path("requirements.txt").write_text("pandas==2.2.0\n")
    Path("m").mkdir()
    Path("m/Dockerfile").write_text("FROM python:3.7\n")
    data = pickle.dumps(OrderedDict(), 5)
    Path("a.pkl").write_bytes(data)
    Path("m/a.pkl").write_bytes(data)
    told = json.loads(run("scan", ".", "--format", "json").out)
    found = [(f["location"]["path"], f["target"]) for f in told["findings"] if f["target"]]
    target = {"name": "python", "version": "3.7", "source": "m/Dockerfile:1", "range": None}
    assert found == [("m/a.pkl", target)]
    assert run("scan", "m", "--target", "python==3.11").code == 0


def test_both_ends_of_a_range_are_one_finding(run) -> None:
    Path("setup.cfg").write_text("[options]\npython_requires = >=3.6,<3.8\n")
    Path("a.pkl").write_bytes(pickle.dumps(OrderedDict(), 5))
    assert run("scan", "a.pkl").out.count("setup.cfg:2") == 1
    result = run("scan", "a.pkl", "--verbose")
    assert result.out.count("setup.cfg:2") == 1
    assert "python 3.6 (from setup.cfg:2, >=3.6,<3.8)" in result.out
    assert "so it is with python 3.7" in " ".join(result.out.split())


def test_worker_processes_get_the_targets_of_each_place(run) -> None:
    data = pickle.dumps(OrderedDict(), 5)
    for folder, version in (("a", "3.7"), ("b", "3.11")):
        Path(folder).mkdir()
        Path(folder, ".python-version").write_text(version)
        Path(folder, "m.pkl").write_bytes(data)
    told = json.loads(run("scan", ".", "--jobs", "2", "--format", "json").out)
    assert [f["target"]["source"] for f in told["findings"]] == ["a/.python-version:1"]


def test_requirements(run) -> None:
    shutil.copy(REAL / "xgboost.p4.pkl", "a.pkl")
    result = run("requirements", "a.pkl", "-o", "requirements.txt")
    assert (result.code, result.out) == (0, "")
    assert "xgboost==3.2.0  # written by, a.pkl\n" in Path("requirements.txt").read_text()
    checked = run("requirements", "a.pkl", "--check", "requirements.txt")
    assert (checked.code, checked.out) == (0, "requirements.txt has what the artifacts need.\n")
    Path("requirements.txt").write_text("xgboost==2.0.3\n")
    checked = run("requirements", "a.pkl", "--check", "requirements.txt")
    assert checked.code == 1
    assert checked.out.startswith("contradicts: xgboost==3.2.0")


def test_requirements_of_artifacts_that_contradict_each_other(run) -> None:
    shutil.copy(REAL / "svc.p4.pkl", "a.pkl")
    data = Path("a.pkl").read_bytes()
    Path("b.pkl").write_bytes(data.replace(b"1.9.1", b"1.8.0"))
    result = run("requirements", ".")
    assert result.code == 1
    assert "scikit-learn  # artifacts contradict each other" in result.out
    assert "no single release satisfies all artifacts: scikit-learn" in result.err


def test_what_could_not_be_read_is_told(run) -> None:
    Path("a.pkl").write_bytes(pickle.dumps([1])[:-1])
    assert "not read: a.pkl@" in run("requirements", "a.pkl").err


def test_a_misspelt_requirement_is_noted(run) -> None:
    Path("requirements.txt").write_text("scikit-lern==1.5.2\nnumpy==1.26.4\n")
    Path("a.pkl").write_bytes(pickle.dumps({"a": 1}))
    said = "requirements.txt:1: no package 'scikit-lern' is known; 'scikit-learn' is"
    assert f"note: {said}" in run("scan", "a.pkl").out
    assert f"skipped: {said}" in run("targets").out


def test_a_named_target_leaves_those_of_other_packages(run) -> None:
    shutil.copy(DEMO / "linear-regression.joblib", "a.joblib")
    Path("requirements.txt").write_text("scikit-learn==1.5.2\njoblib==1.4.2\nnumpy==2.1.3\n")
    told = json.loads(run("scan", ".", "--target", "joblib==1.3.2", "--format", "json").out)
    (artifact,) = told["artifacts"]
    judged = {one["target"]["name"]: one["target"]["version"] for one in artifact["loading"]}
    assert (judged["joblib"], judged["scikit-learn"]) == ("1.3.2", "1.5.2")
