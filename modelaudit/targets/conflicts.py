"""Requirements that nothing satisfies, and sets that install and cannot be imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from modelaudit.core.findings import Target
from modelaudit.knowledge.builds import has_arrays_with, imports_with
from modelaudit.knowledge.releases import Release
from modelaudit.targets import versions
from modelaudit.targets.candidates import built, is_unlisted
from modelaudit.targets.claims import Wanted
from modelaudit.targets.host import Host
from modelaudit.targets.pins import Pin
from modelaudit.targets.resolver import Cause, Installed

UNSATISFIABLE: Final = "unsatisfiable-requirements"
BUILT_FOR_OTHER: Final = "built-for-older-numpy"
NO_WHEEL: Final = "no-wheel"
"""Kinds of anomaly of a set of requirements."""
_BUILDS: Final = ((BUILT_FOR_OTHER, imports_with), ("no-arrays", has_arrays_with))
"""Kinds of conflicts with the NumPy that is installed, and what finds them."""
_ASKING: Final = frozenset({"requirements", "pyproject", "setupcfg", "pipfile"})
"""Readers of files that pip resolves as a whole."""
_RESOLVED: Final = frozenset({"requirements", "pyproject", "setupcfg", "pipfile", "locks"})
"""Readers of files that are installed from the package index."""
MOST_CAUSES: Final = 4


class Conflict(msgspec.Struct, frozen=True):
    """What is wrong with a set of requirements: a kind of anomaly with its fields, at one line.

    Of targets that are named, ``file`` is their source, and there is no line.
    """

    kind: str
    file: str
    line: int
    fields: tuple[tuple[str, str], ...]


def conflicts(installed: Installed, wants: Mapping[str, Wanted], host: Host) -> Iterator[Conflict]:
    """What is wrong with requirements there."""
    if installed.causes:
        yield from _unsatisfiable(installed.causes, wants, host)
    numpy = installed.chosen.get("numpy")
    for name, release in sorted(installed.chosen.items()):
        one = wants.get(name)
        if one is None or one.claim.kind.reader not in _RESOLVED:
            continue
        if pythons := _built_for_others(release, host):
            told_of = {
                "package": name,
                "version": release.version,
                "pythons": pythons,
                "python": str(host),
            }
            yield _conflict(NO_WHEEL, one.line, told_of)
        for kind, look in _BUILDS:
            if numpy is not None and (needed := look(name, release.version, numpy.version)):
                asked = wants.get("numpy")
                beside = asked.line if asked is not None else one.line
                fields = {
                    "package": name,
                    "version": release.version,
                    "numpy": numpy.version,
                    "needed": needed,
                    "beside": f"{beside.file}:{beside.line}" if asked is not None else "",
                    "python": str(host),
                }
                yield _conflict(kind, one.line, fields)


def apart(targets: Sequence[Target]) -> Iterator[Conflict]:
    """Targets that are named together and cannot be imported together."""
    numpy = next((one.version for one in targets if one.name == "numpy" and one.version), "")
    for target in targets if numpy else ():
        for kind, look in _BUILDS:
            if target.version and (needed := look(target.name, target.version, numpy)):
                fields = {
                    "package": target.name,
                    "version": target.version,
                    "numpy": numpy,
                    "needed": needed,
                    "beside": "",
                    "python": "",
                }
                yield Conflict(kind, target.source, 0, tuple(fields.items()))


def _built_for_others(release: Release, host: Host) -> str:
    """The Pythons that have a wheel of a release, where this one has none; else empty."""
    if not host.python or built(release, host):
        return ""
    able = [one for one in versions.pythons() if built(release, Host(one, host.platform))]
    return f"{able[0]} to {able[-1]}" if len(able) > 1 else "".join(able)


def _unsatisfiable(
    causes: tuple[Cause, ...], wants: Mapping[str, Wanted], host: Host
) -> Iterator[Conflict]:
    """One conflict, where all requirements in it are those of one file that pip resolves."""
    lines = [cause.pin for cause in causes if cause.pin is not None]
    files = {_origin(pin, wants) for pin in lines}
    if len(lines) != len(causes) or len(files) != 1 or "" in files:
        return
    pinned = versions.exact(lines[0].specifier)
    if len(causes) == 1 and pinned and is_unlisted(lines[0].name, pinned):
        return
    shown = dict.fromkeys(cause_with_line(cause) for cause in causes[:MOST_CAUSES])
    fields = {
        "package": causes[0].need.name,
        "requirements": " and ".join(shown),
        "python": str(host),
    }
    yield _conflict(UNSATISFIABLE, max(lines, key=lambda pin: pin.line), fields)


def _origin(pin: Pin, wants: Mapping[str, Wanted]) -> str:
    """The file that a line belongs to; empty for one that pip does not resolve as a whole."""
    one = wants.get(pin.name)
    if one is None or pin.optional or one.claim.kind.reader not in _ASKING or one.claim.kind.lock:
        return ""
    return one.claim.origin


def cause_with_line(cause: Cause) -> str:
    """A requirement in a conflict, with the line that leads to it."""
    place = f" ({cause.pin.file}:{cause.pin.line})" if cause.pin is not None else ""
    asked = f"{cause.need.name}{cause.need.specifier}"
    return f"{asked} of {cause.parent}{place}" if cause.parent else f"{asked}{place}"


def _conflict(kind: str, pin: Pin, fields: Mapping[str, str]) -> Conflict:
    return Conflict(kind, pin.file, pin.line, tuple(fields.items()))
