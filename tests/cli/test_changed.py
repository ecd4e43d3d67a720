"""``--changed-since``: what changed in a repository, and what has other targets since."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Run = Callable[..., SimpleNamespace]
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
MODELS = ("a.pkl", "models/b.pkl", "models/deep/c.pkl", "other/d.pkl")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *args: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *args], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, run: Run) -> Path:
    git(tmp_path, "init", "-q")
    for name in MODELS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(PAYLOAD)
    (tmp_path / "requirements.txt").write_text("-r more/pins.txt\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "pins.txt").write_text("numpy==1.26.4\n")
    (tmp_path / "other" / "requirements.txt").write_text("numpy==1.26.4\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def found(run: Run, *args: str) -> set[str]:
    result = run("scan", *(args or (".",)), "--changed-since", "HEAD", "--format", "json")
    report = json.loads(result.out)
    return {artifact["path"].removeprefix("./") for artifact in report["artifacts"]}


def test_nothing_changed(run: Run, repository: Path) -> None:
    result = run("scan", ".", "--changed-since", "HEAD")
    assert result.code == 0
    assert "No model artifacts among what changed." in result.out
    assert "nothing changed since HEAD, in 7 files or in what they have to load with" in result.out


def test_what_changed_and_is_no_model(run: Run, repository: Path) -> None:
    (repository / "notes.txt").write_text("no model")
    result = run("scan", ".", "--changed-since", "HEAD")
    assert "note: 1 of 8 files changed since HEAD" in result.out


def test_what_changed(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "models" / "b.pkl").write_bytes(PAYLOAD + b"\n")
    (repository / "new.pkl").write_bytes(PAYLOAD)
    (repository / ".gitignore").write_text("ignored.pkl\n")
    (repository / "ignored.pkl").write_bytes(PAYLOAD)
    changed = {"models/b.pkl", "new.pkl", "ignored.pkl"}
    assert found(run) == changed
    assert found(run, *MODELS) == {"models/b.pkl"}
    git(repository, "add", ".")
    assert found(run) == changed
    monkeypatch.chdir(repository / "models")
    assert found(run) == {"b.pkl"}
    monkeypatch.chdir(repository)
    git(repository, "commit", "-qm", "second")
    assert found(run) == {"ignored.pkl"}
    git(repository, "update-index", "--assume-unchanged", "a.pkl")
    assert found(run) == {"ignored.pkl", "a.pkl"}


def test_a_requirement_file_changed(run: Run, repository: Path) -> None:
    (repository / "other" / "requirements.txt").write_text("numpy==2.1.0\n")
    assert found(run) == {"other/d.pkl"}
    (repository / "more" / "pins.txt").write_text("numpy==2.1.0\n")
    assert found(run) == set(MODELS)
    git(repository, "checkout", "-q", ".")
    assert found(run) == set()
    (repository / "other" / "requirements.txt").unlink()
    assert found(run) == {"other/d.pkl"}


def test_the_configuration_changed(run: Run, repository: Path) -> None:
    (repository / "modelaudit.yaml").write_text("fail-on: low\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    assert found(run) == set()
    (repository / "modelaudit.yaml").write_text("fail-on: high\n")
    assert found(run) == set(MODELS)


def test_a_directory_that_is_an_artifact_and_a_link(run: Run, repository: Path) -> None:
    folder = repository / "saved"
    (folder / "variables").mkdir(parents=True)
    for name in ("saved_model.pb", "variables/variables.index"):
        (folder / name).write_bytes(b"\x08")
    (repository / "link.pkl").symlink_to("a.pkl")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    assert found(run) == set()
    (folder / "variables" / "variables.index").write_bytes(b"\x09")
    (repository / "a.pkl").write_bytes(PAYLOAD + b"\n")
    assert found(run, "saved", "link.pkl") == {"saved", "link.pkl"}
    git(repository, "checkout", "-q", ".")
    (folder / "variables" / "variables.index").unlink()
    assert found(run, "saved") == {"saved"}


def test_what_git_cannot_answer(
    run: Run,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    result = run("scan", ".", "--changed-since", "nowhere")
    assert (result.code, result.err) == (
        2,
        "modelaudit: error: git knows no commit 'nowhere' here\n",
    )
    assert run("scan", ".", "--changed-since", "--output=x").code == 2
    monkeypatch.chdir(tmp_path_factory.mktemp("plain"))
    assert "is in no git repository" in run("scan", ".", "--changed-since", "HEAD").err
    assert "is in no git repository" in run("scan", ".", "--tracked").err
    monkeypatch.setenv("PATH", "")
    assert "git is not installed" in run("scan", ".", "--changed-since", "HEAD").err


def test_a_repository_has_nothing_run(run: Run, repository: Path) -> None:
    marker = repository / "marker"
    git(repository, "config", "core.fsmonitor", f"touch {marker}; false")
    git(repository, "config", "diff.external", f"touch {marker}")
    git(repository, "config", "filter.x.clean", f"touch {marker}; cat")
    (repository / ".gitattributes").write_text("*.pkl filter=x\n")
    (repository / "a.pkl").write_bytes(PAYLOAD + b"\n")
    assert "a.pkl" in found(run)
    assert not marker.exists()
