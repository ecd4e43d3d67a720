"""Pointers of Git LFS and files of DVC: what they stand for is scanned, or said to be elsewhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.report import Report
from modelaudit.discovery.digest import digest_of

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
MD5 = hashlib.md5(PAYLOAD).hexdigest()
OID = hashlib.sha256(PAYLOAD).hexdigest()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(report: Report) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {a.path.removeprefix("./"): [] for a in report.artifacts}
    for finding in report.findings:
        found[finding.where.path.removeprefix("./")].append(finding.rule)
    return found


def pointer(oid: str = OID, size: int = len(PAYLOAD)) -> str:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"


def lfs(git: Path, content: bytes = PAYLOAD) -> None:
    place = git / "lfs" / "objects" / OID[:2] / OID[2:4]
    place.mkdir(parents=True)
    (place / OID).write_bytes(content)


def test_an_object_of_lfs_is_read_in_place_of_its_pointer(project: Path) -> None:
    (project / "model.pkl").write_text(pointer())
    assert rules(modelaudit.scan(["."])) == {"model.pkl": ["GEN305"]}
    lfs(project / ".git")
    report = modelaudit.scan(["."], digest=True)
    assert rules(report) == {"model.pkl": ["PKL101"]}
    assert report.findings[0].where.path == "model.pkl"
    assert (report.artifacts[0].size, report.artifacts[0].sha256) == (len(PAYLOAD), OID)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (pointer(), PAYLOAD + b"\n"),
        (pointer(size=1), PAYLOAD),
        (pointer(oid="0" * 64), PAYLOAD),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:../../x\nsize 1\n", PAYLOAD),
        (pointer() + "x" * 1024, PAYLOAD),
    ],
)
def test_an_object_that_is_not_the_one(project: Path, text: str, content: bytes) -> None:
    (project / "model.pkl").write_text(text)
    lfs(project / ".git", content)
    assert "PKL101" not in rules(modelaudit.scan(["model.pkl"]))["model.pkl"]
    assert modelaudit.scan(["model.pkl"]).gates


def test_objects_of_a_worktree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "main" / ".git" / "worktrees" / "w"
    own.mkdir(parents=True)
    (own / "commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / ".git").write_text(f"gitdir: {own}\n")
    (tmp_path / "w" / "model.pkl").write_text(pointer())
    lfs(tmp_path / "main" / ".git")
    monkeypatch.chdir(tmp_path / "w")
    assert rules(modelaudit.scan(["model.pkl"])) == {"model.pkl": ["PKL101"]}


def dvc(project: Path, path: str = "model.pkl", digest: str = MD5) -> None:
    (project / ".dvc").mkdir(exist_ok=True)
    text = f"outs:\n- md5: {digest}\n  size: 44\n  hash: md5\n  path: {path}\n"
    (project / f"{path}.dvc").write_text(text)


def kept(place: Path, content: bytes = PAYLOAD) -> None:
    (place / MD5[:2]).mkdir(parents=True)
    (place / MD5[:2] / MD5[2:]).write_bytes(content)


def test_the_file_itself(project: Path) -> None:
    dvc(project)
    (project / "model.pkl").write_bytes(PAYLOAD)
    assert rules(modelaudit.scan(["model.pkl.dvc"])) == {"model.pkl": ["PKL101"]}
    assert rules(modelaudit.scan(["."])) == {"model.pkl": ["PKL101"]}


@pytest.mark.parametrize("place", [".dvc/cache/files/md5", ".dvc/cache", "store/files/md5", "r"])
def test_the_cache_and_a_remote_that_is_local(project: Path, place: str) -> None:
    dvc(project)
    (project / ".dvc" / "config").write_text(
        "[core]\n    remote = r\n['remote \"r\"']\n    url = ../r\n[cache]\n    dir = ../store\n"
    )
    assert rules(modelaudit.scan(["."])) == {"model.pkl": ["GEN305"]}
    kept(project / place)
    report = modelaudit.scan(["."])
    assert rules(report)["model.pkl"] == ["PKL101"]
    assert str(report.findings[0].where).startswith("model.pkl@")


def test_bytes_that_are_not_those(project: Path) -> None:
    dvc(project)
    kept(project / ".dvc" / "cache", b"\x80\x04}.")
    assert rules(modelaudit.scan(["."])) == {"model.pkl": ["GEN305"]}


def test_a_directory_and_a_lock_file(project: Path) -> None:
    (project / ".dvc").mkdir()
    listing = json.dumps([{"md5": MD5, "relpath": "a/model.pkl"}]).encode()
    digest = hashlib.md5(listing).hexdigest()
    cache = project / ".dvc" / "cache" / "files" / "md5"
    kept(cache)
    (cache / digest[:2]).mkdir(exist_ok=True)
    (cache / digest[:2] / f"{digest[2:]}.dir").write_bytes(listing)
    (project / "dvc.lock").write_text(
        f"schema: '2.0'\nstages:\n  train:\n    cmd: x\n    outs:\n    - path: out\n"
        f"      hash: md5\n      md5: {digest}.dir\n    - path: data.csv\n      md5: {'0' * 32}\n"
    )
    assert rules(modelaudit.scan(["dvc.lock"])) == {"out/a/model.pkl": ["PKL101"]}


@pytest.mark.parametrize("text", ["outs: [", "- 1", "\x00", "outs:\n- &a [*a]"])
def test_a_damaged_file_of_dvc_is_not_clean(project: Path, text: str) -> None:
    (project / "model.pkl.dvc").write_text(text)
    report = modelaudit.scan(["model.pkl.dvc"])
    assert report.gates or text == "outs:\n- &a [*a]"


def test_what_lies_outside_of_the_project_is_not_read(project: Path) -> None:
    outside = project.parent / "outside.pkl"
    outside.write_bytes(PAYLOAD)
    dvc(project)
    (project / "model.pkl.dvc").write_text(f"outs:\n- path: ../{outside.name}\n  md5: {MD5}\n")
    kept(project / ".dvc" / "cache")
    assert list(rules(modelaudit.scan(["."])).values()) == [["GEN305"]]


def test_the_digest_of_a_pointer_is_that_of_what_it_stands_for(project: Path) -> None:
    (project / "model.pkl").write_text(pointer())
    before = digest_of("model.pkl")
    lfs(project / ".git")
    assert before != digest_of("model.pkl") == OID
