"""The lowest release that a range admits, where the project itself states a lower bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from modelaudit.knowledge.releases import Release
from modelaudit.targets import versions
from modelaudit.targets.candidates import SDIST, built, find, installs, known, needs
from modelaudit.targets.claims import Wanted
from modelaudit.targets.host import Host

_STATED: Final = re.compile(r"(?:^|[,|\s])(?:>=?|~=|={2,3})\s*v?\d")


def floor(
    name: str, one: Wanted, wants: Mapping[str, Wanted], hosts: Sequence[Host], top: str
) -> Iterator[str]:
    """The lowest release below ``top`` that the files admit and one of the hosts installs.

    What a release that is pinned beside it requires counts too. A bare name, and a range that has
    only an upper bound, state no floor.
    """
    stated = [pin for pin in one.pins if not pin.constraint and _STATED.search(pin.specifier)]
    if not stated:
        return
    limits = [*one.specifiers, *_required(name, wants, hosts)]
    table = known(name)
    if table is None:
        found = next(iter(versions.ends(name, limits)), "")
    else:
        able = (r for r in table.releases if not r.yanked and any(_has(r, host) for host in hosts))
        found = next((r.version for r in able if versions.admits(limits, r.version)), "")
    if found and not versions.same(found, top):
        yield found


def _has(release: Release, host: Host) -> bool:
    """Whether a release installs there without building what others need not build."""
    ready = release.files == SDIST or built(release, host)
    return ready and installs(release, host)


def _required(name: str, wants: Mapping[str, Wanted], hosts: Sequence[Host]) -> Sequence[str]:
    """What the releases that are pinned require of a package on the first of the hosts."""
    found = []
    for other, one in wants.items():
        if one.pinned is None:
            continue
        for release in find(other, [one.pinned.specifier], hosts[0]):
            asked = needs(other, release.requires, hosts[0], one.pinned.extras)
            found += [need.specifier for need in asked if need.name == name and need.specifier]
    return found
