"""Ranges of versions: which releases they admit, and their two ends.

https://packaging.python.org/specifications/version-specifiers/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from packaging.version import InvalidVersion, Version

from modelaudit.knowledge.aliases import runtime
from modelaudit.knowledge.releases import python_releases, tables
from modelaudit.targets.pins import MOST_TEXT, PYTHON

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

ALTERNATIVE: Final = "||"
REMEMBERED: Final = 100_000
"""Comparisons of a release with a range that are kept: a resolution makes each several times."""
_EXACT: Final = re.compile(
    r"={2,3}\s*v?(\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?)(?:\+[\w.]+)?"
)
_BOUND: Final = r"(?:>=|~=|==)\s*v?(\d+(?:\.\d+)*)"


def exact(specifier: str) -> str:
    """The version that ``==1.5.2`` names, without a local part; empty for a range."""
    match = _EXACT.fullmatch(specifier.strip())
    return match[1] if match else ""


def without_local(specifier: str) -> str:
    """``==2.1.0+cu118`` as ``==2.1.0``: the index has no local versions, and other places do."""
    return re.sub(r"\+[\w.]+", "", specifier)


def is_valid(specifier: str) -> bool:
    """Whether it is a specifier at all."""
    if len(specifier) > MOST_TEXT:
        return False
    if exact(specifier):
        return True
    from packaging.specifiers import InvalidSpecifier  # noqa: PLC0415  only for ranges

    try:
        _set(specifier)
    except InvalidSpecifier:
        return False
    return True


def releases(name: str) -> Sequence[str]:
    """The known releases of a distribution, oldest first, without pre-releases.

    A build, such as tensorflow-cpu, has the releases of what it is a build of.
    """
    read = tables().get(name) or tables().get(runtime(name))
    if read is not None:
        return [release.version for release in read().releases]
    return python_releases() if name == PYTHON else []


def admits(specifiers: Sequence[str], release: str) -> bool:
    """Whether a final release satisfies all of the specifiers."""
    return all(_admits(specifier, release) for specifier in specifiers)


@lru_cache(maxsize=REMEMBERED)
def _admits(specifier: str, release: str) -> bool:
    version = version_of(release)
    return any(_set(part).contains(version) for part in specifier.split(ALTERNATIVE))


def ends(name: str, specifiers: Sequence[str]) -> list[str]:
    """The lowest and the highest known release that all specifiers admit; one where they are one.

    A bound beyond the newest known release is taken as a release. Empty where none is admitted, or
    no releases of the distribution are known.
    """
    if name == PYTHON:
        return _pythons(specifiers)
    known = releases(name)
    found = _outermost(known, specifiers)
    if found:
        return found
    bounds = [bound for specifier in specifiers for bound in re.findall(_BOUND, specifier)]
    newest = max(bounds, key=version_of, default="")
    beyond = newest and (not known or version_of(newest) > version_of(known[-1]))
    return [newest] if beyond and admits(specifiers, newest) else []


def newest(name: str, specifiers: Sequence[str]) -> str:
    """The highest release that all specifiers admit, as ``ends`` has it; empty where none is."""
    return (ends(name, specifiers) or [""])[-1]


def pythons_of(specifiers: Sequence[str]) -> list[str]:
    """The minor versions of Python of which a release is admitted, oldest first."""
    wanted = _series(specifiers)
    admitted = (release for release in releases(PYTHON) if admits(wanted, release))
    return list(dict.fromkeys(_minor(release) for release in admitted))


def pythons() -> list[str]:
    """The minor versions of Python that are known, oldest first."""
    return list(dict.fromkeys(map(_minor, releases(PYTHON))))


def _pythons(specifiers: Sequence[str]) -> list[str]:
    """Python by minor versions: one is admitted where any of its releases is."""
    found = _outermost(releases(PYTHON), _series(specifiers))
    return list(dict.fromkeys(map(_minor, found)))


def _series(specifiers: Sequence[str]) -> list[str]:
    """``==3`` and ``==3.11`` as the series that they are for Python."""
    return [re.sub(r"==\s*(\d+(?:\.\d+)?)(?![\d.*])", r"==\1.*", text) for text in specifiers]


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def _outermost(known: Sequence[str], specifiers: Sequence[str]) -> list[str]:
    """The first and the last release that is admitted; most of those between are not looked at."""
    lowest = next((release for release in known if admits(specifiers, release)), None)
    if lowest is None:
        return []
    highest = next(release for release in reversed(known) if admits(specifiers, release))
    return [lowest] if lowest == highest else [lowest, highest]


@cache
def version_of(text: str) -> Version:
    """A text as a version. Raises InvalidVersion, which is a ValueError."""
    return Version(text)


def same(one: str, other: str) -> bool:
    """Whether two texts are one version: ``1.5`` and ``1.5.0``."""
    return one == other or version_of(one) == version_of(other)


@cache
def _set(specifier: str) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415  only for ranges

    return SpecifierSet(specifier)


def parses(text: str) -> bool:
    try:
        Version(text[:MOST_TEXT])
    except InvalidVersion:
        return False
    return True
