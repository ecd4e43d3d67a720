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
