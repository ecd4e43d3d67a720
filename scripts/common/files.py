"""Where generated files lie, and how a command writes one or checks it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "rules" / "tables"


def command() -> str:
    """The command line that runs this process' module again, for messages."""
    spec = sys.modules["__main__"].__spec__
    return f"python -m {spec.name}" if spec else f"python {sys.argv[0]}"


def write_or_check(target: Path, text: str, *, check: bool) -> int:
    """Write ``text``, or with ``check`` only say whether the file has it already; an exit code."""
    if not check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{target.name} is out of date: run {command()}\n")
    return 1


def date_of(table: Path) -> str:
    """The date that a committed table bears."""
    return str(json.loads(table.read_text("utf-8"))["date"])


def report(problems: list[str]) -> int:
    """Print what is wrong; an exit code."""
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0
