"""What requirement files ask for, turned into targets.

For each package the nearest file that names it decides, and in one directory the first kind of the
table. A range gives the lowest and the highest release that it admits, unless a lock file
further up, or for Python a Dockerfile, pins a version that the range admits. Markers are evaluated
for Linux and each Python in question; without one, for every known Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from modelaudit.core.findings import Target
from modelaudit.knowledge.aliases import runtime
from modelaudit.targets import versions
from modelaudit.targets.collect import Reading, Readings
from modelaudit.targets.nearby import Kind, Nearby
from modelaudit.targets.pins import PYTHON, Note, Pin


class Resolution(msgspec.Struct, frozen=True):
    """Targets, and for each name that gave no target, its line and the reason.

    ``names`` are all distributions that the files name, ``aliases`` the spellings of them that
    were taken for a package's own name.
    """

    names: frozenset[str]
    targets: tuple[Target, ...]
    notes: tuple[Note, ...]
    problems: tuple[Note, ...]
    aliases: tuple[Note, ...] = ()


class _Claim(msgspec.Struct, frozen=True):
    """What one file asks of one package."""

    kind: Kind
    distance: int
    pins: tuple[Pin, ...]

    @property
    def rank(self) -> tuple[bool, int]:
        return self.kind.record, self.distance


def resolve(
    files: Sequence[Nearby],
    top: str,
    read: Readings,
    fixed: Sequence[Target] = (),
    label: str = "",
) -> Resolution:
    """The targets that files give, of names that ``fixed`` has none of.

    ``label`` is the name of a set of files, and goes before each source.
    """
    readings = [(file, read.of(file.path, file.kind, top)) for file in files]
    named = {target.name for target in fixed if target.installed}
    runtimes = {runtime(target.name) for target in fixed}
    claims = {n: found for n, found in _claims(readings).items() if runtime(n) not in runtimes}
    notes = [note for _, reading in readings for note in reading.notes]
    problems = [note for _, reading in readings for note in reading.problems]
    targets: list[Target] = []
    pythons = [target.version for target in fixed if target.name == PYTHON]
    for name in sorted(claims, key=lambda name: (name != PYTHON, name)):
        found = list(dict.fromkeys(_targets(name, claims[name], pythons, label)))
        targets += found
        if name == PYTHON:
            pythons = [target.version for target in found]
        if not found:
            pin = claims[name][0].pins[0]
            notes.append(Note(pin.file, pin.line, _reason(name, pin)))
    return Resolution(
        frozenset(claims) | named,
        tuple(targets),
        tuple(dict.fromkeys(notes)),
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(note for _, reading in readings for note in reading.aliases)),
    )


def _reason(name: str, pin: Pin) -> str:
    asked = f"{name}{pin.specifier}"
    if not versions.releases(name):
        return f"{asked} names no single version, and no releases of it are known"
    where = f" where {pin.marker}" if pin.marker else ""
    return f"no known release satisfies {asked}{where}"


def _claims(readings: Sequence[tuple[Nearby, Reading]]) -> dict[str, list[_Claim]]:
    """By name what each file asks, the file that takes precedence first."""
    found: dict[str, list[_Claim]] = {}
    for file, reading in readings:
        by_name: dict[str, list[Pin]] = {}
        for pin in reading.pins:
            by_name.setdefault(pin.name, []).append(pin)
        for name, pins in by_name.items():
            needed = [pin for pin in pins if not pin.optional]
            claim = _Claim(file.kind, file.distance, tuple(needed or pins))
            found.setdefault(name, []).append(claim)
    for claims in found.values():
        claims.sort(key=lambda claim: claim.rank)
    return found


def _targets(
    name: str, claims: Sequence[_Claim], pythons: Sequence[str], label: str
) -> Iterator[Target]:
    """The targets of one name, for each Python in question."""
    marked = any(pin.marker for claim in claims for pin in claim.pins)
    for python in (pythons or versions.pythons()) if marked and name != PYTHON else [""]:
        holding = [(claim, pins) for claim in claims if (pins := _holding(claim.pins, python))]
        if not holding:
            continue
        claim, pins = holding[0]
        if claim.kind.lock:
            for pin in pins:
                yield from _ends(name, [pin], label)
        elif not any(versions.exact(pin.specifier) for pin in pins):
            narrower = _narrower(pins, [entry for entry in holding[1:] if entry[0].kind.narrows])
            yield from _ends(name, pins if narrower is None else [narrower], label)
        else:
            yield from _ends(name, pins, label)


def _narrower(pins: Sequence[Pin], others: Sequence[tuple[_Claim, list[Pin]]]) -> Pin | None:
    """The first version pinned elsewhere that a range admits."""
    wanted = [pin.specifier for pin in pins]
    for _, found in others:
        for pin in found:
            version = versions.exact(pin.specifier)
            if version and versions.admits(wanted, version):
                return pin
    return None


def _holding(pins: Sequence[Pin], python: str) -> list[Pin]:
    """The pins whose markers hold; all of them where no Python is in question."""
    if not python:
        return list(pins)
    from modelaudit.targets.markers import holds  # noqa: PLC0415  many files have none

    return [pin for pin in pins if not pin.marker or holds(pin.marker, python)]


def _ends(name: str, pins: Sequence[Pin], label: str) -> Iterator[Target]:
    """One target for a version, two for a range."""
    pinned = next((pin for pin in pins if versions.exact(pin.specifier)), None)
    pin = pinned or next((pin for pin in pins if pin.specifier), pins[0])
    source = f"{label}: {pin.file}:{pin.line}" if label else f"{pin.file}:{pin.line}"
    if pinned is not None:
        yield Target(name, versions.exact(pinned.specifier), source)
        return
    for version in versions.ends(name, [pin.specifier for pin in pins]):
        asked = ",".join(pin.specifier for pin in pins if pin.specifier)
        yield Target(name, version, source, asked or "any version")
