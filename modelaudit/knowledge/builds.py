"""Which NumPy the wheels of a package were built for: ``rules/tables/numpy_builds.json``.

A wheel that was built against NumPy 1 does not import with NumPy 2; one that was built against
NumPy 2 imports with both. https://numpy.org/doc/stable/dev/depending_on_numpy.html
"""

from __future__ import annotations

from typing import Final

import msgspec

from modelaudit.knowledge.tables import load

_SECOND: Final = 2


class _Builds(msgspec.Struct):
    """By package the first release whose wheels were built against NumPy 2.

    ``imported`` has the packages that import with a newer NumPy than theirs, and have no arrays.
    """

    packages: dict[str, str]
    imported: dict[str, str]


def imports_with(package: str, version: str, numpy: str) -> str:
    """The first release of a package that imports with a NumPy, where a version does not.

    Empty where it imports, or where nothing is known of the package.
    """
    return _needed(load("numpy_builds", _Builds).packages.get(package, ""), version, numpy)


def has_arrays_with(package: str, version: str, numpy: str) -> str:
    """The first release of a package that takes and gives arrays of a NumPy, where one does not.

    Empty where it does, or where nothing is known of the package.
    """
    return _needed(load("numpy_builds", _Builds).imported.get(package, ""), version, numpy)


def _needed(first: str, version: str, numpy: str) -> str:
    if not first:
        return ""
    from packaging.version import Version  # noqa: PLC0415  only with a target

    if Version(numpy).major < _SECOND or Version(version) >= Version(first):
        return ""
    return first
