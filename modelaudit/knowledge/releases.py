"""The releases of packages: ``rules/tables/requirements``, one table for each package.

Of a release a table has its date, the Python that it wants, the files that Linux on x86-64 can use
and other platforms, and what it requires of the other packages that have a table. Pre-releases are
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

import msgspec

from modelaudit.core import shipped
from modelaudit.knowledge.aliases import runtime
from modelaudit.knowledge.tables import load

FOLDER: Final = "requirements"


class Release(msgspec.Struct, frozen=True, array_like=True):
    """One release. ``python`` is its Requires-Python, ``requires`` a place in ``Listed.requires``,
    -1 where the package index has no metadata of it.

    ``files`` has, with blanks between, the tag of each kind of wheel (``cp311``, ``cp38-abi3``,
    ``py3``), and ``sdist``. ``elsewhere`` has the kinds of wheels for each other platform that has
    others (``windows: cp311; macos: ``).
    """

    version: str
    date: str
    python: str
    files: str
    requires: int
    yanked: bool
    elsewhere: str = ""


class Listed(msgspec.Struct, frozen=True):
    """The releases of one package, oldest first, and the sets of requirements that they have."""

    date: str
    requires: tuple[tuple[str, ...], ...]
    releases: tuple[Release, ...]


@cache
def tables() -> Mapping[str, Callable[[], Listed]]:
    """By canonical name what reads the table of a package."""
    folder = shipped.folder() / "tables" / FOLDER
    names = sorted(path.stem for path in folder.glob("*.json"))
    return {name: partial(load, f"{FOLDER}/{name}", Listed) for name in names}


def known(name: str) -> Listed | None:
    """The table of a package, or of what it is a build of, if there is one."""
    read = tables().get(name) or tables().get(runtime(name))
    return read() if read is not None else None


def exists(name: str, version: str) -> bool:
    """Whether a release was published, or may have been. Raises ValueError for no version."""
    from packaging.version import Version  # noqa: PLC0415  only with a target

    table = known(name)
    if table is None or may_be_unlisted(table, version):
        return True
    public = Version(Version(version).public)
    return any(Version(release.version) == public for release in table.releases)


def may_be_unlisted(table: Listed | None, version: str) -> bool:
    """Whether a release may exist that a table does not have: a pre-release, or a newer one."""
    from packaging.version import Version  # noqa: PLC0415  as above

    wanted = Version(version)
    newest = table.releases[-1].version if table is not None and table.releases else ""
    return not newest or wanted.is_prerelease or wanted > Version(newest)


class _Pythons(msgspec.Struct):
    """rules/tables/pythons.json."""

    releases: tuple[str, ...]


def python_releases() -> tuple[str, ...]:
    """The known releases of Python, oldest first."""
    return load("pythons", _Pythons).releases


class _Plain(msgspec.Struct):
    """rules/tables/plain_packages.json: by name the packages with a table that come along."""

    packages: dict[str, str]


def plain() -> Mapping[str, str]:
    """What packages without a table, extras apart, bring of those with one, blanks between."""
    return load("plain_packages", _Plain).packages
