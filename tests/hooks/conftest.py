"""A copy of this repository to install from, and git."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from modelaudit.version import VERSION

PRE_COMMIT = os.environ.get("MODELAUDIT_HOOKS")
"""The pre-commit to run; the other programs are beside it."""
ROOT = Path(__file__).resolve().parents[2]
IDENTITY = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *args: str, code: int = 0) -> str:
    done = subprocess.run(
        ["git", "-C", folder, *IDENTITY, *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with what is tracked here as it is now, tagged as released, and its commit."""
    folder = tmp_path_factory.mktemp("modelaudit")
    for name in git(ROOT, "ls-files", "-z").split("\0"):
        kept = name.startswith("fixtures/demo/")
        if name and (kept or not name.startswith(("fixtures/", "benchmarks/", "tests/"))):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "snapshot")
    git(folder, "tag", f"v{VERSION}")
    return folder, git(folder, "rev-parse", "HEAD").strip()
