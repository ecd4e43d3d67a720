"""What requirement files ask for, turned into targets: what pip would install for them today.

For each package the nearest file that names it decides, and in one directory the first kind of the
table. All of them are resolved together, for each Python that is named, or else for the newest that
has wheels of what is pinned. A floor that the files state (``>=1.16``) is a target too, see
``Target.also``; a bare name has none. What is brought along is a target where tables judge it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from modelaudit.core.findings import PLATFORM, PLATFORMS, Target
from modelaudit.knowledge.aliases import runtime
from modelaudit.knowledge.builds import imports_with
from modelaudit.knowledge.coverage import packages, resembles
from modelaudit.knowledge.releases import known, plain
from modelaudit.targets import pythons, versions
from modelaudit.targets.candidates import find
from modelaudit.targets.claims import Claim, Wanted, claims, holding, wanted
from modelaudit.targets.collect import Readings
from modelaudit.targets.completeness import Complete, locked, resolved
from modelaudit.targets.conflicts import Conflict, conflicts
from modelaudit.targets.floors import floor, required
from modelaudit.targets.host import NOWHERE, Basis, Host
from modelaudit.targets.nearby import Nearby
from modelaudit.targets.pins import PYTHON, Note, Pin
from modelaudit.targets.precedence import Tried, limited, named, replaced, settle
from modelaudit.targets.pythons import source_of
from modelaudit.targets.resolver import Installed, install

MOST_PYTHONS = 12
"""Pythons that are tried where none is named, the likeliest first."""
UNKNOWN_SHOWN = 5
"""Packages without a table that one note names."""


class Resolution(msgspec.Struct, frozen=True):
    """Targets, and for each name that gave no target, its line and the reason.

    ``names`` are all distributions that the files name and those known to come along, ``aliases``
    the spellings of them that were taken for a package's own name. ``complete`` is set where
    nothing else is installed. ``contradictions`` are about targets that are named, and that the
    files exclude, ``misspelt`` about names that are probably meant to be others. ``bases`` are the
    Pythons that they were resolved for.
    """

    names: frozenset[str]
    targets: tuple[Target, ...]
    notes: tuple[Note, ...]
    problems: tuple[Note, ...]
    aliases: tuple[Note, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    complete: Complete | None = None
    contradictions: tuple[Note, ...] = ()
    misspelt: tuple[Note, ...] = ()
    bases: tuple[Basis, ...] = ()


def resolve(
    files: Sequence[Nearby],
    top: str,
    read: Readings,
    fixed: Sequence[Target] = (),
    label: str = "",
) -> Resolution:
    """The targets that files give, of packages that ``fixed`` has none of.

    What ``fixed`` names replaces what the files ask of its package, see ``precedence``. ``label``
    is the name of a set of files, and goes before each source.
    """
    readings = [(file, read.of(file.path, file.kind, top)) for file in files]
    there = {target.name for target in fixed if target.installed}
    runtimes = {runtime(target.name) for target in fixed}
    decided = {PYTHON, PLATFORM} & runtimes
    listed = {name: found for name, found in claims(readings).items() if name not in decided}
    platform = tuple(_platform(listed.pop(PLATFORM, []), label))
    platforms = [one.version for one in (*fixed, *platform) if one.name == PLATFORM]
    asked = {n: c for n, c in listed.items() if any(not p.constraint for o in c for p in o.pins)}
    limits = [p for n, c in listed.items() if n not in asked for o in c for p in o.pins]
    found = _Found(asked, limits, fixed, label, platforms or PLATFORMS[:1])
    found.run()
    inner = [(file, reading) for file, reading in readings if not file.around]
    notes = [note for _, reading in readings for note in reading.notes]
    misspelt = tuple(_misspelt(asked, found.unlisted))
    notes += [*_unlisted(asked, found.unlisted), *misspelt]
    problems = [note for _, reading in readings for note in reading.problems]
    problems += found.problems
    given = {target.name for target in found.targets}
    for name in sorted(set(asked) - given - {PYTHON}):
        if runtime(name) in runtimes:
            continue
        pin = asked[name][0].pins[0]
        notes.append(Note(pin.file, pin.line, _reason(name, pin)))
    return Resolution(
        frozenset(asked) | there | found.brought,
        (*found.targets, *platform),
        tuple(dict.fromkeys(notes)),
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(note for _, reading in readings for note in reading.aliases)),
        () if problems else tuple(dict.fromkeys(found.conflicts)),
        locked(inner) or (resolved(inner) if found.settled else None),
        tuple(dict.fromkeys(found.contradictions)),
        misspelt,
        tuple(found.bases),
    )


def _platform(listed: Sequence[Claim], label: str) -> Iterator[Target]:
    """The platform that files are for, which is no package; a package may be called so."""
    for claim in listed[:1]:
        named = claim.pins[0].specifier.removeprefix("==")
        if named in PLATFORMS:
            yield Target(PLATFORM, named, source_of(Wanted(claim, claim.pins), label))


class _Found:
    """What one set of claims gives."""

    def __init__(
        self,
        asked: Mapping[str, list[Claim]],
        limits: Sequence[Pin],
        fixed: Sequence[Target],
        label: str,
        platforms: Sequence[str],
    ) -> None:
        self._asked = asked
        self._platforms = tuple(dict.fromkeys(platforms))
        self._limits = limits
        self._named = named(fixed)
        self._given = {runtime(target.name) for target in fixed}
        self._label = label
        self._pythons = pythons.pythons(asked.get(PYTHON, []), fixed)
        self._by_host: dict[Host, dict[str, Wanted]] = {}
        self._marked = any(p.marker for c in asked.values() for o in c for p in o.pins)
        self.targets: list[Target] = []
        self.conflicts: list[Conflict] = []
        self.contradictions: list[Note] = []
        self.bases: list[Basis] = []
        self.problems: list[Note] = []
        self.brought: set[str] = set()
        self.settled = True
        without = [name for name in asked if name != PYTHON and known(name) is None]
        self.unlisted = sorted(name for name in without if name not in plain())
        for name in without:
            self.brought.update(plain().get(name, "").split())

    def run(self) -> None:
        for platform in self._platforms:
            tried = [Host(python, platform) for python in self._pythons.tried]
            if self._pythons.named:
                for host in tried:
                    wants = self._wants(host)
                    self._use(host, wants, self._install(host, wants))
            else:
                self._use(*self._first(tried))
        first = self._platforms[0]
        self.targets[:0] = pythons.targets(self._pythons, first, self._heeding, self._label)
        self.targets = list(dict.fromkeys(self.targets))

    def _first(self, tried: Sequence[Host]) -> tuple[Host, Mapping[str, Wanted], Tried]:
        """The first Python on which everything installs; if no Python does, the likeliest one."""
        able = first = None
        for host in pythons.likely(tried, self._heeding)[:MOST_PYTHONS]:
            wants = self._wants(host)
            found = self._install(host, wants)
            if not found.installed.causes and not found.installed.gave_up:
                if not found.notes:
                    return host, wants, found
                able = able or (host, wants, found)
            first = first or (host, wants, found)
        return able or first or (NOWHERE, self._wants(NOWHERE), Tried(Installed({}, {})))

    def _heeding(self, host: Host) -> Mapping[str, Wanted]:
        """What counts there, with the releases that are named."""
        return limited(self._wants(host), self._named)

    def _wants(self, host: Host) -> Mapping[str, Wanted]:
        """What counts for each package there."""
        at = host if self._marked else NOWHERE
        if at not in self._by_host:
            names = sorted(name for name in self._asked if name != PYTHON)
            found = ((name, wanted(name, self._asked[name], at)) for name in names)
            self._by_host[at] = {name: one for name, one in found if one is not None}
        return self._by_host[at]

    def _install(self, host: Host, wants: Mapping[str, Wanted]) -> Tried:
        limits = holding(self._limits, host)

        def under(heeded: Sequence[Pin]) -> Installed:
            asked = replaced(wants, heeded)
            pins = [pin for one in asked.values() for pin in one.pins]
            return install([*pins, *limits, *_conda_limits(asked), *heeded], host)

        return settle(under, self._named)

    def _apart(self, host: Host, wants: Mapping[str, Wanted]) -> Tried:
        """What is installed from the file that asks for most, where files exclude each other."""
        files = Counter(one.claim.origin for one in wants.values())
        (most, _), *others = files.most_common()
        if not others:
            return Tried(Installed({}, {}))
        return self._install(host, {n: w for n, w in wants.items() if w.claim.origin == most})

    def _use(self, host: Host, asked: Mapping[str, Wanted], tried: Tried) -> None:
        installed, wants = tried.installed, replaced(asked, tried.heeded)
        self.contradictions += tried.notes
        if host.python and wants:
            wheels = pythons.ready(host, self._heeding(host)) is None
            self.bases.append(Basis(host, self._pythons.named, wheels))
        found = [] if tried.notes else list(conflicts(installed, wants, host))
        self.conflicts += found
        if installed.causes and not found:
            installed = self._apart(host, asked).installed
        if installed.gave_up and wants:
            pin = next(iter(wants.values())).line
            text = "its requirements took too many steps to resolve, and are judged one by one"
            self.problems.append(Note(pin.file, pin.line, text))
        self.settled &= not installed.causes and not installed.gave_up
        self.settled &= all(release.requires >= 0 for release in installed.chosen.values())
        needed = required(wants, host)
        for name, one in wants.items():
            if runtime(name) not in self._given:
                self.targets += self._asked_for(name, one, installed, needed, host)
        judged = packages()
        for name, release in installed.chosen.items():
            if name in wants:
                continue
            self.brought.add(name)
            if runtime(name) in judged and runtime(name) not in self._given:
                source = _through(name, installed, wants, self._label)
                self.targets.append(Target(name, release.version, source))

    def _in_question(self, host: Host) -> Sequence[Host]:
        """The Python that is named, or all that a floor may be installed on."""
        others = () if self._pythons.named else self._pythons.tried
        return [host, *(Host(one, host.platform) for one in others if one != host.python)]

    def _asked_for(
        self,
        name: str,
        one: Wanted,
        installed: Installed,
        needed: Mapping[str, Sequence[str]],
        host: Host,
    ) -> Iterator[Target]:
        source = source_of(one, self._label)
        if one.claim.kind.lock and len(one.pins) > 1:
            for pin in one.pins:
                yield from self._asked_for(
                    name, Wanted(one.claim, (pin,)), Installed({}, {}), needed, host
                )
            return
        if one.pinned is not None:
            yield Target(name, versions.exact(one.pinned.specifier), source)
            return
        release = installed.chosen.get(name)
        alone = release.version if release is not None else _newest(name, one, host)
        if not alone:
            return
        lowest = floor(name, one, needed.get(name, ()), self._in_question(host), alone)
        yield from (Target(name, text, source, one.asked, also=True) for text in lowest)
        yield Target(name, alone, source, one.asked)


def _newest(name: str, one: Wanted, host: Host) -> str:
    """The release of a package that would be installed there by itself."""
    here = next(find(name, one.specifiers, host), None) if host.python else None
    return here.version if here is not None else versions.newest(name, one.specifiers)


def _conda_limits(wants: Mapping[str, Wanted]) -> Iterator[Pin]:
    """NumPy 1 where conda is asked for what was built for it: conda's packages say so."""
    for name, one in wants.items():
        if one.claim.kind.reader == "conda" and one.specifiers:
            version = versions.newest(name, one.specifiers)
            if version and imports_with(name, version, "2"):
                yield msgspec.structs.replace(
                    one.line, name="numpy", specifier="<2", constraint=True
                )


def _through(name: str, installed: Installed, wants: Mapping[str, Wanted], label: str) -> str:
    """The source of what is brought along: the line that leads to it, and what requires it."""
    parent, seen = name, {name}
    while parent not in wants:
        above = [one for one in installed.parents.get(parent, ()) if one not in seen]
        if not above:
            return label
        parent = next((one for one in above if one in wants), above[0])
        seen.add(parent)
    version = installed.chosen[parent].version
    return f"{source_of(wants[parent], label)}, with {parent} {version}"


def _unlisted(asked: Mapping[str, list[Claim]], names: Sequence[str]) -> Iterable[Note]:
    if names:
        pin = asked[names[0]][0].pins[0]
        more = len(names) - UNKNOWN_SHOWN
        shown = ", ".join(names[:UNKNOWN_SHOWN]) + (f" and {more} more" if more > 0 else "")
        yield Note(pin.file, pin.line, f"no table knows what these require: {shown}")


def _misspelt(asked: Mapping[str, list[Claim]], names: Sequence[str]) -> Iterable[Note]:
    for name in names[:UNKNOWN_SHOWN]:
        if meant := resembles(name):
            pin = asked[name][0].pins[0]
            yield Note(pin.file, pin.line, f"no package {name!r} is known; {meant!r} is")


def _reason(name: str, pin: Pin) -> str:
    asked = f"{name}{pin.specifier}"
    if not versions.releases(name):
        return f"{asked} names no single version, and no releases of it are known"
    where = f" where {pin.marker}" if pin.marker else ""
    return f"no known release satisfies {asked}{where}"
