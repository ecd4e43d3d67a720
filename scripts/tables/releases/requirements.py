"""Write rules/tables/requirements: what releases require of others, and of Python.

Source: the package index, as pip reads it, see ``scripts.common.index``. Pre-releases are left out,
and so are files for platforms that no target is. ``scripts/sources/resolved.tsv`` lists
the packages. Without ``--check``, ``--cache`` names where metadata is kept, so that a second run
asks only for what is new; ``--only NAME`` renews one table. ``--check`` needs no network, and says
whether there is a table of every package, in order, in which every requirement parses.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from modelaudit.judge.catalogue import against
from modelaudit.knowledge.releases import Listed, tables
from scripts.common.files import TABLES, report
from scripts.common.index import File, Index
from scripts.common.sources import rows

FOLDER = TABLES / "requirements"
_PLATFORMS = {
    "linux": re.compile(r"any|linux_x86_64|manylinux\w*_x86_64"),
    "linux-aarch64": re.compile(r"any|(?:many)?linux\w*_aarch64"),
    "macos": re.compile(r"any|macosx_\w+_(?:arm64|universal2)"),
    "macos-x86_64": re.compile(r"any|macosx_\w+_(?:x86_64|universal2|intel|fat64)"),
    "windows": re.compile(r"any|win_amd64"),
}
_EXTRA = re.compile(r"extra == [\"']([^\"']+)[\"']")
_DEVELOPMENT = re.compile(
    r".*(?:dev|test|doc|lint|quality|example|bench|build|typing|mypy|style|complete|maint|ci).*"
    r"|all.*|.*all|full|install|notebooks?|tutorials?|ja|tf.*|flax.*|torchhub|onnx.*|vision|audio"
)
"""Extras that no requirement file asks for beside a model."""
_ELSEWHERE = frozenset(
    {"python", "platform", "jpmml-evaluator", "pmml4s", "hdf5", "onnxruntime-mobile"}
)
"""Targets of rules that are on no package index of Python."""
_UNKNOWN = -1
_MANY = 100
"""Of a package with more releases the requirements of the first and the last of each minor series
are read, and those of the first are taken for the patches between."""
_OLD = "2018-06"
"""Requirements of wheels before that month are not read: few of them told any."""


class _Kept(NamedTuple):
    """What one file adds to its release."""

    version: Version
    tags: tuple[str, ...]
    file: File
    elsewhere: dict[str, tuple[str, ...]]


def listed() -> dict[str, bool]:
    """The packages, and whether their releases require others of them."""
    return {name: requires == "yes" for name, _, requires in rows("resolved.tsv")}


def kept(files: Iterable[File]) -> Iterator[_Kept]:
    """The files of final releases that a platform can use."""
    for file in files:
        try:
            if file.filename.endswith(".whl"):
                _, version, _, tags = parse_wheel_filename(file.filename)
                usable = {
                    platform: tuple(sorted({t for tag in tags if (t := _short(tag, pattern))}))
                    for platform, pattern in _PLATFORMS.items()
                }
            else:
                _, version = parse_sdist_filename(file.filename)
                usable = dict.fromkeys(_PLATFORMS, ("sdist",))
        except (InvalidSdistFilename, InvalidWheelFilename, InvalidVersion):
            continue
        if any(usable.values()) and not version.is_prerelease:
            yield _Kept(version, usable["linux"], file, usable)


def _short(tag: Tag, platform: re.Pattern[str]) -> str:
    """``cp311``, ``cp38-abi3`` or ``py3``; empty for a wheel that CPython there cannot use."""
    if not platform.fullmatch(tag.platform) or not re.fullmatch(r"(?:cp|py)\d+", tag.interpreter):
        return ""
    if tag.abi == "abi3":
        return f"{tag.interpreter}-abi3"
    plain = tag.abi == "none" or re.fullmatch(rf"{tag.interpreter}m?u?", tag.abi)
    return tag.interpreter if plain else ""


def table(name: str, index: Index, known: dict[str, bool], day: str) -> str:
    """The table of one package as its file has it."""
    releases: dict[Version, list[_Kept]] = {}
    for one in kept(index.files(name)):
        releases.setdefault(one.version, []).append(one)
    sets: list[list[str]] = []
    lines = []
    series: dict[tuple[int, int], list[str] | None] = {}
    last = {(version.major, version.minor): version for version in sorted(releases)}
    for version in sorted(releases):
        found = releases[version]
        minor = (version.major, version.minor)
        if not known[name]:
            required: list[str] | None = []
        elif len(releases) <= _MANY or series.get(minor) is None or version == last[minor]:
            required = _requires(found, index, known)
        else:
            required = series[minor]
        series.setdefault(minor, required)
        if required is not None and required not in sets:
            sets.append(required)
        pythons = [one.file.requires_python or "" for one in found]
        apart = _elsewhere(found)
        lines.append(
            [
                str(version),
                min(one.file.upload_time for one in found)[:10],
                _parsed(max(pythons, key=pythons.count)),
                " ".join(sorted({tag for one in found for tag in one.tags})),
                _UNKNOWN if required is None else sets.index(required),
                all(one.file.yanked is not False for one in found),
                *([apart] if apart else []),
            ]
        )
    head = {
        "about": f"final releases of {name}: date, Python, files for Linux on x86-64, place of its"
        " requirements in requires, whether it is yanked, wheels for platforms with others",
        "source": "the package index's listing, and the metadata of the wheels",
        "licence": "facts",
        "date": day,
    }
    text = json.dumps(head, indent=1)[:-2]
    text += ',\n "requires": [\n' + ",\n".join(f"  {json.dumps(one)}" for one in sets)
    text += '\n ],\n "releases": [\n' + ",\n".join(f"  {json.dumps(one)}" for one in lines)
    return f"{text}\n ]\n}}\n"


def _elsewhere(found: Sequence[_Kept]) -> str:
    """The kinds of files for each platform that has others than Linux on x86-64."""
    kinds = {
        platform: " ".join(sorted({tag for one in found for tag in one.elsewhere[platform]}))
        for platform in _PLATFORMS
    }
    return "; ".join(f"{p}: {own}" for p, own in kinds.items() if own != kinds["linux"])


def _parsed(python: str) -> str:
    """A Requires-Python; empty, as pip takes it, where it is no specifier."""
    try:
        return str(SpecifierSet(python)) and python.replace(" ", "")
    except InvalidSpecifier:
        return ""


def _requires(found: Sequence[_Kept], index: Index, known: dict[str, bool]) -> list[str] | None:
    """What a release requires of the packages that are listed; None where no wheel tells it.

    Of several wheels the one for the newest Python speaks: few have different metadata.
    """
    wheels = [one for one in found if one.file.filename.endswith(".whl")]
    wheels = [one for one in wheels if one.file.upload_time >= _OLD]
    wheels = [one for one in wheels if one.tags] or wheels
    for one in sorted(wheels, key=_newness, reverse=True)[:1]:
        told = index.requires(one.file)
        return None if told is None else sorted(_worth(told, known))
    return None


def _newness(one: _Kept) -> tuple[int, tuple[str, ...]]:
    tags = one.tags or next(filter(None, one.elsewhere.values()))
    return len(tags[-1]), tags


def _worth(told: Iterable[str], known: dict[str, bool]) -> Iterator[str]:
    """The requirements on packages that are listed, without those of developers."""
    for text in dict.fromkeys(told):
        try:
            one = Requirement(text)
        except InvalidRequirement:
            continue
        extra = _EXTRA.search(str(one.marker or ""))
        if canonicalize_name(one.name) not in known or one.url:
            continue
        if extra is None or not _DEVELOPMENT.fullmatch(extra[1]):
            yield str(one)


def problems() -> list[str]:
    """What is wrong with the committed tables."""
    found = []
    for name in listed():
        if name not in tables():
            found.append(f"there is no table of {name}")
            continue
        known = tables()[name]()
        found += [f"{name}: {one}" for one in _wrong(known)]
    lacking = sorted(against() - set(tables()) - _ELSEWHERE)
    return found + [f"rules are against {name}, which is not in the list" for name in lacking]


def _wrong(known: Listed) -> Iterator[str]:
    versions = [Version(one.version) for one in known.releases]
    if versions != sorted(set(versions)):
        yield "its releases are not in order"
    for release in known.releases:
        SpecifierSet(release.python)
        dated = re.fullmatch(r"\d{4}-\d\d-\d\d", release.date)
        if not dated or not (release.files or release.elsewhere):
            yield f"{release.version} has no files or no date"
    for requirement in (one for required in known.requires for one in required):
        if canonicalize_name(Requirement(requirement).name) not in listed():
            yield f"{requirement} is about no package of the list"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed tables only")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="where metadata is kept")
    parser.add_argument("--index", default="", help="another package index than pip's own")
    parser.add_argument("--only", action="append", help="the packages whose tables are renewed")
    options = parser.parse_args()
    known = listed()
    if not options.check:
        index = Index(options.cache, options.index)
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in options.only or known:
            sys.stderr.write(f"{name}\n")
            (FOLDER / f"{name}.json").write_text(table(name, index, known, today), "utf-8")
    return report(problems())


if __name__ == "__main__":
    sys.exit(main())
