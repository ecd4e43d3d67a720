"""Write rules/tables/plain_packages.json: what packages beside models bring of those with tables.

Source: pip's report of what ``scripts/sources/plain_packages.txt`` installs, on one Python:

    pip install --dry-run --ignore-installed --report report.json -r plain_packages.txt
    python -m scripts.tables.releases.plain report.json

Each package of the report is listed with those of ``rules/tables/requirements`` that it leads to.
Extras are left out. ``--check`` needs no report, and says whether the table has every package of
the list and no package that has a table of releases.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
from packaging.requirements import Requirement

from modelaudit.knowledge.aliases import canonical
from modelaudit.knowledge.releases import tables
from scripts.common.files import TABLES, report, write_or_check
from scripts.common.sources import SOURCES

TABLE = TABLES / "plain_packages.json"


class _Metadata(msgspec.Struct):
    name: str
    requires_dist: tuple[str, ...] = ()


class _Entry(msgspec.Struct):
    metadata: _Metadata


class _Report(msgspec.Struct):
    install: tuple[_Entry, ...]


def listed() -> set[str]:
    """The packages of the list."""
    lines = (SOURCES / "plain_packages.txt").read_text("utf-8").splitlines()
    return {canonical(line) for line in lines if line and not line.startswith("#")}


def required(told: _Report) -> dict[str, set[str]]:
    """By package what it requires without extras."""
    found: dict[str, set[str]] = {}
    for entry in told.install:
        names = found.setdefault(canonical(entry.metadata.name), set())
        for text in entry.metadata.requires_dist:
            one = Requirement(text)
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                names.add(canonical(one.name))
    return found


def brought(name: str, requires: Mapping[str, set[str]]) -> set[str]:
    """All packages that one leads to."""
    found: set[str] = set()
    left = [name]
    while left:
        new = requires.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def render(told: _Report, day: str) -> str:
    requires = required(told)
    known = set(tables())
    head = {
        "about": "packages that stand beside models, and which of those with a table of releases"
        " they bring",
        "source": "pip's report of what scripts/sources/plain_packages.txt installs",
        "licence": "facts",
        "date": day,
    }
    lines = [
        f"  {json.dumps(name)}: {json.dumps(' '.join(sorted(brought(name, requires) & known)))}"
        for name in sorted(set(requires) - known)
    ]
    text = json.dumps(head, indent=1)[:-2]
    return text + ',\n "packages": {\n' + ",\n".join(lines) + "\n }\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="pip's report")
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    options = parser.parse_args()
    if options.report is not None:
        told = msgspec.json.decode(options.report.read_bytes(), type=_Report)
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        return write_or_check(TABLE, render(told, today), check=False)
    packages: dict[str, str] = json.loads(TABLE.read_text("utf-8"))["packages"]
    told_of = {name for names in packages.values() for name in names.split()}
    return report(
        [
            *(f"{name} is not in {TABLE.name}" for name in sorted(listed() - set(packages))),
            *(f"{name} has a table" for name in sorted(set(packages) & set(tables()))),
            *(f"{name} has no table" for name in sorted(told_of - set(tables()))),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
