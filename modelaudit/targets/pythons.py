"""The Pythons that a project is for: those that it names, or those that its pins install on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import msgspec

from modelaudit.core.findings import Target
from modelaudit.knowledge.releases import Release, known
from modelaudit.targets import versions
from modelaudit.targets.candidates import SDIST, built, installs
from modelaudit.targets.claims import Claim, Wanted, wanted
from modelaudit.targets.host import NOWHERE, Host
from modelaudit.targets.pins import PYTHON

Wants = Mapping[str, Wanted]
"""What counts for each package on one Python."""
_ANY: Final = re.compile(r"(?:===?|>=|~=)\s*\d+(?:\.\*|\.0)?|")
"""A specifier that says no more than which major version of Python it is."""


class Pythons(msgspec.Struct, frozen=True):
    """The Pythons in question, the newest first, and what the files ask.

    Each of them counts where they are ``named``; of a range the first that everything installs on.
    """

    tried: tuple[str, ...]
    named: bool
    wanted: Wanted | None = None


def pythons(listed: Sequence[Claim], fixed: Sequence[Target]) -> Pythons:
    """The Pythons that targets and files name, or the known ones that a range admits."""
    given = tuple(target.version for target in fixed if target.name == PYTHON and target.version)
    if given:
        return Pythons(given, named=True)
    asked = wanted(PYTHON, listed, NOWHERE) if listed else None
    if asked is None:
        return Pythons(tuple(reversed(versions.pythons())), named=False)
    pins = [versions.exact(pin.specifier) for pin in asked.pins]
    exact = tuple(dict.fromkeys(version for version in pins if "." in version))
    if exact:
        return Pythons(exact, named=True, wanted=asked)
    admitted = versions.pythons_of(asked.specifiers)
    return Pythons(tuple(reversed(admitted)), named=False, wanted=asked)


def ready(host: Host, wants: Wants) -> Wanted | None:
    """What has no wheel there of any release that it admits; None where everything has."""
    for name, one in wants.items():
        if known(name) is None or not one.specifiers:
            continue
        releases = _admitted(name, tuple(one.specifiers))
        wheels = [release for release in releases if release.files != SDIST]
        if wheels and not any(_has(release, host) for release in wheels):
            return one
    return None


def likely(tried: Sequence[Host], wants: Callable[[Host], Wants]) -> list[Host]:
    """The hosts in the order to try them: those first that have wheels of everything."""
    found = [host for host in tried if ready(host, wants(host)) is None]
    return [*found, *(host for host in tried if host not in found)]


def _has(release: Release, host: Host) -> bool:
    return built(release, host) and installs(release, host)


@cache
def _admitted(name: str, specifiers: tuple[str, ...]) -> tuple[Release, ...]:
    """The known releases that satisfy all specifiers."""
    table = known(name)
    releases = table.releases if table is not None else ()
    pinned = next((version for text in specifiers if (version := versions.exact(text))), "")
    if pinned:
        return tuple(release for release in releases if versions.same(release.version, pinned))
    return tuple(release for release in releases if versions.admits(specifiers, release.version))


def targets(
    found: Pythons, platform: str, wants: Callable[[Host], Wants], label: str
) -> Iterator[Target]:
    """The targets for Python; those of a range are all ``also``, since it installs none."""
    if found.named:
        if found.wanted is not None:
            for python in found.tried:
                yield Target(PYTHON, python, source_of(found.wanted, label))
        return
    hosts = [Host(python, platform) for python in found.tried]
    limits = {host.python: ready(host, wants(host)) for host in hosts}
    able = [python for python, limit in limits.items() if limit is None]
    limit = limits.get(found.tried[0]) if found.tried else None
    stated = found.wanted is not None and not all(
        _ANY.fullmatch(text) for text in found.wanted.specifiers
    )
    if found.wanted is not None and (stated or limit is None):
        source, asked = source_of(found.wanted, label), found.wanted.asked
        able = (able or list(found.tried)) if stated else able[:1]
        implied = not stated
    elif limit is not None and able:
        name, asked = limit.line.name, f"{able[-1]} to {able[0]}"
        source = f"{source_of(limit, label)}, for {name} {limit.asked.removeprefix('==')}"
        implied = True
    else:
        return
    for python in reversed(able):
        yield Target(PYTHON, python, source, asked, also=True, implied=implied)


def source_of(one: Wanted, label: str) -> str:
    """The line that a target is from, as targets name it."""
    place = f"{one.line.file}:{one.line.line}" if one.line.line else one.line.file
    return f"{label}: {place}" if label else place
