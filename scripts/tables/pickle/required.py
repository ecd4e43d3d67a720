"""Write rules/tables/pickle_required.json: what the counted-on packages do not install without.

Source: the package index, as pip reads it, see ``scripts.common.index``. Method: from ``packages``
of scripts/sources/pickle_safe.yaml on, the ``Requires-Dist`` of a wheel for Linux without extras,
in turn: of the newest release in each of the last series (1.2, 1.3, …) for the packages themselves,
and of the newest release for what they require. ``--cache`` names where metadata is kept.
``--check`` needs no network, and says whether the committed table is about those packages.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from scripts.common.files import ROOT, TABLES, report
from scripts.common.index import File, Index

TABLE = TABLES / "pickle_required.json"
REVIEW = ROOT / "scripts/sources/pickle_safe.yaml"
SERIES = 4
LINUX = {
    "extra": "", "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix",
    "platform_machine": "x86_64", "python_version": "3.12", "python_full_version": "3.12.0",
    "implementation_name": "cpython", "platform_python_implementation": "CPython",
}  # fmt: skip
NO_MODULES = ("nvidia-", "cuda-", "triton", "intel-")
"""Beginnings of names of distributions that bring libraries for other hardware."""


class Review(msgspec.Struct):
    packages: str


class Table(msgspec.Struct):
    roots: list[str]
    packages: dict[str, list[str]]


class Wheel(NamedTuple):
    version: Version
    file: File


def roots() -> list[str]:
    review = msgspec.convert(yaml.safe_load(REVIEW.read_text("utf-8")), Review)
    return sorted(review.packages.split())


def wheels(files: list[File]) -> Iterator[Wheel]:
    for file in files:
        try:
            _, version, _, tags = parse_wheel_filename(file.filename)
        except InvalidWheelFilename:
            continue
        platforms = {tag.platform for tag in tags}
        fits = any(name == "any" or "manylinux" in name for name in platforms)
        if fits and not file.yanked and not version.is_prerelease:
            yield Wheel(version, file)


def newest(index: Index, name: str, count: int) -> list[File]:
    """A wheel of the newest release in each of the last series."""
    series: dict[tuple[int, ...], Wheel] = {}
    for wheel in wheels(index.files(name)):
        key = wheel.version.release[:2]
        if key not in series or series[key].version < wheel.version:
            series[key] = wheel
    return [series[key].file for key in sorted(series)[-count:]]


def required(index: Index, name: str, count: int) -> Iterator[str]:
    for file in newest(index, name, count):
        for text in index.requires(file) or ():
            try:
                asked = Requirement(text)
            except InvalidRequirement:
                continue
            other = canonicalize_name(asked.name)
            fits = asked.marker is None or asked.marker.evaluate(LINUX)
            if fits and not other.startswith(NO_MODULES):
                yield other


def collect(index: Index) -> dict[str, list[str]]:
    """Each distribution that is no root, with those that require it."""
    first = roots()
    found: dict[str, set[str]] = {}
    seen, left = set(first), list(first)
    while left:
        name = left.pop(0)
        for other in required(index, name, SERIES if name in first else 1):
            if other not in first:
                found.setdefault(other, set()).add(name)
            if other not in seen:
                seen.add(other)
                left.append(other)
    return {name: sorted(by) for name, by in sorted(found.items())}


def problems() -> list[str]:
    table = msgspec.json.decode(TABLE.read_bytes(), type=Table)
    if table.roots != roots():
        return [f"{TABLE.name} is not about the packages of {REVIEW.name}"]
    listed = list(table.packages)
    return [] if listed == sorted(listed) else [f"{TABLE.name} is not in order"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="look at the committed table only")
    parser.add_argument("--cache", type=Path, help="where metadata is kept")
    options = parser.parse_args()
    if options.check:
        return report(problems())
    if options.cache is None:
        parser.error("--cache is needed")
    table = {
        "about": "what the packages with reviewed names require in turn, and what requires it",
        "source": "the package index's listing, and the metadata of the wheels",
        "licence": "facts",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "roots": roots(),
        "packages": collect(Index(options.cache)),
    }
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return report(problems())


if __name__ == "__main__":
    sys.exit(main())
