"""The command of tables that have a file for each package, made of what its releases publish."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.common.files import report


def main(
    about: str | None,
    folder: Path,
    packages: Sequence[str],
    text: Callable[[str, Path, str], str],
    check: Callable[[], list[str]],
) -> int:
    """Write the tables with ``--cache DIR``, of all packages or those that are named; then check.

    ``text`` is given a package, the directory of downloads and the date.
    """
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="of downloads; needed to write")
    parser.add_argument("--check", action="store_true", help="check the tables as they are")
    parser.add_argument("packages", nargs="*", default=list(packages))
    options = parser.parse_args()
    if options.cache is not None and not options.check:
        folder.mkdir(exist_ok=True)
        date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        for package in options.packages:
            path = folder / f"{package}.json"
            path.write_text(text(package, options.cache, date), "utf-8")
    return report(check())
