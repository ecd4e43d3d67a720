"""The Pythons that a project is for: those that it names, or those that its pins install on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from modelaudit.core.findings import Target
from modelaudit.knowledge.releases import Release
from modelaudit.targets import versions
from modelaudit.targets.candidates import has_wheel, installs, known
from modelaudit.targets.claims import Claim, Wanted, wanted
from modelaudit.targets.pins import PYTHON


class Pythons(msgspec.Struct, frozen=True):
    """The Pythons in question, the one to try first in front.

    Each of them counts where they are ``named``; of a range, the first that everything installs on.
    """

    tried: tuple[str, ...]
    named: bool
    wanted: Wanted | None = None


def pythons(listed: Sequence[Claim], fixed: Sequence[Target]) -> Pythons:
    """The Pythons that targets and files name, or the known ones that a range admits."""
    given = tuple(target.version for target in fixed if target.name == PYTHON and target.version)
    if given:
        return Pythons(given, named=True)
    asked = wanted(PYTHON, listed, "") if listed else None
    if asked is None:
        return Pythons(tuple(reversed(versions.pythons())), named=False)
    pins = [versions.exact(pin.specifier) for pin in asked.pins]
    exact = tuple(dict.fromkeys(version for version in pins if "." in version))
    if exact:
        return Pythons(exact, named=True, wanted=asked)
    admitted = versions.pythons_of(asked.specifiers)
    return Pythons(tuple(reversed(admitted)), named=False, wanted=asked)


def likely(tried: Sequence[str], wants: Sequence[Wanted]) -> list[str]:
    """The Pythons on which every pinned release installs, those first that have wheels of all."""
    pinned = list(_pinned(wants))
    able = [
        python for python in tried if all(installs(release, python) for _, release, _ in pinned)
    ]
    ready = [
        python
        for python in able
        if all(has_wheel(release.files, python) for _, release, wheels in pinned if wheels)
    ]
    return [*ready, *(python for python in able if python not in ready)] or list(tried)


def with_wheels(tried: Sequence[str], wants: Sequence[Wanted]) -> tuple[list[str], Wanted | None]:
    """The Pythons that have wheels of every pin, and the pin that leaves out a newer Python.

    The pin is None where the newest Python is among them.
    """
    pinned = [one for one in _pinned(wants) if one[2]]
    found = [
        python
        for python in tried
        if all(has_wheel(release.files, python) for _, release, _ in pinned)
    ]
    if not found or not tried or found[0] == tried[0]:
        return found, None
    newer = tried[tried.index(found[0]) - 1]
    return found, next(one for one, release, _ in pinned if not has_wheel(release.files, newer))


def _pinned(wants: Sequence[Wanted]) -> Iterator[tuple[Wanted, Release, bool]]:
    """The known releases that lines name, and whether they have wheels at all."""
    for one in wants:
        pin = one.pinned
        table = known(pin.name) if pin is not None else None
        if pin is None or table is None:
            continue
        version = versions.exact(pin.specifier)
        for release in table.releases:
            if versions.same(release.version, version):
                yield one, release, release.files != "sdist"
                break


def targets(found: Pythons, wants: Sequence[Wanted], label: str) -> Iterator[Target]:
    """The targets for Python; those of a range are all ``also``, since it installs none."""
    if found.wanted is not None and found.named:
        source = source_of(found.wanted, label)
        for python in found.tried:
            yield Target(PYTHON, python, source)
        return
    if found.named:
        return
    able, pin = with_wheels(found.tried, wants)
    if found.wanted is not None:
        source, asked = source_of(found.wanted, label), found.wanted.asked
        if not found.wanted.specifiers:
            return
        able = able or list(found.tried)
    elif pin is not None and pin.pinned is not None:
        version = versions.exact(pin.pinned.specifier)
        source = f"{source_of(pin, label)}, for {pin.pinned.name} {version}"
        asked = f"{able[-1]} to {able[0]}" if len(able) > 1 else ""
    else:
        return
    for python in reversed(able):
        yield Target(PYTHON, python, source, asked, also=len(able) > 1)


def source_of(one: Wanted, label: str) -> str:
    """The line that a target is from, as targets name it."""
    place = f"{one.line.file}:{one.line.line}"
    return f"{label}: {place}" if label else place
