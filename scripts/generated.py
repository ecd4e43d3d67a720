"""What every generator of a file in this repository does with its text."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Callable
from pathlib import Path


def write_or_check(target: Path, text: str, *, check: bool) -> int:
    """Write ``text``, or with ``check`` only compare it with the file; an exit code."""
    if not check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{target.name} is out of date: run python scripts/{Path(sys.argv[0]).name}\n")
    return 1


def refresh(
    table: Path, render: Callable[[Path, str], str], problems: Callable[[], list[str]]
) -> int:
    """The command of a script that makes a table of releases; an exit code.

    ``render`` is given the directory in which what was read of releases is kept, and the date that
    the table bears. ``problems`` says what is wrong with the table that is committed.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="only the table's invariants")
    parser.add_argument("--cache", type=Path, help="where what is read of releases is kept")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the date that the table bears")
    options = parser.parse_args()
    if options.cache is not None and not options.check:
        table.write_text(render(options.cache, options.date), "utf-8")
    found = problems()
    sys.stderr.write("".join(f"{table.name}: {problem}\n" for problem in found))
    return 1 if found else 0


def minor(release: str) -> str:
    """``2.6`` of ``2.6.0``."""
    return re.sub(r"\.\d+$", "", release)


def spans(by_release: dict[str, set[str]]) -> dict[str, list[str]]:
    """For each name the first release that has it, and the first that has it no more, if one.

    A name that the oldest release has may be older still, so its first is that release.
    """
    releases = list(by_release)
    table: dict[str, list[str]] = {}
    for name in sorted(set().union(*by_release.values())):
        having = [index for index, release in enumerate(releases) if name in by_release[release]]
        table[name] = [minor(releases[having[0]])]
        if having[-1] + 1 < len(releases):
            table[name].append(minor(releases[having[-1] + 1]))
    return table
