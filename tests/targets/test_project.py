"""Which file decides, what a range stands for, markers, sets of files, and what is refused."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

import modelaudit
from modelaudit import Config, Target, UsageError
from modelaudit.targets.collect import MOST_BYTES, read
from modelaudit.targets.surroundings import Surroundings
from modelaudit.targets.versions import releases


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(
    path: str = "model.pkl", *fixed: Target, config: Config | None = None, scanned: str = "."
) -> list[str]:
    """``name version @source`` for each target of a path that a line asks for itself."""
    every = with_implied(path, *fixed, config=config, scanned=scanned)
    return [text for text in every if ", with " not in text and ", for " not in text]


def with_implied(
    path: str = "model.pkl", *fixed: Target, config: Config | None = None, scanned: str = "."
) -> list[str]:
    """``name version @source`` for each target of a path."""
    where = Surroundings([scanned], config or Config(), fixed)
    return [f"{target} @{target.source}" for target in where.targets_of(path) if target.version]


def test_a_spelling_in_a_file_gets_the_name_of_the_package() -> None:
    write({"requirements.txt": "sklearn==1.5.2\nmylib==1.0\n"})
    assert found() == ["mylib 1.0 @requirements.txt:2", "scikit-learn 1.5.2 @requirements.txt:1"]
    aliases = read("requirements.txt", None, "").aliases
    assert [(note.line, note.text) for note in aliases] == [
        (1, "sklearn is judged as scikit-learn")
    ]


def test_a_library_is_not_taken_for_python() -> None:
    write({"requirements.txt": "py==1.11.0\n"})
    assert found() == ["py 1.11.0 @requirements.txt:1"]


def test_a_version_of_a_placeholder_is_not_one_of_the_package() -> None:
    write({"requirements.txt": "sklearn==0.0\n"})
    assert [pin.specifier for pin in read("requirements.txt", None, "").pins] == [""]


def test_a_build_has_the_releases_of_its_package() -> None:
    write({"requirements.txt": "tensorflow-cpu>=2.14,<2.15\n"})
    assert found()[0].startswith("tensorflow-cpu 2.14")
    assert found("model.pkl", Target("tensorflow", "2.15.0", ""))[0] == "tensorflow 2.15.0 @"


def test_without_files_there_is_none() -> None:
    assert found() == []


def test_the_nearest_file_decides() -> None:
    write(
        {"requirements.txt": "numpy==1.26.4\nscipy==1.11.4\n", "m/requirements.txt": "numpy==2.0.0"}
    )
    assert found("m/a.pkl") == [
        "numpy 2.0.0 @m/requirements.txt:1",
        "scipy 1.11.4 @requirements.txt:2",
    ]


def test_a_lock_file_comes_before_a_range() -> None:
    lock = '[[package]]\nname = "numpy"\nversion = "1.26.4"\n'
    write({"uv.lock": lock, "pyproject.toml": '[project]\ndependencies = ["numpy>=1.24"]\n'})
    assert found() == ["numpy 1.26.4 @uv.lock:3"]
    write({"m/requirements.txt": "numpy>=1.25\n"})
    assert found("m/a.pkl") == ["numpy 1.26.4 @uv.lock:3"]
    write({"n/requirements.txt": "numpy>=2,<2.0.2\n"})
    assert found("n/a.pkl") == [
        "numpy 2.0.0 @n/requirements.txt:1",
        "numpy 2.0.1 @n/requirements.txt:1",
    ]


def test_what_is_named_comes_before_files() -> None:
    write({"requirements.txt": "numpy==1.26.4\ntorch==2.4.0\n"})
    option = Target("numpy", "2.0.0", "--target")
    assert found("a.pkl", option) == ["numpy 2.0.0 @--target", "torch 2.4.0 @requirements.txt:2"]


def test_what_wrote_a_model_counts_last() -> None:
    flavor = "flavors:\n  sklearn:\n    sklearn_version: 1.2.2\n"
    write({"m/MLmodel": flavor})
    assert found("m/model.pkl") == ["scikit-learn 1.2.2 @m/MLmodel:3"]
    write({"requirements.txt": "scikit-learn==1.5.2\n"})
    assert found("m/model.pkl") == ["scikit-learn 1.5.2 @requirements.txt:1"]


def test_a_range_stands_for_its_two_ends() -> None:
    newest = releases("torch")[-1]
    write({"requirements.txt": "torch>=2.1.1,!=2.1.2\n"})
    where = Surroundings(["."], Config(), ())
    targets = tuple(t for t in where.targets_of("a.pkl") if t.name == "torch" and t.version)
    assert targets == (
        Target("torch", "2.1.1", "requirements.txt:1", ">=2.1.1,!=2.1.2", also=True),
        Target("torch", newest, "requirements.txt:1", ">=2.1.1,!=2.1.2"),
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("numpy==1.26.*", ["1.26.0", "1.26.4"]),
        ("numpy~=1.26.2", ["1.26.2", "1.26.4"]),
        ("numpy<1.26.1,>=1.26", ["1.26.0"]),
        ("numpy==2.0.0rc1", ["2.0.0rc1"]),
        ("numpy>=9999.1", ["9999.1"]),
        ("numpy<0.1", []),
        ("scikit-learn===1.5.2", ["1.5.2"]),
        ("torch==2.1.0+cu118", ["2.1.0"]),
        ("no-such-package>=1", ["1"]),
        ("no-such-package", []),
    ],
)
def test_ends(asked: str, expected: list[str]) -> None:
    write({"requirements.txt": asked})
    assert [text.split(" ")[1] for text in found()] == expected


def test_requirements_of_one_name_hold_together() -> None:
    write({"requirements.txt": "-c c.txt\nnumpy>=1.24\n", "c.txt": "numpy<1.25\n"})
    assert found() == [
        "numpy 1.24.0 @requirements.txt:2",
        "numpy 1.24.4 @requirements.txt:2",
    ]


def test_python_goes_by_minor_versions() -> None:
    write({"pyproject.toml": '[project]\nrequires-python = ">=3.9.2,<3.12"\n'})
    minors = ("3.9", "3.10", "3.11")
    assert found() == [f"python {minor} @pyproject.toml:2" for minor in minors]
    write({"Dockerfile": "FROM python:3.10-slim\n"})
    assert found() == ["python 3.10 @Dockerfile:1"]


def test_markers_hold_for_the_target_python_and_linux() -> None:
    lines = (
        'numpy==1.24.4; python_version < "3.9"\nnumpy==2.0.2; python_version >= "3.9"\n'
        'torch==2.4.0; sys_platform == "win32"\njoblib==1.4.2; sys_platform == "linux"\n'
    )
    write({"requirements.txt": lines})
    assert found("a.pkl", Target("python", "3.8", "--target"))[1:] == [
        "joblib 1.4.2 @requirements.txt:4",
        "numpy 1.24.4 @requirements.txt:1",
    ]
    newest = ["joblib 1.4.2 @requirements.txt:4", "numpy 2.0.2 @requirements.txt:2"]
    assert found() == newest
    write({".python-version": "3.12.1\n"})
    assert found()[1:] == newest


def test_files_include_each_other_without_end() -> None:
    write({"requirements.txt": "-r a.txt\n", "a.txt": "-r requirements.txt\nnumpy==1.26.4\n"})
    assert found() == ["numpy 1.26.4 @a.txt:2"]


def test_nothing_above_the_repository_is_read() -> None:
    write({"requirements.txt": "numpy==1.26.4\n", "repo/.git/HEAD": "", "repo/m/a.pkl": ""})
    os.chdir("repo")
    assert found("m/a.pkl") == []
    write({"requirements.txt": "torch==2.4.0\n"})
    assert found("m/a.pkl") == ["torch 2.4.0 @requirements.txt:1"]


def test_a_clone_inside_the_project_does_not_hide_the_project() -> None:
    write({".git/HEAD": "", "requirements.txt": "numpy==1.26.4\n", "m/.git/HEAD": ""})
    assert found("m/a.pkl") == ["numpy 1.26.4 @requirements.txt:1"]


def test_what_is_installed_is_no_part_of_the_project() -> None:
    data = ".venv/lib/python3.11/site-packages/numpy/tests/a.pkl"
    write({".git/HEAD": "", "requirements.txt": "numpy==1.26.4\n", data: ""})
    assert found(data) == []


def test_outside_a_repository_what_lies_above_counts_only_where_it_was_named(
    tmp_path: Path,
) -> None:
    write({"x/requirements.txt": "numpy==1.26.4\n", "x/y/z/a.pkl": "", "here/b": ""})
    os.chdir("here")
    artifact = str(tmp_path / "x" / "y" / "z" / "a.pkl")
    assert found(artifact, scanned=artifact) == []
    assert found(artifact, scanned=str(tmp_path / "x" / "y")) == []
    assert len(found(artifact, scanned=str(tmp_path / "x"))) == 1


def test_requirements_off() -> None:
    write({"requirements.txt": "numpy==1.26.4\n"})
    assert found(config=Config(targets={"requirements": "off"})) == []
    assert found(config=Config(targets={"requirements": False})) == []


def test_named_files_and_sets_of_files() -> None:
    write(
        {
            "requirements.txt": "torch==2.4.0\n",
            "a.txt": "numpy==1.26.4\n",
            "b.txt": "numpy==2.0.0\n",
        }
    )
    named = Config(targets={"requirements": ["a.txt"]})
    assert found(config=named) == ["numpy 1.26.4 @a.txt:1"]
    sets = Config(targets={"requirements": {"prod": ["a.txt"], "edge": ["b.txt"]}})
    assert found(config=sets) == ["numpy 1.26.4 @prod: a.txt:1", "numpy 2.0.0 @edge: b.txt:1"]
    with pytest.raises(UsageError, match=r"targets.requirements: there is no file c.txt"):
        found(config=Config(targets={"requirements": ["c.txt"]}))


# What is broken, and what is hostile.

BROKEN = {
    "requirements.txt": ("numpy==1.0\nscikit-learn=1.5\n", 2, "'scikit-learn=1.5' is not a req"),
    "pyproject.toml": ('[project]\nname = "a"\ndependencies = [\n', 3, "not valid TOML"),
    "uv.lock": ('[[package]]\nname = "a"\nversion = "1"\n<<<<<<< HEAD\n', 4, "not valid TOML"),
    "poetry.lock": ('[[package]]\nname = "a"\nversion = "one"\n', 3, "'one' is not a version"),
    "pdm.lock": ('[[package]]\nversion = "1"\n', 1, "the package has no valid name"),
    "pylock.toml": ("nonsense\n", 1, "not valid TOML"),
    "Pipfile.lock": ('{\n "default": {\n', 3, "not valid JSON"),
    "environment.yml": ("dependencies:\n  - numpy=1.0\n  - =1.2\n", 3, "not a requirement of"),
    "conda.yaml": ("dependencies:\n  - pip: [numpy]\n  a: b\n", 3, "not valid YAML"),
    "python_env.yaml": ("python: three\n", 1, "'three' is not a version"),
    "MLmodel": ("a: [\n", 2, "not valid YAML"),
    "setup.cfg": ("[options]\ninstall_requires =\n    numpy=1\n", 3, "'numpy=1' is not a requ"),
    "requirements-dev.txt": ("-r\n", 1, "-r names no file"),
    "Dockerfile": ("#" * 200_000, 1, "larger than 128 KiB"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_a_finding_with_its_line(name: str) -> None:
    text, line, message = BROKEN[name]
    write({name: text})
    for artifact in ("a.pkl", "b.pkl", "m/c.pkl"):
        Path(artifact).parent.mkdir(exist_ok=True)
        Path(artifact).write_bytes(pickle.dumps([1]))
    report = modelaudit.scan(["."])
    assert len(report.artifacts) == 3
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("TGT301", "medium")
    assert (finding.where.path, finding.where.line) == (name, line)
    assert message in finding.message


def test_sections_and_options_of_setup_cfg() -> None:
    for text, line in (
        ("nothing\n", 1),
        ("[a]\n[a]\n", 2),
        ("[a]\nb=1\nc\n", 3),
        ("[a]\nb=1\nb=2\n", 3),
    ):
        Path("setup.cfg").write_text(text)
        assert problems("setup.cfg")[0].startswith(f"{line}: not a configuration")


def problems(name: str) -> list[str]:
    return [
        f"{note.line}: {note.text}"
        for note in read(str(Path.cwd() / name), None, str(Path.cwd())).problems
    ]


def test_what_is_no_text_is_a_problem() -> None:
    Path("requirements.txt").write_bytes(b"numpy\n\xff\xfe\xfa\n")
    assert problems("requirements.txt") == ["2: not UTF-8 text"]


@pytest.mark.parametrize("line", ["-r base.txt", "-c limits/all.txt"])
def test_an_include_that_is_not_there_is_a_problem(line: str) -> None:
    write({"requirements.txt": f"numpy==1.26.4\n{line}\n", "a.in": f"{line}\n"})
    assert problems("requirements.txt") == [f"2: there is no such file: {line[3:]!r}"]
    assert found() == ["numpy 1.26.4 @requirements.txt:1"]
    assert not problems("a.in")


@pytest.mark.parametrize("name", ["https://packages.example/base.txt", "${BASE}/base.txt"])
def test_an_include_from_elsewhere_is_only_noted(name: str) -> None:
    write({"requirements.txt": f"-r {name}\n"})
    assert not problems("requirements.txt")
    assert read("requirements.txt", None, "").notes[0].text.startswith("there is no such file")


def test_byte_order_marks_are_heeded() -> None:
    Path("requirements.txt").write_bytes("\ufeffnumpy==1.26.4\r\n".encode("utf-16-le"))
    assert found() == ["numpy 1.26.4 @requirements.txt:1"]


def test_a_second_byte_order_mark_is_dropped() -> None:
    Path("requirements.txt").write_bytes("\ufeff\ufeffnumpy==1.26.4\r\n".encode("utf-16-le"))
    assert [pin.specifier for pin in read("requirements.txt", None, "").pins] == ["==1.26.4"]


def test_the_base_of_a_folder_of_requirements_is_read() -> None:
    write({"requirements/base.txt": "numpy==1.26.4\n", "requirements/dev.txt": "scipy==1.11.4\n"})
    assert "numpy 1.26.4 @requirements/base.txt:1" in found("m/a.pkl", scanned=".")
    assert not any(entry.startswith("scipy 1.11.4 ") for entry in found("m/a.pkl", scanned="."))
    write({"requirements.txt": "numpy==2.0.0\n"})
    assert "numpy 2.0.0 @requirements.txt:1" in found("m/a.pkl", scanned=".")


def test_a_local_part_limits_no_caret() -> None:
    write({"pyproject.toml": '[tool.poetry.dependencies]\ntensorflow = "^2.12.0+cpu"\n'})
    assert [pin.specifier for pin in read("pyproject.toml", None, "").pins] == [">=2.12.0,<3"]


def test_a_huge_file_is_not_read() -> None:
    with Path("requirements.txt").open("wb") as handle:
        handle.truncate(MOST_BYTES + 1)
    assert problems("requirements.txt") == ["1: larger than 1 MiB"]


def test_what_is_no_file_is_not_opened() -> None:
    os.mkfifo("requirements.txt")
    assert problems("requirements.txt") == ["1: not a regular file"]


def test_aliases_of_yaml_are_refused() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\ndependencies: [*b, *b]\n"
    write({"environment.yml": bomb})
    assert problems("environment.yml") == ["1: anchors are not allowed"]


def test_deep_nesting_is_refused() -> None:
    write({"uv.lock": "a = " + "[" * 100_000, "Pipfile.lock": "[" * 100_000})
    assert problems("uv.lock")[0].startswith("1: not valid TOML")
    assert problems("Pipfile.lock")[0].startswith("1: not valid JSON")


def test_nothing_outside_of_the_project_is_read(tmp_path: Path) -> None:
    write({"secret.txt": "password\n", "project/.git/HEAD": ""})
    os.chdir("project")
    Path("requirements.txt").symlink_to(tmp_path / "secret.txt")
    write({"requirements-dev.txt": "-r ../secret.txt\n"})
    where = Surroundings(["."], Config(), ())
    assert where.targets_of("a.pkl") == ()
    assert where.problems() == []
    texts = {note.text for entry in where.resolutions() for note in entry.notes}
    assert texts == {"it lies outside the project and is not read"}


def test_a_tensorflow_brings_its_keras() -> None:
    write({"requirements.txt": "tensorflow-cpu==2.15.1\n"})
    assert "keras 2.15.0 @requirements.txt:1, with tensorflow-cpu 2.15.1" in with_implied()
    write({"requirements.txt": "tensorflow==2.15.1\nkeras==2.15.0\n"})
    assert found() == ["keras 2.15.0 @requirements.txt:2", "tensorflow 2.15.1 @requirements.txt:1"]


def test_files_that_exclude_each_other_are_no_conflict() -> None:
    write(
        {
            "requirements.txt": "pandas==2.1.0\nscikit-learn==1.3.2\n",
            "requirements-old.txt": "numpy==1.20.3\n",
        }
    )
    where = Surroundings(["."], Config(), ())
    where.targets_of("a.pkl")
    assert where.problems() == []
    assert "scikit-learn 1.3.2 @requirements.txt:2" in with_implied()


def test_what_comes_along_is_a_target() -> None:
    write({"requirements.txt": "scikit-learn==1.3.2\n", ".python-version": "3.9"})
    assert "numpy 1.26.4 @requirements.txt:1, with scikit-learn 1.3.2" in with_implied()
    assert "scipy 1.13.1 @requirements.txt:1, with scikit-learn 1.3.2" in with_implied()


def test_a_python_that_is_named_limits_releases() -> None:
    write({"requirements.txt": "pandas\n", "Dockerfile": "FROM python:3.9-slim\n"})
    assert found() == ["python 3.9 @Dockerfile:1", "pandas 2.3.3 @requirements.txt:1"]


def test_what_is_pinned_limits_the_python() -> None:
    write({"requirements.txt": "scikit-learn==1.2.2\nnumpy<2\n"})
    pythons = [text.partition(" @")[0] for text in with_implied() if text.startswith("python")]
    assert pythons == ["python 3.8", "python 3.9", "python 3.10", "python 3.11"]


def test_what_a_named_target_excludes_is_no_conflict() -> None:
    write({"requirements.txt": "pandas==2.1.0\n"})
    where = Surroundings(["."], Config(), [Target("numpy", "1.20.3", "--target")])
    where.targets_of("a.pkl")
    assert where.problems() == []


def test_conda_has_the_numpy_that_its_packages_were_built_for() -> None:
    lines = "dependencies:\n  - python=3.10\n  - scikit-learn=1.2.2\n"
    write({"environment.yml": lines})
    assert "numpy 1.26.4 @environment.yml:3, with scikit-learn 1.2.2" in with_implied()


def test_forks_of_a_lock_are_not_mixed() -> None:
    entry = '[[package]]\nname = "{}"\nversion = "{}"\nmarkers = "python_version {}"\n'
    forks = (("1.24.4", "< '3.9'"), ("2.2.6", ">= '3.9'"))
    write({"poetry.lock": "".join(entry.format("numpy", *fork) for fork in forks)})
    assert [text for text in found() if "numpy" in text] == ["numpy 2.2.6 @poetry.lock:7"]


SCRIPT = """#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "scikit-learn==1.5.2",
#   "rich",
# ]
# ///
import sklearn
"""
WORKFLOW = """name: tests
on: [push]
jobs:
  test:
    strategy:
      matrix:
        python-version: ["3.10", "3.11"]
    steps:
      - uses: actions/setup-python@v5
        with:
          python-version: ${{ matrix.python-version }}
      - run: |
          python -m pip install --upgrade pip
          pip install "numpy==1.26.4" -r requirements.txt
"""


def test_the_header_of_a_script_counts() -> None:
    write({"predict.py": SCRIPT, "other.py": "import numpy\n"})
    assert "scikit-learn 1.5.2 @predict.py:5" in found()
    write({"requirements.txt": "scikit-learn==1.4.2\n"})
    assert "scikit-learn 1.4.2 @requirements.txt:1" in found()


@pytest.mark.parametrize("header", ["x = [", 'dependencies = ["a b"]', "requires-python = 'x'"])
def test_a_header_that_is_wrong_is_only_noted(header: str) -> None:
    write({"predict.py": f"# /// script\n# {header}\n# ///\n"})
    where = Surroundings(["."], Config(), ())
    assert list(where.targets_of("model.pkl")) == []
    assert where.problems() == []
    assert [len(one.notes) for one in where.resolutions()] == [1]


def test_a_workflow_counts_where_nothing_else_does() -> None:
    write({".github/workflows/tests.yml": WORKFLOW})
    assert found() == [
        "python 3.10 @.github/workflows/tests.yml:7",
        "python 3.11 @.github/workflows/tests.yml:7",
        "numpy 1.26.4 @.github/workflows/tests.yml:14",
    ]
    write({".github/workflows/tests.yml": WORKFLOW.replace('["3.10", "3.11"]', "'3.11'")})
    assert "python 3.11 @.github/workflows/tests.yml:7" in found()
    write({"requirements.txt": "numpy==2.0.0\n", ".python-version": "3.12\n"})
    assert found() == [
        "python 3.12 @.python-version:1",
        "numpy 2.0.0 @requirements.txt:1",
    ]


def test_a_misspelt_name_is_noted() -> None:
    write({"requirements.txt": "scikit-lern==1.5.2\ninhouse==1\n"})
    where = Surroundings(["."], Config(), ())
    where.targets_of("model.pkl")
    notes = [(note.line, note.text) for note in where.resolutions()[0].notes]
    assert (1, "no package 'scikit-lern' is known; 'scikit-learn' is") in notes
