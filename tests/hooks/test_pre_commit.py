"""The hooks in a repository of someone who uses them, installed and run by the real pre-commit.

Run by ``make test-hooks``, which names pre-commit in MODELAUDIT_HOOKS. The environment of the hooks
is made once, out of the files that git tracks here.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hooks.conftest import PRE_COMMIT, ROOT, git

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
CLEAN = pickle.dumps({"weights": [1.0, 2.0]})
LINEAR = ROOT / "fixtures" / "demo" / "linear-regression.joblib"
README = (ROOT / "README.md").read_text("utf-8")

pytestmark = pytest.mark.skipif(PRE_COMMIT is None, reason="run by make test-hooks")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(
    tmp_path: Path, snapshot: tuple[Path, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home))
    folder, commit = snapshot
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {folder}\n  rev: {commit}\n  hooks:\n"
        "  - id: modelaudit\n  - id: modelaudit-targets\n  - id: modelaudit-all\n"
    )
    git(tmp_path, "init", "-q")
    assert PRE_COMMIT is not None
    subprocess.run([Path(PRE_COMMIT).absolute(), "install"], cwd=tmp_path, check=True)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "hooks")
    return tmp_path


def commit(repository: Path, *, code: int = 0) -> str:
    git(repository, "add", "-A")
    return git(repository, "commit", "-m", "change", code=code)


def test_what_is_clean_passes_and_what_is_not_is_stopped(repository: Path) -> None:
    (repository / "good.pkl").write_bytes(CLEAN)
    assert "Passed" in commit(repository)
    (repository / "bad.pkl").write_bytes(PAYLOAD)
    assert "PKL101" in commit(repository, code=1)
    (repository / "bad.pkl").unlink()
    (repository / "notes.txt").write_text("no model")
    assert "Passed" not in commit(repository)


def test_an_archive_is_stopped(repository: Path) -> None:
    (repository / "bad.pkl").write_bytes(PAYLOAD)
    shutil.make_archive(str(repository / "models"), "zip", repository, "bad.pkl")
    (repository / "bad.pkl").unlink()
    assert "PKL101" in commit(repository, code=1)


def test_a_change_of_requirements_alone_is_stopped(repository: Path) -> None:
    shutil.copyfile(LINEAR, repository / "model.joblib")
    (repository / "requirements.txt").write_text("joblib==1.4.2\nscikit-learn==1.5.2\n")
    assert "Passed" in commit(repository)
    (repository / "requirements.txt").write_text("joblib==1.0.0\nscikit-learn==1.0\n")
    (repository / "untracked.pkl").write_bytes(PAYLOAD)
    (repository / ".gitignore").write_text("untracked.pkl\n")
    said = commit(repository, code=1)
    assert "model.joblib" in said
    assert "untracked.pkl" not in said


def test_a_pointer_of_lfs(repository: Path) -> None:
    oid = hashlib.sha256(PAYLOAD).hexdigest()
    (repository / "model.pkl").write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(PAYLOAD)}\n"
    )
    assert "GEN305" in commit(repository, code=1)
    store = repository / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4]
    store.mkdir(parents=True)
    (store / oid).write_bytes(PAYLOAD)
    assert "PKL101" in commit(repository, code=1)


def test_a_file_of_dvc(repository: Path) -> None:
    digest = hashlib.md5(PAYLOAD).hexdigest()
    (repository / ".dvc").mkdir()
    (repository / ".dvc" / "config").write_text("['remote \"here\"']\n    url = ../../remote\n")
    (repository / ".gitignore").write_text("/model.pkl\n")
    (repository / "model.pkl.dvc").write_text(
        f"outs:\n- md5: {digest}\n  size: {len(PAYLOAD)}\n  hash: md5\n  path: model.pkl\n"
    )
    assert "GEN305" in commit(repository, code=1)
    for place in (repository / ".dvc" / "cache", repository.parent / "remote"):
        stored = place / "files" / "md5" / digest[:2] / digest[2:]
        stored.parent.mkdir(parents=True)
        stored.write_bytes(PAYLOAD)
        assert "PKL101" in commit(repository, code=1)
        shutil.rmtree(place)
    (repository / "model.pkl").write_bytes(PAYLOAD)
    assert "PKL101" in commit(repository, code=1)
    (repository / "model.pkl").write_bytes(CLEAN)
    assert "Passed" in commit(repository)


def test_the_hook_for_everything(repository: Path) -> None:
    (repository / "bad.pkl").write_bytes(PAYLOAD)
    assert PRE_COMMIT is not None
    command = [str(Path(PRE_COMMIT).absolute()), "run", "modelaudit-all", "--hook-stage", "manual"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PKL101" in done.stdout


def test_what_the_readme_configures(repository: Path, snapshot: tuple[Path, str]) -> None:
    (config,) = re.findall(r"^(repos:\n.*?)^```$", README, re.DOTALL | re.MULTILINE)
    address = config.replace("<address of this repository>", snapshot[0].as_uri())
    (repository / ".pre-commit-config.yaml").write_text(address)
    (repository / "modelaudit.yaml").write_text("version: 1\nfail-on: critical\n")
    (repository / "low.pkl").write_bytes(b"cmylib\nScorer\n.")
    (repository / "requirements.txt").write_text("numpy==1.26.4\n")
    assert "Passed" in commit(repository)
    (repository / "bad.pkl").write_bytes(PAYLOAD)
    assert "PKL101" in commit(repository, code=1)
