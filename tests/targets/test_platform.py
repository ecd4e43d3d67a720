"""The operating system as a target: named, said by files, and Linux where nothing says it."""

from __future__ import annotations

import pickle
from pathlib import Path, PureWindowsPath

import pytest

import modelaudit
from modelaudit import Config, Target, UsageError
from modelaudit.targets.named import parse, resolve
from modelaudit.targets.surroundings import Surroundings

WINDOWS = b"\x80\x04cpathlib\nWindowsPath\n(X\x01\x00\x00\x00atR."
POSIX = WINDOWS.replace(b"WindowsPath", b"PosixPath")
PYTHON = Target("python", "3.12", "--target")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def said(*targets: Target) -> dict[str, list[tuple[str, str]]]:
    """Per artifact the platforms with their verdicts."""
    Path("windows.pkl").write_bytes(WINDOWS)
    Path("posix.pkl").write_bytes(POSIX)
    Path("pure.pkl").write_bytes(pickle.dumps(PureWindowsPath("a")))
    report = modelaudit.scan(["."], Config(), targets=targets)
    return {
        Path(one.path).stem: [
            (v.target.version, v.verdict) for v in one.loading if v.target.name == "platform"
        ]
        for one in report.artifacts
    }


def test_linux_is_meant_where_none_is_named() -> None:
    assert said(PYTHON) == {"windows": [("linux", "breaks-load")], "posix": [], "pure": []}
    assert said() == {"windows": [], "posix": [], "pure": []}


def test_a_platform_is_named() -> None:
    assert said(parse("platform==Windows")) == {
        "windows": [],
        "posix": [("windows", "breaks-load")],
        "pure": [],
    }
    assert resolve([], {"platform": "win32"}).targets == (
        Target("platform", "windows", "configuration"),
    )
    with pytest.raises(UsageError, match="valid are linux, windows, macos"):
        parse("platform==beos")


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"},
        {"Dockerfile": "FROM python:3.11-windowsservercore-1809\n"},
        {".github/workflows/a.yml": "jobs:\n  t:\n    runs-on: windows-2022\n"},
        {"conda-lock.yml": "package:\n- name: numpy\n  version: 1.26.4\n  platform: win-64\n"},
    ],
)
def test_files_say_it(files: dict[str, str]) -> None:
    write(files)
    found = Surroundings(["."], Config(), ()).targets_of("model.pkl")
    assert [t.version for t in found if t.name == "platform" and t.version] == ["windows"]


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM python:3.11\n"},
        {".github/workflows/a.yml": "runs-on: windows-2022\nb:\n  runs-on: [ubuntu-latest]\n"},
        {"requirements.txt": "platform==1.0\n"},
    ],
)
def test_files_that_do_not_say_it(files: dict[str, str]) -> None:
    write(files)
    found = Surroundings(["."], Config(), ()).targets_of("model.pkl")
    assert [t.version for t in found if t.name == "platform" and t.version == "windows"] == []
