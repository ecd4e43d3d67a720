"""The lowest release that a range admits, where the project itself states a lower bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from modelaudit.knowledge.releases import Release, known
from modelaudit.targets import versions
from modelaudit.targets.candidates import SDIST, built, find, installs, needs
from modelaudit.targets.claims import Wanted
from modelaudit.targets.host import Host

_STATED: Final = re.compile(r"(?:^|[,|\s])(?:>=?|~=|={2,3})\s*v?\d")


def floor(
    name: str, one: Wanted, required: Sequence[str], hosts: Sequence[Host], top: str
) -> Iterator[str]:
    """The lowest release below ``top`` that the files admit and one of the hosts installs.

    ``required`` are the specifiers that releases pinned beside it have for it. A bare name, and a
    range that has only an upper bound, state no floor.
    """
    stated = [pin for pin in one.pins if not pin.constraint and _STATED.search(pin.specifier)]
    if not stated:
        return
    limits = [*one.specifiers, *required]
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


def required(wants: Mapping[str, Wanted], host: Host) -> dict[str, list[str]]:
    """By package the specifiers that the pinned releases require of it on a host."""
    found: dict[str, list[str]] = {}
    for name, one in wants.items():
        pinned = one.pinned
        if pinned is None:
            continue
        for release in find(name, [pinned.specifier], host):
            for need in needs(name, release.requires, host, pinned.extras):
                if need.specifier:
                    found.setdefault(need.name, []).append(need.specifier)
    return found
