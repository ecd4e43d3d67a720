"""What every generator of a file in this repository does with its text."""

from __future__ import annotations

import sys
from pathlib import Path


def write_or_check(target: Path, text: str, *, check: bool) -> int:
    """Write ``text``, or with ``check`` only tell whether it is what stands there; an exit code."""
    if not check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{target.name} is out of date: run python scripts/{Path(sys.argv[0]).name}\n")
    return 1
