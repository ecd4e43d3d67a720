"""The lowest release that a range admits, where the project itself states a lower bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from modelaudit.knowledge.releases import Release
from modelaudit.targets import versions
from modelaudit.targets.candidates import SDIST, find, has_wheel, installs, known, needs
from modelaudit.targets.claims import Wanted

_STATED: Final = re.compile(r"(?:^|[,|\s])(?:>=?|~=|={2,3})\s*v?\d")


def floor(
    name: str, one: Wanted, wants: Mapping[str, Wanted], pythons: Sequence[str], top: str
) -> Iterator[str]:
    """The lowest release below ``top`` that the files admit and one of the Pythons installs.

    What a release that is pinned beside it requires counts too. A bare name, and a range that has
    only an upper bound, state no floor.
    """
    stated = [pin for pin in one.pins if not pin.constraint and _STATED.search(pin.specifier)]
    if not stated:
        return
    limits = [*one.specifiers, *_required(name, wants, pythons)]
    table = known(name)
    if table is None:
        found = next(iter(versions.ends(name, limits)), "")
    else:
        able = (r for r in table.releases if not r.yanked and any(_has(r, p) for p in pythons))
        found = next((r.version for r in able if versions.admits(limits, r.version)), "")
    if found and not versions.same(found, top):
        yield found


def _has(release: Release, python: str) -> bool:
    """Whether a Python installs a release without building what others need not build."""
    ready = release.files == SDIST or has_wheel(release.files, python)
    return ready and installs(release, python)


def _required(name: str, wants: Mapping[str, Wanted], pythons: Sequence[str]) -> Sequence[str]:
    """What the releases that are pinned require of a package on the first of the Pythons."""
    found = []
    for other, one in wants.items():
        if one.pinned is None:
            continue
        for release in find(other, [one.pinned.specifier], pythons[0]):
            asked = needs(other, release.requires, pythons[0], one.pinned.extras)
            found += [need.specifier for need in asked if need.name == name and need.specifier]
    return found
