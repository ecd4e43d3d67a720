"""The tables about torch keep their invariants."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.mark.parametrize("table", ["weights_only", "script"])
def test_invariants_hold(table: str) -> None:
    command = [sys.executable, SCRIPTS / f"refresh_torch_{table}.py", "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
