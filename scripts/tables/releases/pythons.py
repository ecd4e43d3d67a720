"""Write rules/tables/pythons.json: the releases of Python, oldest first.

Python is on no package index: the last release of each minor version is kept by hand below, as
https://www.python.org/downloads/ lists them. Other packages have tables of
``scripts.tables.releases.requirements``. ``--check`` compares with the committed table.
"""

from __future__ import annotations

import argparse
import json
import sys

from scripts.common.files import TABLES, write_or_check

TABLE = TABLES / "pythons.json"
PYTHON = {
    "2.7": 18, "3.5": 10, "3.6": 15, "3.7": 17, "3.8": 20, "3.9": 25, "3.10": 19, "3.11": 14,
    "3.12": 12, "3.13": 10, "3.14": 1,
}  # fmt: skip
"""Minor versions and their last release that is known here."""
DATE = "2026-11-25"
"""The day on which they were looked up."""


def render() -> str:
    head = {
        "about": "releases of each minor version of Python, oldest first",
        "source": "python.org's list of downloads, by hand",
        "licence": "facts",
        "date": DATE,
    }
    releases = [f"{minor}.{micro}" for minor, last in PYTHON.items() for micro in range(last + 1)]
    return json.dumps(head, indent=1)[:-2] + f',\n "releases": {json.dumps(releases)}\n}}\n'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed table")
    return write_or_check(TABLE, render(), check=parser.parse_args().check)


if __name__ == "__main__":
    sys.exit(main())
