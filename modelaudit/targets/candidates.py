"""The releases of a package that one Python can install on a platform, and what they require.

https://packaging.python.org/specifications/platform-compatibility-tags/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec
from packaging.requirements import Requirement

from modelaudit.knowledge.aliases import canonical
from modelaudit.knowledge.releases import Release, known, may_be_unlisted
from modelaudit.targets.host import Host
from modelaudit.targets.markers import holds
from modelaudit.targets.versions import admits, exact, parses, same

SDIST = "sdist"
_TAG = re.compile(r"(cp|py)(\d)(\d*)(-abi3)?")


class Need(msgspec.Struct, frozen=True):
    """What is required of a package: a specifier, and extras of it."""

    name: str
    specifier: str
    extras: tuple[str, ...] = ()


@cache
def installable(name: str, host: Host) -> tuple[Release, ...]:
    """The releases that a Python installs, the newest first; pip would build some of them."""
    table = known(name)
    found = reversed(table.releases) if table is not None else ()
    return tuple(release for release in found if installs(release, host))


def installs(release: Release, host: Host) -> bool:
    """Whether pip takes a release there: from a wheel, or from a source archive."""
    if release.python and not _wants(release.python, host.python):
        return False
    return SDIST in release.files.split(" ") or built(release, host)


def built(release: Release, host: Host) -> bool:
    """Whether there is a wheel of a release for a Python on a platform."""
    return has_wheel(files_on(release.files, release.elsewhere, host.platform), host.python)


@cache
def files_on(files: str, elsewhere: str, platform: str) -> str:
    """The kinds of wheels for a platform, see ``Release``."""
    for part in elsewhere.split("; ") if elsewhere else ():
        name, _, own = part.partition(": ")
        if name == platform:
            return own
    return files


@cache
def _wants(requires: str, python: str) -> bool:
    """A minor version stands for its last release: ``!=3.9.0`` and ``>=3.9.2`` admit 3.9."""
    return admits([requires], python if python.count(".") > 1 else f"{python}.99")


@cache
def has_wheel(files: str, python: str) -> bool:
    """Whether any of the wheels of a release is for a Python, given as ``3.11``."""
    major, minor = (int(part) for part in python.split(".")[:2])
    for tag in files.split(" "):
        match = _TAG.fullmatch(tag)
        if match is None or int(match[2]) != major:
            continue
        wanted = int(match[3] or 0)
        older_is_fine = match[1] == "py" or match[4]
        if wanted == minor or (older_is_fine and wanted <= minor):
            return True
    return False


def find(name: str, specifiers: Sequence[str], host: Host) -> Iterator[Release]:
    """The releases that satisfy all specifiers, in the order in which pip tries them.

    A yanked release, as a pre-release, has to be asked for by its number. A number beyond the
    newest that is known counts as a release, of which nothing is known.
    """
    pinned = next((version for text in specifiers if (version := exact(text))), "")
    if not pinned:
        for release in installable(name, host):
            if not release.yanked and admits(specifiers, release.version):
                yield release
        return
    if not admits(specifiers, pinned):
        return
    table = known(name)
    releases = table.releases if table is not None else ()
    for release in releases:
        if same(release.version, pinned):
            if installs(release, host):
                yield release
            return
    if is_unlisted(name, pinned):
        yield Release(pinned, "", "", SDIST, -1, yanked=False)


def is_unlisted(name: str, version: str) -> bool:
    """Whether a release may exist that the table does not have: a pre-release, or a newer one."""
    return not parses(version) or may_be_unlisted(known(name), version)


def asks(name: str, version: str, other: str) -> str:
    """What a release requires of another package, on any Python; empty where it is nothing."""
    table = known(name)
    for release in table.releases if table is not None else ():
        if same(release.version, version) and table is not None and release.requires >= 0:
            parsed = map(_parsed, table.requires[release.requires])
            found = [need[0] for wanted, _, need in parsed if wanted == other]
            return ",".join(text for text in found if text)
    return ""


@cache
def needs(name: str, place: int, host: Host, extras: tuple[str, ...]) -> tuple[Need, ...]:
    """What a release requires whose requirements are those at a place of its table."""
    table = known(name)
    if table is None or place < 0:
        return ()
    found = []
    for text in table.requires[place]:
        wanted, marker, needed = _parsed(text)
        if not marker or any(holds(marker, host, extra) for extra in ("", *extras)):
            found.append(Need(wanted, needed[0], needed[1]))
    return tuple(found)


@cache
def _parsed(text: str) -> tuple[str, str, tuple[str, tuple[str, ...]]]:
    one = Requirement(text)
    extras = tuple(sorted(map(canonical, one.extras)))
    return canonical(one.name), str(one.marker or ""), (str(one.specifier), extras)
