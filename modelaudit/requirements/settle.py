"""Needs that pip installs together: what one distribution's releases ask of another's counts too.

Worked out offline, see ``targets.resolver``. Where no set of releases satisfies all needs, lines
lose their versions until one does, those first that are only ranges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from modelaudit.knowledge.builds import imports_with
from modelaudit.knowledge.releases import Release, known
from modelaudit.requirements.needs import PYTHON, Need, Needs
from modelaudit.targets import versions
from modelaudit.targets.candidates import SDIST, built, find
from modelaudit.targets.host import Host
from modelaudit.targets.pins import Pin
from modelaudit.targets.resolver import Cause, Installed, install

_NUMPY: Final = "numpy"
_FIRST: Final = "<2"
"""The NumPy that wheels import with which were built before NumPy 2."""


class Settled(msgspec.Struct, frozen=True):
    """The specifiers of lines by distribution, some of them others than the needs name.

    ``python`` is the newest that installs them, empty where every known one does or nothing is
    known. ``reasons`` says by distribution why its line is another, ``contradicted`` has those of
    which no release goes with all others.
    """

    specifiers: Mapping[str, str]
    python: str = ""
    reasons: Mapping[str, str] = {}
    contradicted: frozenset[str] = frozenset()


def settle(needs: Needs) -> Settled:
    """What to ask for, so that pip finds releases of all."""
    listed = needs.listed()
    asked = {need.name: need.specifier() for need in listed}
    reasons: dict[str, str] = {}
    contradicted: set[str] = set()
    python = _python(needs, asked)
    installed = _install(asked, python)
    while installed.causes and (name := _weakest(installed.causes, asked, needs)):
        reasons[name] = _reason(name, asked[name], installed.causes)
        contradicted.add(name)
        asked[name] = ""
        installed = _install(asked, python)
    if built := _built_before(installed):
        said = f"{built} does not import with NumPy 2"
        both = ",".join(filter(None, (asked.get(_NUMPY), _FIRST)))
        if _install({**asked, _NUMPY: both}, python).causes:
            reasons[_NUMPY] = f"artifacts want numpy{asked.get(_NUMPY, '')}, and {said}"
            contradicted.add(_NUMPY)
        else:
            asked[_NUMPY] = both
            reasons[_NUMPY] = said
    newest = not python or python == versions.pythons()[-1]
    return Settled(asked, "" if newest else python, reasons, frozenset(contradicted))


def _install(asked: Mapping[str, str], python: str) -> Installed:
    return install([Pin(name, text, "", "", 0) for name, text in asked.items()], Host(python))


def _python(needs: Needs, asked: Mapping[str, str]) -> str:
    """The newest Python that has releases of most distributions, each taken by itself."""
    python = needs.by_name.get(PYTHON, Need(PYTHON))
    found = list(reversed(versions.pythons_of(list(python.ranges)) or versions.pythons()))
    tables = {name: text for name, text in asked.items() if known(name) is not None}
    for one in found:
        installed = _install(asked, one)
        if not installed.causes and all(_ready(r, one) for r in installed.chosen.values()):
            return one
    return max(found, key=lambda one: _having(tables, one))


def _ready(release: Release, python: str) -> bool:
    """Whether nothing has to be built that has wheels for other Pythons."""
    return release.files == SDIST or built(release, Host(python))


def _having(asked: Mapping[str, str], python: str) -> int:
    """How many distributions have a release for a Python."""
    first = (next(find(n, [s] if s else [], Host(python)), None) for n, s in asked.items())
    return sum(release is not None and _ready(release, python) for release in first)


def _weakest(causes: Sequence[Cause], asked: Mapping[str, str], needs: Needs) -> str:
    """Of the lines that exclude each other, the one that the fewest artifacts want so."""
    names = {cause.pin.name for cause in causes if cause.pin is not None}
    found = [needs.by_name[name] for name in sorted(names) if asked[name]]
    return min(found, key=lambda n: (bool(n.versions), len(n.why())), default=Need("")).name


def _reason(name: str, specifier: str, causes: Sequence[Cause]) -> str:
    """What a line asked for, and which requirements exclude that."""
    apart = [cause for cause in causes if _excludes(cause, name, specifier)]
    others = dict.fromkeys(map(_said, apart or [c for c in causes if c.need.name != name]))
    wanted = f"artifacts want {name}{specifier}"
    return f"{wanted}, and {' and '.join(others)}" if others else f"{wanted}, which pip has not"


def _excludes(cause: Cause, name: str, specifier: str) -> bool:
    """Whether a requirement is one about a distribution that no release satisfies together."""
    about = cause.need.name == name and cause.need.specifier not in ("", specifier)
    return about and not versions.ends(name, [specifier, cause.need.specifier])


def _said(cause: Cause) -> str:
    asked = f"{cause.need.name}{cause.need.specifier}"
    return f"{cause.parent} wants {asked}" if cause.parent else f"others want {asked}"


def _built_before(installed: Installed) -> str:
    """The first package that does not import with the NumPy that pip would choose."""
    numpy = installed.chosen.get(_NUMPY)
    return next(iter(_older(installed, numpy.version)), "") if numpy is not None else ""


def _older(installed: Installed, numpy: str) -> Iterator[str]:
    for name, release in sorted(installed.chosen.items()):
        if imports_with(name, release.version, numpy):
            yield f"{name} {release.version}"
