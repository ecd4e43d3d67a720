"""Every command for a generated file checks what is committed, and finds it sound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.common.files import ROOT

FOLDERS = ("generate/*.py", "tables/*/*.py")
COMMANDS = [path for folder in FOLDERS for path in sorted((ROOT / "scripts").glob(folder))]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("name", [module(path) for path in COMMANDS])
def test_check_passes(name: str) -> None:
    command = [sys.executable, "-m", name, "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
