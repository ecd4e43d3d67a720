"""What the commands for tables of releases share."""

from __future__ import annotations

import argparse
import datetime
import re
from collections.abc import Callable
from pathlib import Path

from scripts.common.files import report


def refresh(
    table: Path, render: Callable[[Path, str], str], problems: Callable[[], list[str]]
) -> int:
    """The command that makes a table of releases; an exit code.

    ``render`` gets the directory for what was downloaded of releases, and the date for the table.
    ``problems`` says what is wrong with the committed table.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="only the table's invariants")
    parser.add_argument("--cache", type=Path, help="where what is downloaded is kept")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the date that the table bears")
    options = parser.parse_args()
    if options.cache is not None and not options.check:
        table.write_text(render(options.cache, options.date), "utf-8")
    return report([f"{table.name}: {problem}" for problem in problems()])


def minor(release: str) -> str:
    """``2.6`` of ``2.6.0``."""
    return re.sub(r"\.\d+$", "", release)


def spans(by_release: dict[str, set[str]]) -> dict[str, list[str]]:
    """For each name the first release that has it, and the first after it without, if there is one.

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
