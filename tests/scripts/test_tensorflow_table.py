"""The table about TensorFlow keeps its invariants."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_invariants_hold() -> None:
    command = [sys.executable, SCRIPTS / "refresh_tensorflow.py", "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
