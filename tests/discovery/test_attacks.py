"""What a directory holds that is no file ends no run, is not waited for, and hides nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import modelaudit
from modelaudit import Report
from modelaudit.config.model import Config
from modelaudit.core import paths
from modelaudit.discovery import discover as discovery
from modelaudit.discovery.discover import Found, discover
from modelaudit.discovery.exclude import Exclusion
from modelaudit.engine import inspect_artifact

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")

PAYLOAD = b"cos\nsystem\n(Vecho modelaudit-marker\ntR."
NAMES = (
    "a.pkl", "a.onnx", "a.h5", "a.dvc", "dvc.lock", "requirements.txt", "pyproject.toml",
    "modelaudit.yaml", ".gitignore", ".git", ".dvc", "MLmodel", "conda.yaml", "saved_model.pb",
    "keras_metadata.pb", "variables", "config.json", "model.safetensors.index.json", "setup.py",
    "Pipfile.lock", "os.py", "numpy.py", "Dockerfile", ".python-version", "config.pbtxt",
)  # fmt: skip
"""Names of which each is opened by another reader."""


def bound(place: Path) -> None:
    # A socket's path has some hundred bytes at most; a relative one is short.
    before = Path.cwd()
    os.chdir(place.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(before)


MAKERS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "socket": bound,
    "device": lambda place: place.symlink_to("/dev/zero"),
    "directory": Path.mkdir,
    "loop": lambda place: place.symlink_to(place.name),
    "dangling": lambda place: place.symlink_to("gone"),
    "too-long": lambda place: place.symlink_to("n" * 300),
}


def scan(place: Path) -> Report:
    """The report of a directory, in which the payload is found."""
    (place / "witness.pkl").write_bytes(PAYLOAD)
    report = modelaudit.scan(place, config=Config())
    rules = {f.rule for f in report.findings if Path(f.where.path).name == "witness.pkl"}
    assert "PKL101" in rules
    return report


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_no_file_under_the_names_of_files(kind: str, tmp_path: Path) -> None:
    for name in NAMES:
        MAKERS[kind](tmp_path / name)
    report = scan(tmp_path)
    about = {Path(artifact.path).name for artifact in report.artifacts}
    # All links to one device are one file, which is looked at once.
    assert {"a.pkl", "a.onnx", "a.h5"} <= about or kind == "device"
    assert all(artifact.safety != "safe" for artifact in report.artifacts)


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_no_file_inside_a_folder_that_is_an_artifact(kind: str, tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "variables").mkdir(parents=True)
    (model / "saved_model.pb").write_bytes(b"\x08\x01")
    for name in ("variables/variables.index", "assets", "assets.extra", "fingerprint.pb"):
        MAKERS[kind](model / name)
    assert [a for a in scan(tmp_path).artifacts if a.format == "savedmodel"]


@pytest.mark.parametrize("kind", MAKERS)
def test_gitignore_and_configuration(kind: str, tmp_path: Path) -> None:
    from modelaudit.config.file import discover as configuration

    for name in (".git", ".gitignore", "modelaudit.yaml", "pyproject.toml"):
        MAKERS[kind](tmp_path / name)
    assert configuration(tmp_path) is None
    assert not Exclusion(str(tmp_path), gitignore=True).artifact(str(tmp_path / "a.pkl"))


def deep(place: Path, levels: int) -> Iterator[int]:
    """Directories in one another, each by its number as a place to write to."""
    at = os.open(place, os.O_RDONLY)
    try:
        for number in range(levels):
            os.mkdir("deep", dir_fd=at)
            below = os.open("deep", os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
            yield at if number in {5, 700, levels - 1} else -1
    finally:
        os.close(at)


def test_a_tree_deeper_than_any_path_may_be(tmp_path: Path) -> None:
    for at in deep(tmp_path, 2_000):
        if at >= 0:
            file = os.open("a.pkl", os.O_WRONLY | os.O_CREAT, dir_fd=at)
            os.write(file, PAYLOAD)
            os.close(file)
    try:
        report = scan(tmp_path)
    finally:  # pytest would look for an end of it by recursion
        subprocess.run(["rm", "-rf", tmp_path / "deep"], check=True)
    assert sum(f.rule == "PKL101" for f in report.findings) >= 3
    assert any("cannot be listed" in f.message for f in report.findings)


def test_links_that_lead_back(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "up").symlink_to("..")
    (tmp_path / "in" / "self").symlink_to(".")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    report = scan(tmp_path)
    assert {Path(skipped.path).name for skipped in report.skipped} == {"up", "self"}


def test_names_that_are_no_text(tmp_path: Path) -> None:
    names = [b"\xff\xfe.pkl", b"a\nb.pkl", b"\x1b[31m.pkl", b"-rf.pkl", b"a" * 250 + b".pkl"]
    for name in names:
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(PAYLOAD)
    report = scan(tmp_path)
    found = {f.where.path for f in report.findings if f.rule == "PKL101"}
    assert len(found) == len(names) + 1
    assert report.to_json()


def test_a_file_that_is_gone_when_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pkl").write_bytes(PAYLOAD)
    look = discovery._look

    def late(path: str) -> Found:
        if path.endswith("a.pkl"):
            Path(path).unlink()
        return look(path)

    monkeypatch.setattr(discovery, "_look", late)
    report = scan(tmp_path)
    assert any(f.where.path.endswith("a.pkl") and "is gone" in f.message for f in report.findings)


def test_a_file_that_is_gone_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(PAYLOAD)
    (found,) = discover([str(tmp_path)])
    (tmp_path / "a.pkl").unlink()
    inspection = inspect_artifact(found, Config().limits)
    assert inspection is not None
    assert [getattr(fact, "reason", "") for fact in inspection.facts] == ["cannot-open"]


def test_files_and_directories_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a system that refuses, since the superuser may read everything."""
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut.pkl").write_bytes(PAYLOAD)
    opened, listed = os.open, os.scandir
    refused = PermissionError(13, "Permission denied")

    def refuse_file(path: str, flags: int) -> int:
        if path.endswith("shut.pkl"):
            raise refused
        return opened(path, flags)

    def refuse_folder(path: str) -> object:
        if path.endswith("shut"):
            raise refused
        return listed(path)

    monkeypatch.setattr(paths, "_at_once", refuse_file)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    report = scan(tmp_path)
    about = {Path(finding.where.path).name for finding in report.findings}
    assert {"shut", "shut.pkl"} <= about


def test_the_work_for_many_files_grows_with_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    asked = 0
    real = os.stat

    def counting(path: str, *, follow_symlinks: bool = True) -> os.stat_result:
        nonlocal asked
        asked += 1
        return real(path, follow_symlinks=follow_symlinks)

    for number in (500, 1_000):
        place = tmp_path / str(number)
        place.mkdir()
        for name in range(number):
            (place / f"{name}.pkl").touch()
        asked = 0
        with monkeypatch.context() as patched:
            patched.setattr(os, "stat", counting)
            assert len(list(discover([str(place)]))) == number
        counts.append(asked)
    assert counts[1] < 2.2 * counts[0]


MANY = int(os.environ.get("MODELAUDIT_FILES", "600"))
"""Files of the next test, which takes two minutes with 100,000 of them."""


# The kernel carries ru_maxrss of the parent over exec; the high-water mark in /proc begins anew.
_SCAN = """
import sys
from modelaudit.cli import main
try:
    main(["scan", sys.argv[1], "-q", "-o", "json=out.json"])
finally:
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is in /proc")
def test_many_files_cost_little_memory(tmp_path: Path) -> None:
    """What is kept of each are its line in the report and its path."""
    place = tmp_path / "many"
    for number in range(MANY):
        folder = place / str(number // 500)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.pkl").write_bytes(b"N.")
    command = [sys.executable, "-c", _SCAN, str(place)]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert (tmp_path / "out.json").read_text().count('"safety": "safe"') == MANY
    assert int(done.stdout.split()[-1]) < 64 * 1024 + 1.5 * MANY  # in KiB


def test_the_report_is_the_same_in_any_order_and_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        (tmp_path / f"d{number % 2}").mkdir(exist_ok=True)
        (tmp_path / f"d{number % 2}" / f"{number}.pkl").write_bytes(PAYLOAD)
    (tmp_path / "requirements.txt").write_text("numpy==1.26.4\nscikit-learn==1.4.0\n")
    texts = {modelaudit.scan(tmp_path, Config(), jobs=jobs).to_json() for jobs in (1, 2, 4)}
    real_scan, real_list = os.scandir, os.listdir

    class Reversed:
        def __init__(self, path: str = ".") -> None:
            with real_scan(path) as entries:
                self._entries = sorted(entries, key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self._entries)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Reversed)
    monkeypatch.setattr(os, "listdir", lambda path=".": sorted(real_list(path), reverse=True))
    texts.add(modelaudit.scan(tmp_path, Config(), jobs=1).to_json())
    assert len(texts) == 1
