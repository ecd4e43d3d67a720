"""Targets out of options and configuration, and out of what is installed."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.file import ConfigError, load
from modelaudit.config.model import Config
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Target
from modelaudit.targets.environment import environment
from modelaudit.targets.named import from_options, parse, resolve


def test_an_option_is_a_name_and_a_version() -> None:
    assert parse("Scikit_Learn==1.5.2") == Target("scikit-learn", "1.5.2", "--target")


@pytest.mark.parametrize("text", ["torch", "==1.0", "torch>=2", "torch==", "torch==two", ""])
def test_what_is_no_option_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"--target {text}"):
        parse(text)


def test_an_option_takes_precedence_over_the_configuration() -> None:
    named = resolve(
        [parse("torch==2.6")], {"Torch": "2.5", "python": "==3.11", "requirements": "off"}
    )
    assert [str(target) for target in named.targets] == ["torch 2.6", "python 3.11"]
    with pytest.raises(UsageError, match=r"targets\.python: 'x' is not a version"):
        resolve([], {"python": "x"})


def test_an_option_about_a_build_replaces_the_package() -> None:
    named = resolve([parse("onnxruntime-gpu==1.18")], {"onnxruntime": "1.17"})
    assert [str(target) for target in named.targets] == ["onnxruntime-gpu 1.18"]


def test_a_spelling_gets_the_name_of_the_package_and_is_said() -> None:
    named = resolve([parse("sklearn==0.24.2")], {"pytorch": "2.6", "tensorflow-cpu": "2.15.1"})
    assert [str(target) for target in named.targets] == [
        *("scikit-learn 0.24.2", "torch 2.6", "tensorflow-cpu 2.15.1")
    ]
    assert named.notes == ("sklearn is judged as scikit-learn", "pytorch is judged as torch")


@pytest.mark.parametrize("text", ["numpy==9", "tensorflow==99", "transformers==4.40"])
def test_a_version_that_no_table_has_is_a_target(text: str) -> None:
    assert len(resolve([parse(text)], {}).targets) >= 1


def test_a_name_that_nothing_knows_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--target nunpy==1\.0: .*did you mean 'numpy'\?"):
        resolve([parse("nunpy==1.0")], {})
    with pytest.raises(UsageError, match=r"targets\.nunpy: .*did you mean 'numpy'\?"):
        resolve([], {"nunpy": "1.0"})


def test_a_name_in_a_configuration_that_nothing_knows_is_refused_with_its_line(
    tmp_path: Path,
) -> None:
    file = tmp_path / "modelaudit.yaml"
    file.write_text("version: 1\ntargets:\n  nunpy: '1.0'\n")
    with pytest.raises(ConfigError, match=r"modelaudit\.yaml:3:.*did you mean 'numpy'\?"):
        load(file)
    file.write_text("version: 1\ntargets:\n  sklearn: '1.0'\n")
    assert load(file).targets == {"sklearn": "1.0"}


def test_rules_of_a_pack_may_be_about_any_package(tmp_path: Path) -> None:
    rule = Path(__file__).parents[2] / "rules" / "pickle" / "PKL201.yaml"
    text = rule.read_text().replace("id: PKL201", "id: OWN201")
    pack = tmp_path / "rules"
    pack.mkdir()
    (pack / "OWN201.yaml").write_text(text.replace("against: python", "against: mylib"))
    config = tmp_path / "modelaudit.yaml"
    config.write_text("targets:\n  mylib: '1.0'\npacks: [rules]\n")
    loaded = load(config)
    named = resolve([], loaded.targets, loaded.packs)
    assert [str(target) for target in named.targets] == ["mylib 1.0"]
    with pytest.raises(UsageError, match="mylib"):
        resolve([], loaded.targets)


def test_a_scan_says_which_alias_it_took(tmp_path: Path) -> None:
    report = modelaudit.scan([tmp_path], Config(), targets=[parse("sklearn==1.5.2")])
    assert report.notes == ("sklearn is judged as scikit-learn",)


def test_environment_stands_for_what_is_installed() -> None:
    found = {target.name: target for target in from_options(["environment", "torch==2.6"])}
    assert found["python"] == Target("python", platform.python_version(), "environment")
    assert found["torch"].source == "--target"
    *there, last = environment(["pytest", "no-such-distribution"])
    assert last == Target("no-such-distribution", "", "environment", installed=False)
    (pytest_,) = [target for target in there if target.name == "pytest"]
    assert (pytest_.version, pytest_.source) == (version("pytest"), "environment")
    assert "pytest" in pytest_.modules


INHOUSE = b"\x80\x04cinhouse.scoring\nScorer\n)\x81."


def test_an_installed_package_without_a_table_is_judged_by_its_files(tmp_path: Path) -> None:
    python = _python(tmp_path)
    place = tmp_path / "lib/python3.10/site-packages"
    told = {
        "inhouse-2.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: inhouse\nVersion: 2.1\n",
        "inhouse-2.1.dist-info/RECORD": "inhouse/__init__.py,,\ninhouse/scoring.py,,\n",
        "inhouse/__init__.py": "",
        "inhouse/scoring.py": "class Scorer: ...\n",
    }
    for name, text in told.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text)
    models = tmp_path / "models"
    models.mkdir()
    (models / "a.pkl").write_bytes(INHOUSE)
    (models / "b.pkl").write_bytes(INHOUSE.replace(b"Scorer", b"Ranker"))
    targets = from_options([f"environment={python}"])
    report = modelaudit.scan([models], Config(), targets=targets)
    verdicts = [
        {v.target.name: v.verdict for v in artifact.loading}["inhouse"]
        for artifact in report.artifacts
    ]
    assert verdicts == ["loads", "breaks-load"]
    assert [f.subject for f in report.findings if f.rule == "TGT206"] == ["inhouse.scoring.Ranker"]


def _python(root: Path, library: str = "lib/python3.10/site-packages") -> Path:
    folder = root / library / "numpy-1.26.4.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.26.4\n")
    (root / "bin").mkdir(exist_ok=True)
    (root / "bin" / "python3.10").write_text("")
    return root / "bin" / "python3.10"


def test_another_python_is_a_target_and_is_not_run(tmp_path: Path) -> None:
    python = _python(tmp_path)
    found = {target.name: target for target in from_options([f"environment={python}"])}
    assert (found["numpy"].version, found["numpy"].source) == ("1.26.4", f"environment={python}")
    assert found["python"].version == "3.10"
    assert not found["torch"].installed
    (tmp_path / "pyvenv.cfg").write_text("home = /nowhere/bin\nversion = 3.10.4\n")
    found = {target.name: target for target in from_options([f"environment={tmp_path}"])}
    assert found["python"].version == "3.10.4"


def test_packages_of_debian_are_found(tmp_path: Path) -> None:
    python = _python(tmp_path, "lib/python3/dist-packages")
    found = {target.name: target.version for target in from_options([f"environment={python}"])}
    assert (found["python"], found["numpy"]) == ("3.10", "1.26.4")


def test_where_no_python_is_nothing_is_judged(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        from_options([f"environment={tmp_path / 'none'}"])
    with pytest.raises(UsageError, match="no site-packages"):
        from_options([f"environment={tmp_path}"])
