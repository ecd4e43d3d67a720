"""Every kind of requirement file: what it asks for, on which line, and what is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelaudit.targets.collect import Reading, read
from modelaudit.targets.nearby import KINDS, kind_of
from modelaudit.targets.pins import Pin
from modelaudit.targets.readers import locks
from modelaudit.targets.readers.pythonversion import version

FILES = Path(__file__).parent / "files"
ADDRESS = "the address names no version"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are shown as seen from the working directory."""
    monkeypatch.chdir(FILES)


def pins(path: str) -> list[str]:
    """``name specifier; marker @file:line`` for each pin, ``?`` before what is optional."""
    return [
        ("? " if pin.optional else "")
        + f"{pin.name}{pin.specifier}"
        + (f"; {pin.marker}" if pin.marker else "")
        + f" @{pin.file.rpartition('/')[2]}:{pin.line}"
        for pin in reading(path).pins
    ]


def reading(path: str) -> Reading:
    found = read(str(FILES / path), None, str(FILES))
    assert not found.problems
    return found


def notes(path: str) -> list[str]:
    return [
        f"{note.file.rpartition('/')[2]}:{note.line}: {note.text}" for note in reading(path).notes
    ]


ON_LINUX = "sys_platform == 'linux' and platform_machine == 'x86_64'"
ON_MACS = "sys_platform == 'darwin' and platform_machine == 'arm64'"
EXPECTED = {
    "requirements/requirements.txt": [
        "scipy~=1.11.0 @requirements-base.txt:1",
        "xgboost<2.1 @constraints.txt:1",
        "numpy==1.26.4 @requirements.txt:5",
        "scikit-learn>=1.3,<1.6 @requirements.txt:8",
        'pandas==2.2.0; python_version >= "3.9" @requirements.txt:9',
        "torch==2.1.0+cu118 @requirements.txt:11",
    ],
    "pyproject/pyproject.toml": [
        "python>=3.10,<3.13 @pyproject.toml:6",
        "numpy>=1.24 @pyproject.toml:8",
        'scikit-learn==1.5.2; sys_platform == "linux" @pyproject.toml:9',
        "? xgboost>=2 @pyproject.toml:13",
        "? pytest @pyproject.toml:16",
        "? lightgbm==4.5.0 @pyproject.toml:17",
    ],
    "poetry/pyproject.toml": [
        "python>=3.9,<4 @pyproject.toml:5",
        "numpy>=1.24,<1.25 @pyproject.toml:6",
        "scikit-learn==1.3.*; python_version >= '3.9' @pyproject.toml:7",
        "pandas<=2.0; python_version < '3.9' @pyproject.toml:8",
        "pandas>=2.1,<3; python_version >= '3.9' @pyproject.toml:8",
        "scipy==1.11.4 @pyproject.toml:14",
        "? torch @pyproject.toml:18",
    ],
    "poetry/poetry.lock": [
        "python>=3.8,<4 @poetry.lock:30",
        "numpy==1.24.4 @poetry.lock:5",
        'pandas==2.0.3; python_version < "3.9" @poetry.lock:16',
    ],
    "uv/uv.lock": [
        "python>=3.9 @uv.lock:3",
        "numpy==2.0.2; (python_full_version < '3.10') @uv.lock:19",
        "numpy==2.2.1; (python_full_version >= '3.10') @uv.lock:30",
    ],
    "pdm/pdm.lock": [
        "python>=3.10 @pdm.lock:8",
        'joblib==1.4.2; python_version >= "3.8" @pdm.lock:12',
    ],
    "pylock/pylock.toml": ["python>=3.11 @pylock.toml:2", "torch==2.4.1 @pylock.toml:7"],
    "pipenv/Pipfile.lock": [
        "python==3.10 @Pipfile.lock:4",
        "numpy==1.26.4; python_version >= '3.9' @Pipfile.lock:7",
        "? torch==2.2.0 @Pipfile.lock:17",
    ],
    "conda/environment.yml": [
        "python>=3.9,<3.11 @environment.yml:4",
        "numpy==1.24.* @environment.yml:5",
        "scikit-learn==1.2.2 @environment.yml:6",
        "pandas==2.0.* @environment.yml:7",
        "torch==2.1.0 @environment.yml:8",
        "scipy>=1.9||<1.5 @environment.yml:9",
        "xgboost==1.7.6 @environment.yml:15",
    ],
    "mlflow/MLmodel": ["python==3.10.12 @MLmodel:8", "scikit-learn==1.2.2 @MLmodel:11"],
    "mlflow/python_env.yaml": [
        "python==3.10 @python_env.yaml:1",
        "mlflow==2.9.2 @requirements.txt:1",
        "scikit-learn==1.2.2 @requirements.txt:2",
    ],
    "mlflow/conda.yaml": [
        "python==3.10.12.* @conda.yaml:4",
        "mlflow==2.9.2 @conda.yaml:7",
        "numpy==1.26.2 @conda.yaml:8",
    ],
    "setuptools/setup.cfg": [
        "python>=3.8 @setup.cfg:5",
        "numpy>=1.20 @setup.cfg:7",
        'scikit-learn==1.0.2; python_version < "3.11" @setup.cfg:8',
        "? torch>=1.12 @setup.cfg:12",
    ],
    "pyenv/.python-version": ["python==3.11.4 @.python-version:2"],
    "pipfile/Pipfile": [
        "python==3.11 @Pipfile:11",
        "numpy==1.26.4 @Pipfile:2",
        "scikit-learn>=1.3,<1.6; sys_platform == 'linux' @Pipfile:3",
        "scipy @Pipfile:4",
        "? torch==2.4.0 @Pipfile:8",
    ],
    "pixi/pixi.toml": [
        "python==3.11.* @pixi.toml:2",
        "torch>=2.1,<2.2 @pixi.toml:3",
        "numpy==1.26.4 @pixi.toml:6",
        "? xgboost==2.0.* @pixi.toml:9",
    ],
    "setuppy/setup.py": [
        "python>=3.9 @setup.py:9",
        "numpy==1.26.4 @setup.py:4",
        "scipy>=1.11 @setup.py:5",
        "? torch==2.4.0 @setup.py:11",
    ],
    "runtime/runtime.txt": ["python==3.11.4 @runtime.txt:1"],
    "asdf/.tool-versions": ["python==3.12.1 @.tool-versions:2"],
    "compile/requirements.in": ["numpy>=1.26 @requirements.in:1"],
    "condalock/conda-lock.yml": [
        f"numpy==1.26.4; {ON_LINUX} @conda-lock.yml:21",
        f"numpy==1.26.3; {ON_MACS} @conda-lock.yml:33",
        "torch==2.1.2 @conda-lock.yml:38",
        "xgboost==2.0.3 @conda-lock.yml:42",
    ],
    "explicit/conda-linux-64.lock": [
        "python==3.11.8 @conda-linux-64.lock:4",
        "scikit-learn==1.4.1.post1 @conda-linux-64.lock:5",
        "joblib==1.3.2 @conda-linux-64.lock:6",
        "tzdata==2024a @conda-linux-64.lock:7",
    ],
    "pixilock/pixi.lock": [
        "python==3.12.2 @pixi.lock:10",
        f"numpy==1.26.4; {ON_LINUX} @pixi.lock:11",
        "numpy==1.26.3; sys_platform == 'win32' @pixi.lock:14",
        "lightgbm==4.3.0 @pixi.lock:12",
    ],
    "mise/mise.toml": ["python==3.11 @mise.toml:6", "python==3.12.1 @mise.toml:6"],
    "hatch/hatch.toml": [
        "? pytest @hatch.toml:4",
        "? python==3.11 @hatch.toml:2",
        "? lightgbm==4.3.0 @hatch.toml:8",
    ],
    "tools/pyproject.toml": [
        "scikit-learn>=1.3 @pyproject.toml:4",
        "numpy<2 @pyproject.toml:7",
        "python==3.11.* @pyproject.toml:14",
        "xgboost>=2,<3 @pyproject.toml:17",
        "? shap==0.44 @pyproject.toml:20",
        "? pytest>=8 @pyproject.toml:23",
    ],
    "docker/Dockerfile": [
        "python==3.11 @Dockerfile:4",
        "numpy==1.26.4 @Dockerfile:8",
        "scikit-learn>=1.3,<1.6 @Dockerfile:8",
        "pandas==2.2.0 @requirements.txt:1",
        "joblib==1.4.2 @Dockerfile:8",
        "scipy==1.11.4 @Dockerfile:12",
    ],
}


@pytest.mark.parametrize("path", EXPECTED)
def test_what_a_file_asks_for(path: str) -> None:
    assert sorted(pins(path)) == sorted(EXPECTED[path])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "requirements/requirements.txt",
            [
                "constraints.txt:2: there is no such file: 'https://packages.example/more.txt'",
                "requirements.txt:10: an editable install names no version: './mylib'",
                f"requirements.txt:12: {ADDRESS}: 'git+https://code.example/repo.git#egg=other'",
                f"requirements.txt:13: {ADDRESS}: 'https://packages.example/joblib.zip'",
            ],
        ),
        (
            "poetry/pyproject.toml",
            ["pyproject.toml:12: 'mylib' comes from an address without a version"],
        ),
        (
            "uv/uv.lock",
            ["uv.lock:9: 'churn' is part of the project or locked without a version"],
        ),
        (
            "pylock/pylock.toml",
            ["pylock.toml:12: 'mylib' is part of the project or locked without a version"],
        ),
        (
            "pipenv/Pipfile.lock",
            ["Pipfile.lock:12: 'mylib' comes from an address without a version"],
        ),
        (
            "conda/environment.yml",
            [
                "environment.yml:10: not a plain requirement: 'libblas[build=mkl]'",
                "environment.yml:11: the version of 'tzdata=2022a' is not one of Python packages",
                "environment.yml:12: models do not need '_openmp_mutex'",
                "environment.yml:13: models do not need 'pip'",
                "environment.yml:16: an editable install names no version: '.'",
            ],
        ),
        ("pipfile/Pipfile", ["Pipfile:5: 'mylib' comes from an address without a version"]),
        (
            "setuppy/setup.py",
            ["setup.py:11: an entry of extras_require is not literal and was not read"],
        ),
        ("docker/Dockerfile", ["Dockerfile:13: here-documents are not read"]),
        (
            "pyenv/.python-version",
            [".python-version:3: 'pypy3.10-7.3.12' is not a version of CPython"],
        ),
    ],
)
def test_what_is_skipped_is_noted(path: str, expected: list[str]) -> None:
    assert notes(path) == expected


def test_every_kind_has_a_file_here() -> None:
    read_here = {kind_of(path.name) for path in FILES.rglob("*") if path.is_file()}
    assert {kind.reader for kind in KINDS} == {kind.reader for kind in read_here if kind}
    assert set(EXPECTED) >= {
        path.relative_to(FILES).as_posix()
        for path in FILES.rglob("*")
        if kind_of(path.name) and path.name != "requirements-base.txt"
    } - {"mlflow/requirements.txt", "docker/requirements.txt"}


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("requirements-dev.txt", "requirements"),
        ("Dockerfile.gpu", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        ("pylock.dev.toml", "locks"),
        ("requirements.md", None),
        ("my-requirements.txt", "requirements"),
        ("conda-lock.yml", "condalocks"),
    ],
)
def test_names(name: str, reader: str | None) -> None:
    kind = kind_of(name)
    assert (kind and kind.reader) == reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "==3"), ("3.11", "==3.11"), ("3.11.4", "==3.11.4"), ("python-3.9.1", "==3.9.1"),
        ("3.12-dev", "==3.12"), ("3.11.x", "==3.11"), ("system", None), ("11", None),
    ],
)  # fmt: skip
def test_versions_of_python(text: str, expected: str | None) -> None:
    found = version(text, "f", 1)
    assert (found.specifier if isinstance(found, Pin) else None) == expected


def test_forks_that_extras_choose_are_alternatives() -> None:
    entries = [
        ("2.6.0+cpu", "sys_platform == 'linux' and extra == 'extra-6-scorer-cpu'"),
        ("2.6.0", "sys_platform == 'linux' and extra != 'extra-6-scorer-cpu'"),
    ]
    lock = "".join(
        f'[[package]]\nname = "torch"\nversion = "{n}"\nresolution-markers = [\n    "{m}",\n]\n'
        for n, m in entries
    )
    found = [item for item in locks.read(lock, "uv.lock") if isinstance(item, Pin)]
    assert [(pin.specifier, pin.marker) for pin in found] == [
        ("==2.6.0+cpu", "(sys_platform == 'linux')"), ("==2.6.0", "(sys_platform == 'linux')"),
    ]  # fmt: skip
